"""What is known of languages: which one a text is in, its words and sentences, its short forms."""
