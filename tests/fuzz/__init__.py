"""Broken mail, calendar files and text messages for what reads them: python -m tests.fuzz --seconds 60."""
