import numpy as np
import pytest

from helpers.widgets import overfitting as module
from helpers.widgets import tiny_training
from helpers.widgets.overfitting import OverfittingLab
from helpers.widgets.tiny_training import Knobs, Run


def made_up(knobs):
    """A run as a training would give it, without one."""
    steps = np.arange(20, 601, 20)
    return Run(knobs, steps, np.linspace(0.5, 1.0, 30), np.linspace(0.5, 0.6 + knobs.photos / 1000, 30))


@pytest.fixture
def trained(monkeypatch):
    """The knobs that were trained, each with what the button and the message were meanwhile."""
    calls = []

    def train(data, knobs, watch):
        watch(120)
        calls.append((knobs, train.lab.buttons["Train"].disabled, train.lab.message.value))
        return made_up(knobs)

    monkeypatch.setattr(tiny_training, "train", train)
    train.calls = calls
    return train


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def lab(data, trained):
    trained.lab = OverfittingLab(data)
    return trained.lab


def press(lab, name):
    lab.buttons[name].click()


def test_the_first_view_shows_photos_of_the_choice(lab):
    assert lab.knobs == Knobs(40, "reclining", False)
    assert "<img" in lab.picture.value and "8 of the 40 training photos, upright; unchanged" in lab.sentence
    assert "8 of the 200 validation photos, reclining" in lab.sentence
    assert module.NO_RUN in lab.message.value and not lab.curves.value


@pytest.mark.parametrize(("name", "value"), [("validation poses", "leaning"), ("augmentation", True)])
def test_another_choice_shows_other_photos(lab, name, value):
    before = lab.picture.value, lab.drawn.tobytes()
    lab.controls[name].value = value
    assert lab.picture.value != before[0] and lab.drawn.tobytes() != before[1]
    assert module.NO_RUN in lab.message.value  # no run yet, whatever is chosen


def test_every_control_has_its_name(lab):
    assert [control.description for control in lab.controls.values()] == list(lab.controls)
    assert [button.description for button in lab.buttons.values()] == ["Train", "Clear"]


def test_while_it_trains_the_button_is_off_and_a_line_says_so(lab, trained):
    press(lab, "Train")
    ((knobs, disabled, message),) = trained.calls
    assert (knobs, disabled) == (Knobs(40, "reclining", False), True)
    assert "Training: step 120 of 600." in message
    assert not lab.buttons["Train"].disabled and "Run 1 is trained." in lab.message.value


def test_runs_are_laid_over_each_other_and_described(lab):
    press(lab, "Train")
    lab.controls["augmentation"].value = True
    press(lab, "Train")
    shown = lab.curves.value
    assert shown.count(">1: 40 photos,</text>") == shown.count(">2: 40 photos,</text>") == 1
    assert "Run 1 (40 photos, reclining, not augmented): training accuracy" in shown
    assert "Run 2 (40 photos, reclining, augmented): training accuracy" in shown


def test_the_same_choice_is_not_trained_twice(lab, trained):
    press(lab, "Train")
    press(lab, "Train")
    assert len(trained.calls) == 1
    assert "That is run 1" in lab.message.value


def test_the_last_four_runs_are_shown_and_keep_number_and_colour(lab):
    for photos in module.PHOTOS:
        for poses in ("upright", "leaning"):
            lab.controls["training photos"].value = photos
            lab.controls["validation poses"].value = poses
            press(lab, "Train")
    assert list(lab.runs) == [3, 4, 5, 6]
    assert "Run 2 " not in lab.curves.value and "Run 6 " in lab.curves.value
    colours = {number: module.draw_runs({number: lab.runs[number]}) for number in lab.runs}
    assert all(module.COLOURS[(number - 1) % 4] in drawn for number, drawn in colours.items())


def test_clear_removes_the_runs(lab, trained):
    press(lab, "Train")
    press(lab, "Clear")
    assert not lab.runs and not lab.curves.value and module.NO_RUN in lab.message.value
    press(lab, "Train")
    assert len(trained.calls) == 2 and list(lab.runs) == [1]


def test_an_error_is_shown_as_text_and_the_button_comes_back(lab, monkeypatch):
    def fail(*_, **__):
        raise OSError("no space left on <disk>")

    monkeypatch.setattr(tiny_training, "train", fail)
    press(lab, "Train")
    assert "The training failed: no space left on &lt;disk&gt;" in lab.message.value
    assert not lab.buttons["Train"].disabled and not lab.runs


def test_training_is_solid_and_validation_dashed():
    drawn = module.draw_runs({1: made_up(Knobs(40, "upright", False))})
    assert drawn.count("stroke-dasharray") == 1
    assert "solid: training, dashed: validation" in drawn and "steps (batches of 16 photos)" in drawn
