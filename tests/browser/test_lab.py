"""The overfitting lab: knobs, trainings that take seconds, their curves, operated in a browser."""

import pytest

CELLS = [
    "from helpers import runtime\nfrom helpers.widgets import overfitting_lab",
    "overfitting_lab(runtime.settings().data)",
]


@pytest.fixture(scope="module")
def cell(lab):
    with lab.open(CELLS) as notebook:
        notebook.run()
        cell = notebook.cell(1)
        cell.wait_for("No run yet.")
        yield cell


def test_the_knobs_change_the_photos(cell):
    cell.screenshot("lab-first")
    with cell.changes("caption", "picture"):
        cell.choose("validation poses", cell.options("validation poses")[0])
    with cell.changes("caption", "picture"):
        cell.press(cell.checkbox("augmentation"), "Space")
    with cell.changes("caption"):
        cell.press(cell.checkbox("augmentation"), "Space")
    with cell.changes("caption"):
        cell.choose("training photos", cell.options("training photos")[1])
    cell.choose("training photos", cell.options("training photos")[0])


def test_trainings_are_compared(cell):
    with cell.changes("caption", "picture"):
        cell.click("Train")
        cell.wait_for("Training: step")
        cell.wait_for("Run 1 is trained.")
    with cell.changes("caption"):
        cell.press(cell.checkbox("augmentation"), "Space")
    with cell.changes("caption", "picture"):
        cell.click("Train", "Space")
        cell.wait_for("Run 2 is trained.")
    cell.screenshot("lab")
    with cell.changes("text"):
        cell.click("Train")
    cell.wait_for("That is run 2")
    with cell.changes("text", "picture"):
        cell.click("Clear")
    cell.wait_for("No run yet.")
