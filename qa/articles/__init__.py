"""From a folder of files to articles."""
