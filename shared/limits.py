"""The rate limiter that the rooms share."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address)
"""Rooms put `@limiter.limit("10 per minute")` on everything that can be guessed or flooded."""
