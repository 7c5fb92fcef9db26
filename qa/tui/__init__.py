"""The terminal chat. Displays what the engine says; the engine knows nothing of it."""
