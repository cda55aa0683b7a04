"""What starts, checks and ships the product: the one-command start, a container's roles, the operator's commands."""
