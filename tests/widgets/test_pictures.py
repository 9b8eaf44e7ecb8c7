import io

import numpy as np
import pytest
from PIL import Image

from helpers.widgets import pictures

CAT = pictures.drawn_cat()


def test_the_drawn_cat_is_the_same_each_time_and_another_seed_draws_another():
    assert CAT.shape == (150, 150, 3) and CAT.dtype == np.uint8
    assert np.array_equal(CAT, pictures.drawn_cat())
    assert not np.array_equal(CAT, pictures.drawn_cat(1))


@pytest.mark.parametrize(
    "photo",
    [
        CAT,
        CAT.astype("float32"),
        CAT / 255,
        CAT.astype(int),
        Image.fromarray(CAT),
        Image.fromarray(CAT).convert("RGBA"),
    ],
    ids=["bytes", "0-255", "0-1", "integers", "picture", "with transparency"],
)
def test_every_usual_kind_of_photo_is_understood(photo):
    assert np.array_equal(pictures.as_photo(photo), CAT)


def test_a_file_is_read_from_its_path(tmp_path):
    Image.fromarray(CAT).save(tmp_path / "cat.png")
    assert np.array_equal(pictures.as_photo(tmp_path / "cat.png"), CAT)
    assert np.array_equal(pictures.as_photo(str(tmp_path / "cat.png")), CAT)


def test_another_shape_is_stretched_to_a_square():
    assert pictures.as_photo(CAT[:90]).shape == (150, 150, 3)


def test_a_dark_photo_of_whole_numbers_is_not_taken_for_a_rescaled_one():
    assert pictures.as_photo(np.ones((150, 150, 3), int)).max() == 1


@pytest.mark.parametrize(
    "wrong, message",
    [
        (np.zeros((150, 150)), r"shape \(150, 150\)"),
        (np.zeros((4, 150, 150, 3)), "one photo in colour"),
        (np.zeros((0, 0, 3)), "shape"),
        (np.full((9, 9, 3), 300.0), "to 300"),
        (np.full((9, 9, 3), -0.5), "from -0.5"),
        (np.full((9, 9, 3), np.nan), "nan"),
    ],
)
def test_what_is_no_photo_is_refused_with_its_shape_or_values(wrong, message):
    with pytest.raises(ValueError, match=message):
        pictures.as_photo(wrong)


def test_a_letter_stands_in_the_middle():
    dark = np.argwhere(pictures.letter("6")[..., 0] < 128)
    middle = (dark.min(0) + dark.max(0)) / 2
    assert np.abs(middle - 74.5).max() <= 1
    assert 0.5 * 150 < np.ptp(dark[:, 0]) < 0.7 * 150


def test_letters_differ_and_all_are_drawn():
    drawn = {pictures.letter(text).tobytes() for text in "6b→9"}
    assert len(drawn) == 4


def test_hatching_covers_the_mask_with_black_and_white_and_nothing_else():
    mask = np.zeros((150, 150), bool)
    mask[:20] = True
    result = pictures.hatched(CAT.astype("float32"), mask)
    assert np.array_equal(result[20:], CAT[20:])
    assert set(np.unique(result[:20])) == {0, 255}
    assert 0.4 < (result[:20] == 255).mean() < 0.6


def test_a_sheet_holds_each_picture_once_in_its_place():
    black, white = np.zeros((20, 20, 3)), np.full((20, 20, 3), 255.0)
    sheet = np.asarray(pictures.sheet([black, white, None, black], ["a", "b\nc", "", ""], 2, 20))
    assert sheet.shape == (32 + 20 + 6 + 16 + 20 + 1, 2 * 20 + 6 + 2, 3)
    assert sheet[42, 11].tolist() == [0, 0, 0]
    assert sheet[42, 37].tolist() == [255, 255, 255]
    assert sheet[84, 11].tolist() == [255, 255, 255]  # the empty place
    assert sheet[84, 37].tolist() == [0, 0, 0]


@pytest.mark.parametrize("tiles, captions", [([], []), ([CAT], ["one", "two"])])
def test_a_sheet_wants_a_caption_for_each_picture(tiles, captions):
    with pytest.raises(ValueError, match="a caption for each picture"):
        pictures.sheet(tiles, captions, 3)


def test_pictures_are_joined_side_by_side_or_below_each_other():
    one, two = Image.new("RGB", (30, 10)), Image.new("RGB", (20, 40))
    assert pictures.joined([one, two], gap=5).size == (55, 40)
    assert pictures.joined([one, two], below=True, gap=5).size == (30, 55)


def test_the_small_jpeg_is_much_smaller_than_the_picture():
    data = pictures.small_jpeg(Image.fromarray(CAT))
    with Image.open(io.BytesIO(data)) as opened:
        assert opened.format == "JPEG" and opened.size == (150, 150)
    assert len(data) < CAT.nbytes / 8
