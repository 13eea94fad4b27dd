"""Pictures are drawn again: as wide as pages need, upright, without what the file said of itself; others refused."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from adapters.files import PictureRef, PictureRefused, draw_photo, draw_picture
from tests.kit.example_files import BROKEN, SCRIPT, picture


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_drawn_in_the_widths_of_pages_and_never_wider_than_it_is(kind: str) -> None:
    small, large = draw_picture(picture(600, 400, kind)), draw_picture(picture(2400, 1600, kind))
    assert (sorted(small.drawings), sorted(large.drawings)) == ([480, 600], [480, 800, 1200])
    assert small.ref[1:] == (600, 400)
    assert large.ref[1:] == (1200, 800)
    for width, content in large.drawings.items():
        with Image.open(io.BytesIO(content)) as drawn:
            assert (drawn.format, drawn.width) == ("WEBP", width)


def test_the_place_and_the_name_in_a_picture_are_gone_and_it_stands_upright() -> None:
    given = picture(600, 400, where=True, turned=True)
    assert b"GALANTE" in given
    for content in (draw_picture(given).drawings[400], draw_photo(given)):
        with Image.open(io.BytesIO(content)) as drawn:
            assert drawn.height > drawn.width
            assert dict(drawn.getexif()) == {}
        assert b"GALANTE" not in content


def test_what_is_hidden_behind_a_picture_is_not_taken_over() -> None:
    drawn = draw_picture(picture() + SCRIPT)
    assert all(SCRIPT not in content for content in drawn.drawings.values())


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_picture_of_ours_is_refused(content: bytes) -> None:
    for draw in (draw_picture, draw_photo):
        with pytest.raises(PictureRefused):
            draw(content)


def test_a_photo_is_small_enough_for_a_basket_of_twenty() -> None:
    photo = draw_photo(picture(4000, 3000))
    assert len(photo) < 60_000
    with Image.open(io.BytesIO(photo)) as drawn:
        assert (drawn.format, drawn.size) == ("JPEG", (480, 360))


def test_a_transparent_picture_stands_on_white() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(written, "PNG")
    with Image.open(io.BytesIO(draw_photo(written.getvalue()))) as drawn:
        assert drawn.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def test_a_picture_is_named_in_events_and_read_again() -> None:
    ref = draw_picture(picture()).ref
    assert PictureRef.parse(str(ref)) == ref
    for text in ("", "x", str(ref)[1:], f"{ref}0000", f"../{ref}", str(ref).upper()):
        assert PictureRef.parse(text) is None
