"""E-mail: a letter becomes a MIME message (mime.py) and goes to the operator's mail server (smtp.py)."""
