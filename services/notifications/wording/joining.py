"""Several messages as one: under a heading each, greeted once, and nothing said twice."""

from collections.abc import Sequence

from services.notifications.wording.source import Block, Facts, Heading, Paragraph, PassPicture, Wording, clean

INNER = 3
"""The level of a heading below that of its own message."""


def join_wordings(opening: Wording, each: Sequence[Wording], reader: str) -> Wording:
    """`opening` gives the subject and the first words; `reader` is whose name a greeting holds."""
    said: set[object] = set()
    blocks = _take_new(opening.blocks, said)
    for wording in each:
        own = _take_new(_without_greeting(wording.blocks, reader), said)
        if own:
            blocks += [Heading(wording.subject), *_without_empty_headings(own)]
    return Wording(opening.subject, tuple(blocks), opening.short)


def _without_greeting(blocks: Sequence[Block], reader: str) -> Sequence[Block]:
    first = blocks[0] if blocks else None
    greets = isinstance(first, Paragraph) and str(clean(reader)) in first.text
    return blocks[1:] if greets else blocks


def _take_new(blocks: Sequence[Block], said: set[object]) -> list[Block]:
    """The blocks without what was said before: date and place stand in nearly every message."""
    new: list[Block] = []
    for block in blocks:
        match block:
            case Facts(rows):
                fresh = tuple(row for row in rows if row not in said)
                said.update(rows)
                if fresh:
                    new.append(Facts(fresh))
                elif new and isinstance(new[-1], Heading):
                    new.pop()  # it announced what was said before
            case Heading(text):
                new.append(Heading(text, INNER))
            case PassPicture() if PassPicture in said:
                if new and isinstance(new[-1], Paragraph) and new[-1].text.endswith(":"):
                    new.pop()  # it announced the picture
            case _:
                if block not in said:
                    new.append(block)
                said.add(PassPicture if isinstance(block, PassPicture) else block)
    return new


def _without_empty_headings(blocks: Sequence[Block]) -> list[Block]:
    """A heading whose blocks were all said before has nothing to say."""
    following = [*blocks[1:], Heading("", INNER)]
    return [
        block
        for block, after in zip(blocks, following, strict=True)
        if not (isinstance(block, Heading) and isinstance(after, Heading))
    ]
