"""What comes in: answers, returned mail, automatic replies, complaints; each mail once, and nothing dropped unseen."""
