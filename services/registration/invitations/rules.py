"""Invitations: who is asked, what they answer, and the pass that lets them in."""

from services.registration.invitations.passes import PassContent, pass_text, read_pass, verify_key

__all__ = ["PassContent", "pass_text", "read_pass", "verify_key"]
