"""Entries in people's calendars: one for each person and purpose, with a UID for life."""
