"""Words: from one source file per language to a subject, a text and an HTML page. What is said stands in the files."""
