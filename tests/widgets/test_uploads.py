import io

import numpy as np
import pytest
from PIL import Image

from helpers.widgets import uploads
from helpers.widgets.uploads import read_photo, read_photos

RED, BLUE = (200, 30, 30), (30, 30, 200)


def halves(mode="RGB"):
    """Left half red, right half blue: 40 wide, 20 high."""
    picture = Image.new("RGB", (40, 20), RED)
    picture.paste(BLUE, (20, 0, 40, 20))
    return picture.convert(mode)


def encoded(picture, kind="PNG", **options):
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def close(picture, place, colour, off=25):
    return np.abs(np.subtract(picture.getpixel(place), colour)).max() <= off


def test_the_values_of_both_versions_of_the_upload_button_are_read():
    data = encoded(halves())
    eight = ({"name": "a.png", "type": "image/png", "size": len(data), "content": memoryview(data)},)
    seven = {"a.png": {"metadata": {"name": "a.png"}, "content": data}}
    for value in (eight, seven):
        (upload,) = read_photos(value)
        assert (upload.name, upload.problem, upload.picture.mode) == ("a.png", "", "RGB")
        assert upload.picture.tobytes() == halves().tobytes()


def test_nothing_uploaded_is_nothing_read():
    assert read_photos(()) == read_photos({}) == []


def test_one_bad_file_does_not_spoil_the_others():
    value = [{"name": "a.txt", "content": b"hello"}, {"name": "b.png", "content": encoded(halves())}]
    first, second = read_photos(value)
    assert first.picture is None and "a.txt" in first.problem
    assert second.picture is not None and not second.problem


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP"])
def test_common_formats_are_read(kind):
    upload = read_photo("photo", encoded(halves(), kind))
    assert not upload.problem and upload.picture.mode == "RGB"
    assert close(upload.picture, (3, 10), RED) and close(upload.picture, (36, 10), BLUE)


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [(1, (40, 20), (3, 10)), (3, (40, 20), (36, 10)), (6, (20, 40), (10, 3)), (8, (20, 40), (10, 36))],
)
def test_photos_of_phones_are_turned_upright(orientation, size, red_at):
    exif = Image.Exif()
    exif[0x0112] = orientation
    upload = read_photo("phone.jpg", encoded(halves(), "JPEG", exif=exif))
    assert upload.picture.size == size
    assert close(upload.picture, red_at, RED)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparent_parts_become_white(mode):
    picture = Image.new("RGBA", (40, 20), (0, 0, 0, 0))
    picture.paste((30, 30, 30, 255), (20, 0, 40, 20))
    upload = read_photo("logo.png", encoded(picture.convert(mode)))
    assert upload.picture.getpixel((3, 10)) == (255, 255, 255)
    assert close(upload.picture, (36, 10), (30, 30, 30))


def test_of_an_animation_the_first_picture_is_taken():
    first, second = Image.new("RGB", (8, 8), RED), Image.new("RGB", (8, 8), BLUE)
    upload = read_photo("cat.gif", encoded(first, "GIF", save_all=True, append_images=[second]))
    assert close(upload.picture, (4, 4), RED)


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK"])
def test_every_kind_of_colour_becomes_rgb(mode):
    upload = read_photo("odd", encoded(halves(mode), "TIFF" if mode == "CMYK" else "PNG"))
    assert not upload.problem and upload.picture.mode == "RGB"


def test_sixteen_bit_greys_keep_their_brightness():
    values = np.full((10, 10), 32768, dtype="uint16")
    upload = read_photo("scan.png", encoded(Image.fromarray(values)))
    assert close(upload.picture, (5, 5), (127, 127, 127), off=2)


def test_an_empty_file_is_named_as_such():
    assert read_photo("666.jpg", b"").problem.startswith("666.jpg is empty")


def test_a_file_that_is_no_picture_is_named_with_what_works():
    problem = read_photo("notes.pdf", b"%PDF-1.7 hello").problem
    assert problem.startswith("notes.pdf is no picture") and "JPEG" in problem


def test_an_iphone_photo_gets_its_own_hint():
    header = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
    problem = read_photo("IMG_0001.HEIC", header + b"\x00" * 100).problem
    assert problem.startswith("IMG_0001.HEIC is a HEIC photo") and "Most Compatible" in problem


def test_a_film_is_not_taken_for_an_iphone_photo():
    assert "is no picture" in read_photo("film.mp4", b"\x00\x00\x00\x18ftypisom" + b"\x00" * 100).problem


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_file_that_breaks_off_is_damaged(kind):
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype="uint8")
    data = encoded(Image.fromarray(noise), kind)
    problem = read_photo("half.jpg", data[: len(data) // 2]).problem
    assert problem.startswith("half.jpg is damaged")


def test_a_large_file_is_refused_with_its_size():
    problem = read_photo("scan.tif", b"\x00" * (21 * 2**20)).problem
    assert problem.startswith("scan.tif is too large: 21 MB") and "smaller" in problem


@pytest.mark.parametrize("limit", [700, 300])  # above the limit Pillow warns, above its double it refuses
def test_too_many_pixels_are_refused(monkeypatch, limit):
    monkeypatch.setattr(uploads.Image, "MAX_IMAGE_PIXELS", limit)
    problem = read_photo("poster.png", encoded(halves())).problem
    assert problem.startswith("poster.png has too many pixels")
