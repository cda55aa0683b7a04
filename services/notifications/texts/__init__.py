"""Texts of messages as organisers see them: with sample data, and in their own words."""
