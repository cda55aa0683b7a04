"""Several messages in one letter: what was said in one of them is not announced again in the next."""

from services.notifications.wording.joining import join_wordings
from services.notifications.wording.source import Facts, Heading, Paragraph, Wording

OPENING = Wording("Another time, and more news", (Paragraph("Here is everything."),))
BOOKED = Wording("Stand 10 is yours", (Facts((("Date", "10 December"), ("Time", "12:30"))),))


def test_heading_goes_with_the_facts_that_it_announces() -> None:
    moved = Wording(
        "Another time",
        (Facts((("Other time", "12:30"),)), Heading("How it will be"), *BOOKED.blocks, Paragraph("Can you not come?")),
    )
    joined = join_wordings(OPENING, [BOOKED, moved], "Hans")
    assert joined.blocks[-3:] == (
        Heading("Another time"),
        Facts((("Other time", "12:30"),)),
        Paragraph("Can you not come?"),
    )


def test_heading_of_facts_of_which_one_is_new_stays() -> None:
    new = Facts((("Date", "10 December"), ("Place", "Town hall")))
    joined = join_wordings(OPENING, [BOOKED, Wording("Another place", (Heading("How it will be"), new))], "Hans")
    assert joined.blocks[-2:] == (Heading("How it will be", 3), Facts((("Place", "Town hall"),)))
