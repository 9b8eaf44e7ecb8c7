"""Where would you stop, and turn the photo: recorded runs, operated in a browser."""

import pytest

CELLS = [
    "from helpers.widgets import turn_the_photo, where_would_you_stop",
    "where_would_you_stop()",
    "turn_the_photo()",
]


@pytest.fixture(scope="module")
def notebook(lab):
    with lab.open(CELLS) as opened:
        opened.cell(0).run()
        yield opened


def test_where_would_you_stop(notebook):
    cell = notebook.cell(1)
    cell.run()
    cell.wait_for("Do you stop here?", "caption")
    cell.screenshot("where-would-you-stop-first")
    for key in ("Enter", "Space"):
        with cell.changes("caption", "picture"):
            cell.click("Next epoch", key)
    cell.wait_for("Epoch 5 of ", "caption")
    with cell.changes("caption", "picture"):
        cell.click("Stop here")
    cell.wait_for("You stop after epoch 5 of ", "caption")
    assert cell.button("Next epoch").is_disabled()
    cell.screenshot("where-would-you-stop")
    with cell.changes("caption", "picture"):
        cell.click("Start again")
    cell.wait_for("Epoch 3 of ", "caption")


def test_turn_the_photo(notebook):
    cell = notebook.cell(2)
    cell.run()
    cell.wait_for("upright", "caption")
    cell.screenshot("turn-the-photo-first")
    for keys in (["ArrowRight"], ["ArrowLeft", "ArrowLeft"], ["End"], ["Home"]):
        with cell.changes("caption", "picture"):
            cell.press(cell.slider("turn (degrees)"), *keys)
    with cell.changes("caption", "picture"):
        cell.choose("photo", cell.options("photo")[-1])
    with cell.changes("caption", "picture"):
        cell.press(cell.slider("turn (degrees)"), "PageUp")
    cell.screenshot("turn-the-photo")
