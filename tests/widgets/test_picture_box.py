import ipywidgets
import pytest
from PIL import Image

from helpers.widgets import picture_box


class Counting(picture_box.PictureBox):
    drawings = 0

    def draw(self):
        self.drawings += 1
        size = self.controls["size"].value
        return Image.new("RGB", (size, size)), f"A square of {size} pixels & no <more>."


@pytest.fixture
def box():
    size = picture_box.slider(20, 10, 40, 1, "size")
    return Counting({"size": size, "tick": picture_box.checkbox("tick")}, ("One", "Two"), columns=2)


def test_it_is_drawn_at_once_and_again_whenever_a_control_moves(box):
    assert box.drawings == 1 and box.drawn.size == (20, 20)
    box.controls["size"].value = 30
    assert box.drawings == 2 and box.drawn.size == (30, 30)
    assert "A square of 30 pixels &amp; no &lt;more&gt;." in box.picture.value


def test_many_controls_are_moved_with_one_redraw(box):
    box.set(size=40, tick=True)
    assert box.drawings == 2 and box.sentence.startswith("A square of 40")
    box.controls["size"].value = 10
    assert box.drawings == 3


def test_it_redraws_again_after_a_wrong_name(box):
    with pytest.raises(KeyError):
        box.set(colour=3)
    box.controls["size"].value = 11
    assert box.sentence.startswith("A square of 11")


def test_a_message_is_plain_text_and_goes_when_a_control_moves(box):
    box.say("5 < 6")
    assert "5 &lt; 6" in box.message.value and 'role="status"' in box.message.value
    box.controls["size"].value = 12
    assert box.message.value == ""


def test_every_part_is_in_the_box_with_a_description(box):
    def parts(widget):
        return [widget, *(part for child in getattr(widget, "children", ()) for part in parts(child))]

    inside = parts(box)
    for widget in (*box.controls.values(), *box.buttons.values(), box.picture, box.message):
        assert widget in inside
    assert all(control.description for control in (*box.controls.values(), *box.buttons.values()))


def test_a_page_without_widgets_keeps_the_picture_and_its_sentence(box, monkeypatch):
    shown = []
    monkeypatch.setattr("helpers.widgets.shell.display", lambda data, raw: shown.append(data))
    assert box.show() is None
    assert shown[0]["text/plain"] == "A square of 20 pixels & no <more>."
    assert "data:image/jpeg;base64," in shown[0]["text/html"]


def test_sliders_are_of_whole_numbers_or_fractions():
    assert isinstance(picture_box.slider(1, 0, 9, 1, "whole"), ipywidgets.IntSlider)
    fraction = picture_box.slider(0.25, 0, 0.5, 0.01, "fraction", 2)
    assert isinstance(fraction, ipywidgets.FloatSlider) and fraction.readout_format == ".2f"
