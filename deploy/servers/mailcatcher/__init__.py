"""The mail server of `make run` and of the tests: takes every mail, delivers none, shows them on a page.

Bound to the loopback address only: anybody who can open the page can read every magic link.
"""
