"""Ask a folder of news articles; get the exact words that answer, or be told they are not there."""

__version__ = "0.1.0"
