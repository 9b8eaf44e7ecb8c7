"""Invented pixels, labels that break, one photo over many epochs: operated in a browser."""

import pytest

CELLS = [
    "from helpers.widgets.pixels import invented_pixels, one_photo_many_epochs, still_the_label",
    "invented_pixels()",
    "still_the_label()",
    "one_photo_many_epochs()",
]


@pytest.fixture(scope="module")
def notebook(lab):
    with lab.open(CELLS) as opened:
        opened.run()
        yield opened


def test_invented_pixels(notebook):
    cell = notebook.cell(1)
    cell.wait_for("of the pixels are invented", "caption")
    for label in ("turn (degrees)", "shift right (%)", "zoom factor"):
        with cell.changes("caption", "picture"):
            cell.press(cell.slider(label), "PageUp")
    for mode in ("reflect", "wrap", "constant", "nearest"):
        with cell.changes("caption", "picture"):
            cell.choose("fill_mode", mode)
    cell.screenshot("invented-pixels")


def test_still_the_label(notebook):
    cell = notebook.cell(2)
    cell.wait_for("label", "caption")
    for label in ("turn (degrees)", "shear (degrees)", "zoom factor"):
        with cell.changes("caption", "picture"):
            cell.press(cell.slider(label), "ArrowRight")
    for label in ("horizontal_flip", "vertical_flip"):
        with cell.changes("caption", "picture"):
            cell.press(cell.checkbox(label), "Space")
    for button, key in {"Still the same label": "Enter", "The label broke": "Space"}.items():
        with cell.changes("text"):
            cell.click(button, key)
        cell.screenshot(f"still-the-label-{key.lower()}")
        with cell.changes("caption", "picture", "text"):
            cell.press(cell.slider("turn (degrees)"), "PageUp")
    first, *others = cell.options("subject")
    for number, subject in enumerate([*others, first]):
        with cell.changes("caption", "picture"):
            cell.choose("subject", subject)
        cell.screenshot(f"still-the-label-{number}")


def test_one_photo_many_epochs(notebook):
    cell = notebook.cell(3)
    cell.wait_for("After 9 epochs", "caption")
    for button, words in {"Next epoch": "After 10 epochs", "Ten epochs": "After 20 epochs"}.items():
        with cell.changes("caption", "picture"):
            cell.click(button)
        assert words in cell.caption()
    cell.screenshot("one-photo-many-epochs")
    with cell.changes("caption", "picture"):
        cell.click("Back to epoch 1", "Space")
    assert "After 1 epoch:" in cell.caption()
    cell.screenshot("one-photo-first-epoch")
