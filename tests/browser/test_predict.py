"""Your own photos and a network's answer: uploaded in a browser."""

import pytest
from PIL import Image

NETWORK = """
import keras
from helpers.widgets.predict import predict_your_own
keras.utils.set_random_seed(0)
model = keras.Sequential([
    keras.Input((32, 32, 3)), keras.layers.Conv2D(4, 3, activation="relu"), keras.layers.GlobalAveragePooling2D(),
    keras.layers.Dense(1, activation="sigmoid"),
])
"""
CELLS = [NETWORK, "predict_your_own(model)"]
TURN_RIGHT = {0x0112: 6}  # as a phone that was held upright writes it


@pytest.fixture(scope="module")
def cell(lab):
    with lab.open(CELLS) as notebook:
        notebook.run()
        cell = notebook.cell(1)
        cell.wait_for("No photo yet.")
        yield cell


def test_one_photo(cell, tmp_path):
    cell.screenshot("predict-first")
    photo = tmp_path / "garden.jpg"
    Image.radial_gradient("L").resize((400, 300)).save(photo)
    with cell.changes("text"):
        cell.upload("Choose photos", [photo])
    cell.wait_for("garden.jpg: ", "caption")
    assert "with probability 0." in cell.caption() and "400 by 300 pixels" in cell.caption()
    assert cell.picture()


def test_several_files_of_which_one_is_no_photo(cell, tmp_path):
    upright, red, words = tmp_path / "phone.jpg", tmp_path / "red.png", tmp_path / "words.jpg"
    exif = Image.Exif()
    exif.update(TURN_RIGHT)
    Image.linear_gradient("L").resize((400, 300)).save(upright, exif=exif)
    Image.new("RGBA", (200, 200), "red").save(red)
    words.write_text("not a photo", encoding="utf-8")
    with cell.changes("caption", "picture"):
        cell.upload("Choose photos", [upright, red, words])
    cell.wait_for("words.jpg")
    assert "phone.jpg: " in cell.caption() and "red.png: " in cell.caption()
    assert "300 by 400 pixels" in cell.caption(), "the phone's photo stands upright"
    cell.screenshot("predict")
