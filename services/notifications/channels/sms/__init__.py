"""SMS: short words through a provider's HTTP interface. Another provider is a module beside `twilio.py`."""
