"""The augmentation explorer, operated in a browser."""

import pytest
from PIL import Image

CELLS = ["from helpers.widgets.explorer import augmentation_explorer", "augmentation_explorer()"]


@pytest.fixture(scope="module")
def cell(lab):
    with lab.open(CELLS) as notebook:
        notebook.run()
        cell = notebook.cell(1)
        cell.wait_for("random draws", "caption")
        yield cell


def test_it_shows_the_lessons_settings_first(cell):
    cell.screenshot("explorer-first")
    assert "rotation_range=40" in cell.text()
    assert "8 random draws of one photo" in cell.caption()


def test_every_slider_moves_the_picture(cell):
    for label in (
        "rotation_range",
        "width_shift_range",
        "height_shift_range",
        "shear_range",
        "zoom_range",
        "channel_shift_range",
    ):
        before = cell.readout(label)
        with cell.changes("caption", "picture"):
            cell.press(cell.slider(label), "ArrowRight")
        assert cell.readout(label) != before


def test_a_range_has_two_handles(cell):
    low, high = cell.slider("brightness_range").all()
    with cell.changes("caption", "picture"):
        cell.press(low, "PageDown")
    with cell.changes("caption", "picture"):
        cell.press(high, "PageUp")
    assert "brightness_range=" in cell.text()


def test_flips_and_fill_modes(cell):
    for label in ("horizontal_flip", "vertical_flip"):
        with cell.changes("caption", "picture"):
            cell.press(cell.checkbox(label), "Space")
    assert "vertical_flip=True" in cell.text()
    for mode in ("reflect", "wrap", "constant"):
        with cell.changes("caption", "picture"):
            cell.choose("fill_mode", mode)
    with cell.changes("picture"):  # only a constant filling has a level, and only then is its slider there
        cell.press(cell.slider("cval"), "PageUp")
    with cell.changes("caption", "picture"):
        cell.choose("fill_mode", "nearest")
    cell.slider("cval").wait_for(state="hidden")


def test_buttons(cell):
    for button, words in {
        "Settings for digits": "rotation_range=10",
        "The lesson's settings": "rotation_range=40",
        "Reset": "Every parameter is off",
    }.items():
        with cell.changes("caption", "picture", "text"):
            cell.click(button)
        assert words in cell.text()
    cell.screenshot("explorer-reset")
    with cell.changes("caption", "picture"):
        cell.click("The lesson's settings", "Space")
    with cell.changes("picture"):
        cell.click("New draw")
    cell.screenshot("explorer")


def test_your_own_photo(cell, tmp_path):
    photo, words = tmp_path / "mine.png", tmp_path / "words.png"
    Image.linear_gradient("L").save(photo)
    words.write_text("not a photo", encoding="utf-8")
    with cell.changes("picture", "text"):
        cell.upload("Your own photo", [photo])
    cell.wait_for("Showing mine.png")
    shown = cell.picture()
    cell.upload("Your own photo", [words])
    cell.wait_for("The photo before it stays.")
    assert cell.picture() == shown
    cell.screenshot("explorer-upload")
