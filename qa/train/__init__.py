"""Train the bundled models from a folder of public data (extra `train`)."""
