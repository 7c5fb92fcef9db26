"""A conversation, whatever front end shows it: turns, commands, export, history, preferences."""
