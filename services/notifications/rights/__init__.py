"""What people may ask of us: why they get a message, what they want to receive, and to be forgotten."""
