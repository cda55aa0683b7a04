"""Files that `handdruk plan` reads and writes; one that cannot be used ends the command with a sentence."""

import contextlib
import os
import sys
from pathlib import Path
from typing import NoReturn, TypeVar

import click

from services.scheduling.planning import Changes, InvalidInput, Plan, Problem, from_json

T = TypeVar("T", Problem, Plan, Changes)

UNUSABLE = 2
"""The exit status for a file or an option that cannot be used."""
STANDARD = "-"
MOST_BYTES = 256 << 20
"""Of a file: several times an event of 30,000 candidates. What has no end, such as /dev/zero, ends here."""


def refuse(sentence: str) -> NoReturn:
    """End the command."""
    click.echo(sentence, err=True)
    sys.exit(UNUSABLE)


def read_file(kind: type[T], file: str) -> T:
    """Read a problem, a plan or changes, or end the command with a sentence."""
    try:
        return from_json(kind, _take(file))
    except OSError as error:
        refuse(f"{file} cannot be read: {error.strerror}.")
    except InvalidInput as error:
        refuse(f"{file}: {error}")


def write_file(file: str, text: str) -> None:
    """Write in UTF-8 whatever the locale. A file is replaced whole or not at all."""
    if file == STANDARD:
        stream = sys.stdout.buffer
        stream.write(text.encode())
        stream.flush()
        return
    target = Path(file)
    draft = target.with_name(f"{target.name}.part")
    try:
        if target.exists() and not target.is_file():  # such as /dev/null: nothing to replace
            target.write_text(text, encoding="utf-8")
            return
        draft.write_text(text, encoding="utf-8")
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        refuse(f"{file} cannot be written: {error.strerror}.")


def require_place(file: str) -> None:
    """Say before the work, not after it, that there is no place for the result."""
    if file == STANDARD:
        return
    folder = Path(file).absolute().parent
    if not file:
        refuse("A file without a name cannot be written.")
    if not folder.is_dir():
        refuse(f"{file} cannot be written: there is no such folder.")
    if Path(file).is_dir():
        refuse(f"{file} cannot be written: it is a folder.")
    if not os.access(folder, os.W_OK):
        refuse(f"{file} cannot be written: nothing may be written in that folder.")


def require_one_stream(*files: str) -> None:
    """Refuse standard input for more than one file: the first takes it whole."""
    if files.count(STANDARD) > 1:
        refuse("Only one file can be read from standard input.")


def replace_closed_streams() -> None:
    """Put something in the place of standard streams that are closed, that fails when it is used, as a file would.

    Standard error takes everything: without it there is nowhere to say anything.
    """
    for name, mode, flags in (("stdin", "r", os.O_WRONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY)):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, flags)  # the lowest number that is free: that of the stream
            os.set_inheritable(descriptor, True)
            setattr(sys, name, os.fdopen(descriptor, mode, encoding="utf-8"))


def refuse_output(error: OSError) -> NoReturn:
    """End the command because standard output takes no more; without a word when whoever read it went away."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left in it is lost, and said to be
    if isinstance(error, BrokenPipeError):
        sys.exit(UNUSABLE)
    refuse(f"Standard output cannot be written: {error.strerror}.")


def _take(file: str) -> bytes:
    """What is in the file. Raises OSError, InvalidInput where it is too large to be one of ours."""
    with contextlib.ExitStack() as opened:
        stream = sys.stdin.buffer if file == STANDARD else opened.enter_context(Path(file).open("rb"))
        text = stream.read(MOST_BYTES + 1)
    if len(text) > MOST_BYTES:
        raise InvalidInput("", f"not a file of ours: larger than {MOST_BYTES >> 20} MB")
    return text
