"""Messages: queued by a command, put into words when they are sent, sent once, and kept to be looked at."""
