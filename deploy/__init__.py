"""What starts, checks and ships the product: the one-command start, the roles of a container, the operator's commands."""
