"""What a question wants beyond its words: the days it names, and what it leans on."""
