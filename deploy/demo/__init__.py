"""The demo: an invented region with three Meet & Greets, one to come, one today, one that was."""

from deploy.demo.commands import demo

__all__ = ["demo"]
