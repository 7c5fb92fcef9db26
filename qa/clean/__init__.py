"""Which parts of an article are not its text."""
