"""Addresses so that their owner knows them again and nobody else learns them."""

HIDDEN = "•••"


def mask_email(address: str) -> str:
    """'oksana@example.org' → 'o•••@e•••.org'."""
    local, _, domain = address.rpartition("@")
    name, dot, ending = domain.rpartition(".")
    return f"{local[:1]}{HIDDEN}@{(name or domain)[:1]}{HIDDEN}{dot}{ending if name else ''}"


def mask_mobile(number: str) -> str:
    """'+31612345678' → '+31 ••• 78'."""
    return f"{number[:3]} {HIDDEN} {number[-2:]}"
