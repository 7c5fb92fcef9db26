"""What lies over the chat: an article, the sources, the history, help."""
