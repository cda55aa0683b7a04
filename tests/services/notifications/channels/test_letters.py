"""Printed letters, read back by programs that others wrote."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest
import typst
import zxingcpp
from PIL import Image

from services.notifications.channels.paper import letters as paper
from services.notifications.channels.paper.letters import PaperLetter, Sheet, write_letters
from services.notifications.wording.source import Bullets, Button, Facts, Heading, Paragraph, PassPicture, Wording
from shared.qr import code_png
from shared.settings import STATIC_FOLDER
from tests.services.notifications.channels.test_mime import LETTER

CODE = "HD1:" + "A" * 115
BODY = Wording(
    "Запрошення",
    (
        Paragraph("Добрий день, Оксана Гриценко!"),
        Heading("Коли і де"),
        Facts((("День", "четвер, 10 грудня"), ("Час", "13:00–16:30"))),
        Bullets(("Візьміть цей лист із собою", "Перекладач допоможе")),
        PassPicture("Ваш код для входу"),
        Button("Відповісти", "https://handdruk.example/l/" + "x" * 80),
    ),
)
SHEET = Sheet(
    "Brieven voor Meet & Greet", "nl", "Vink af wie de brief heeft.", ("Rij", "Nr.", "Naam", "Taal", "Gegeven", "Post"),
    "Brief", datetime(2026, 12, 1, 9, tzinfo=UTC),
)  # fmt: skip
EVIL = [
    '#import "x"; *bold* _it_ $x^2$ `raw`',
    '#read("/etc/passwd")',
    "= Heading <label> @ref // comment",
    '\\" ] } #panic("x")',
    "https://evil.example/#x",
    "Їжакевич-Ґалаґан",
    "O'Brien",
    "Я" * 200,
    "A very long name " * 12,
]


def _letter(name: str = "Оксана Гриценко", readable: str = "Oksana Hrytsenko", **changes: object) -> PaperLetter:
    letter = replace(LETTER, reader=name, body=BODY, footer=Wording("", (Paragraph("Werkregio"),)))
    letter = replace(letter, picture=code_png(CODE), **changes)
    return PaperLetter(letter, "112", "Номер 112", readable, "українська")


def _read(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def _squeezed(text: str) -> str:
    return "".join(text.split())


def test_letters_have_a_checklist_in_front_and_a_page_each() -> None:
    pages = _read(write_letters([_letter(), _letter("Jan de Vries")], SHEET, STATIC_FOLDER))
    assert len(pages) == 3
    for word in ("Brieven voor Meet & Greet", "Naam", "Оксана Гриценко", "Jan de Vries", "112", "українська"):
        assert word in pages[0]
    for word in ("Добрий день, Оксана Гриценко!", "четвер, 10 грудня", "Перекладач допоможе", "Номер 112", "Werkregio"):
        assert word in pages[1]
    assert "Jan de Vries" in pages[2]


def test_pdf_is_tagged_for_everybody() -> None:
    pdf = pypdf.PdfReader(io.BytesIO(write_letters([_letter()], SHEET, STATIC_FOLDER)))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("nl")
    assert pdf.metadata is not None
    assert pdf.metadata.title == SHEET.title
    assert b"pdfuaid" in root["/Metadata"].get_data()


@pytest.mark.parametrize("name", EVIL)
def test_name_is_printed_as_it_is_written_and_never_acts(name: str) -> None:
    pages = _read(write_letters([_letter(name, subject=name)], SHEET, STATIC_FOLDER))
    assert all(_squeezed(name) in _squeezed(page) for page in pages[:2])
    assert "root:" not in "".join(pages)


def test_name_that_no_font_has_is_printed_as_it_is_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "is_printable", lambda text, folder: "李" not in text)
    said = Wording("x", (Paragraph("Beste 李, welkom"),))
    pages = _read(write_letters([_letter("李", "Li", body=said)], SHEET, STATIC_FOLDER))
    assert "Beste Li, welkom" in pages[1]


def test_letter_that_no_font_has_does_not_stop_the_others() -> None:
    pages = _read(write_letters([_letter("\U0001f9ff\U000e0041", ""), _letter()], SHEET, STATIC_FOLDER))
    assert "Оксана Гриценко" in pages[-1]


def test_own_type_is_used_for_latin_and_cyrillic() -> None:
    pdf = pypdf.PdfReader(io.BytesIO(write_letters([_letter()], SHEET, STATIC_FOLDER)))
    fonts = {font.get_object()["/BaseFont"].partition("+")[2] for font in pdf.pages[1]["/Resources"]["/Font"].values()}
    assert fonts
    assert all(font.startswith("NotoSans") for font in fonts)


def test_printed_code_can_be_scanned(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[bytes] = []
    compile_pdf = typst.compile

    def compile_both(path: str, **options: Any) -> Any:
        shown = {name: value for name, value in options.items() if name not in {"format", "pdf_standards"}}
        kept.extend(compile_pdf(path, format="png", ppi=150, **shown))
        return compile_pdf(path, **options)

    monkeypatch.setattr(paper.typst, "compile", compile_both)
    write_letters([_letter()], SHEET, STATIC_FOLDER)
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(kept[1])))
    assert [one.text for one in found] == [CODE]
