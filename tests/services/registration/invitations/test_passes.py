"""The pass: signed, read by everybody who knows the verify key, and nothing else taken for one."""

import io
import uuid

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from services.registration.invitations.passes import TEXT_LENGTH, PassContent, pass_text, read_pass, verify_key
from shared.qr import code_matrix, code_png

SEED = b"a test seed of just 32 letters.."
KEY = verify_key(SEED)
CONTENT = PassContent(uuid.UUID("a58f0c4e-3c9b-4a57-a52b-0f3a2f6f5d10"), 112, 1)
contents = st.builds(PassContent, st.uuids(), st.integers(1, 2**32 - 1), st.integers(1, 2**16 - 1))


@settings(deadline=None)
@given(contents)
def test_every_pass_reads_back(content: PassContent) -> None:
    text = pass_text(SEED, content)
    assert read_pass(KEY, text) == content
    assert len(text) == TEXT_LENGTH == 119


def test_the_same_content_is_the_same_pass() -> None:
    assert pass_text(SEED, CONTENT) == pass_text(SEED, CONTENT)


def test_a_pass_of_another_key_is_none_of_ours() -> None:
    assert read_pass(verify_key(b"another seed of just 32 letters!"), pass_text(SEED, CONTENT)) is None


@settings(deadline=None)
@given(st.integers(0, TEXT_LENGTH - 1), st.characters())
def test_a_pass_with_one_character_changed_is_refused(position: int, character: str) -> None:
    text = pass_text(SEED, CONTENT)
    changed = text[:position] + character + text[position + 1 :]
    assert read_pass(KEY, changed) == (CONTENT if changed == text else None)


@settings(deadline=None)
@given(contents, st.data())
def test_a_signature_does_not_fit_another_content(content: PassContent, data: st.DataObject) -> None:
    other = data.draw(contents.filter(lambda one: one != content))
    signature = pass_text(SEED, content)[33:]
    assert read_pass(KEY, pass_text(SEED, other)[:33] + signature) is None


@settings(deadline=None)
@given(st.text(max_size=300))
def test_nonsense_is_no_pass(text: str) -> None:
    assert read_pass(KEY, text) is None


@settings(deadline=None)
@given(st.text(st.sampled_from("ABCabc019-_=+/ \n"), min_size=TEXT_LENGTH - 4, max_size=TEXT_LENGTH - 4))
def test_nonsense_of_the_right_length_is_no_pass(text: str) -> None:
    assert read_pass(KEY, "HD1:" + text) is None


@pytest.mark.parametrize("wrap", [" {}", "{}\n", "{}=", "hd1:{}", "HD2:{}", "{}{}"])
def test_only_the_exact_text_counts(wrap: str) -> None:
    text = pass_text(SEED, CONTENT)
    assert read_pass(KEY, wrap.format(text, text)) is None


def test_another_way_to_write_the_last_character_is_refused() -> None:
    text = pass_text(SEED, CONTENT)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = alphabet[alphabet.index(text[-1]) ^ 1]
    assert read_pass(KEY, text[:-1] + twin) is None


@settings(deadline=None, max_examples=25)
@given(contents)
def test_a_reader_that_others_wrote_reads_the_code(content: PassContent) -> None:
    text = pass_text(SEED, content)
    picture = Image.open(io.BytesIO(code_png(text, scale=3))).convert("L")
    found = zxingcpp.read_barcode(picture)
    assert found is not None
    assert (found.text, str(found.format)) == (text, "QR Code")


def test_the_code_can_be_read_turned_small_and_grey() -> None:
    text = pass_text(SEED, CONTENT)
    picture = Image.open(io.BytesIO(code_png(text, scale=6))).convert("L").rotate(13, fillcolor=255, expand=True)
    grey = picture.point(lambda light: 60 + light // 2).resize((picture.width // 2, picture.height // 2))
    found = zxingcpp.read_barcode(grey)
    assert found is not None
    assert found.text == text


def test_the_code_is_small_enough_for_a_cheap_phone() -> None:
    # 45 modules and a quiet zone of 4 on 328 pixels (a screen of 360): six pixels a module.
    assert len(code_matrix(pass_text(SEED, CONTENT))) == 45
