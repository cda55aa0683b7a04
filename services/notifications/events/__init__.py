"""Regions and events, as registration told of them last: what every message is true of."""
