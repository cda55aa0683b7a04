"""Whom we may reach and how: what people want to receive, and addresses that nothing is sent to any more."""
