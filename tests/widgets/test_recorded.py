import numpy as np
import pytest

from helpers.evidence import records
from helpers.widgets import recorded, turned
from helpers.widgets.recorded import (
    AGAIN,
    ANGLE,
    NEXT,
    PHOTO,
    STOP,
    TEN,
    make_turn_the_photo,
    make_where_would_you_stop,
)
from helpers.widgets.turned import Turned

HISTORY = {
    "accuracy": [0.6, 0.7, 0.8, 0.9, 1.0],
    "val_accuracy": [0.6, 0.65, 0.7, 0.75, 0.7],
    "loss": [0.7, 0.6, 0.5, 0.4, 0.3],
    "val_loss": [0.7, 0.65, 0.6, 0.7, 0.9],
}


@pytest.fixture
def game():
    return make_where_would_you_stop({"history": HISTORY, "seconds": [40.0] * 5}, photos=400)


def press(box, *names):
    for name in names:
        box.buttons[name].click()


def test_the_first_view_shows_three_epochs_and_nothing_of_the_rest(game):
    assert "Epoch 3 of 5: training accuracy 0.800, validation accuracy 0.700; validation is best at this epoch" in (
        game.sentence
    )
    assert "0.75" not in game.picture.value and "best epoch" not in game.picture.value
    assert game.picture.value.count("<circle") == 6  # three epochs in each of two panels
    assert game.buttons[NEXT].disabled is game.buttons[STOP].disabled is False


def test_each_press_shows_one_more_epoch_until_the_last(game):
    press(game, NEXT)
    assert game.sentence.startswith("Epoch 4 of 5") and game.picture.value.count("<circle") == 8
    press(game, NEXT)
    assert game.sentence.startswith("Epoch 5 of 5") and "best at epoch 4 (0.750) so far" in game.sentence
    assert game.buttons[NEXT].disabled
    press(game, NEXT)
    assert game.epoch == 5


def test_whoever_stops_sees_the_rest_and_what_it_costs(game):
    press(game, STOP)
    assert game.picture.value.count("<circle") == 10
    assert ">you stop</text>" in game.picture.value and ">best epoch</text>" in game.picture.value
    assert game.sentence == (
        "You stop after epoch 3 of 5: validation accuracy 0.700, give or take 0.045 on 400 photos; the gap to "
        "training is +0.100. The best epoch is 4 with 0.750: 0.050 better, which is more than the error bar. The best "
        "of many is picked with hindsight and a little too good. Waiting to the end takes 2 more epochs of 40 s and "
        "ends at 0.700, +0.000 against your stop."
    )
    assert game.buttons[NEXT].disabled and game.buttons[STOP].disabled


def test_whoever_stops_at_the_best_epoch_is_told_so(game):
    press(game, NEXT, STOP)
    assert "No epoch is better." in game.sentence and ">you stop, and the best epoch</text>" in game.picture.value


def test_whoever_waits_to_the_end_is_told_so(game):
    press(game, NEXT, NEXT, STOP)
    assert game.sentence.endswith("You waited to the end.")


def test_a_decision_stands_until_start_again(game):
    press(game, STOP)
    sentence = game.sentence
    press(game, NEXT, STOP)
    assert game.sentence == sentence
    press(game, AGAIN)
    assert game.stopped is None and game.sentence.startswith("Epoch 3 of 5")
    assert not game.buttons[STOP].disabled


def test_a_difference_within_the_error_bar_may_be_chance():
    assert "less than the error bar, so it may be chance" in recorded.verdict(HISTORY, 3, photos=100)
    assert "more than the error bar" in recorded.verdict(HISTORY, 3, photos=10_000)
    assert "Waiting to the end takes 2 more epochs and ends" in recorded.verdict(HISTORY, 3, photos=100)


def test_a_record_of_one_epoch_can_be_shown():
    game = make_where_would_you_stop({"history": {name: values[:1] for name, values in HISTORY.items()}})
    assert game.sentence.startswith("Epoch 1 of 1") and game.buttons[NEXT].disabled
    press(game, STOP)
    assert "No epoch is better. You waited to the end." in game.sentence


def test_a_record_without_validation_is_refused():
    with pytest.raises(ValueError, match="no curve 'val_accuracy'"):
        make_where_would_you_stop({"history": {"accuracy": [0.5]}})


def test_by_default_it_is_the_recorded_run_on_real_photos():
    game = make_where_would_you_stop()
    press(game, TEN, *[NEXT] * 6, STOP)
    history = records.load("02_without")["without"][0]["history"]
    stopped, best = history["val_accuracy"][18], max(history["val_accuracy"])
    assert f"You stop after epoch 19 of 100: validation accuracy {stopped:.3f}" in game.sentence
    assert f"The best epoch is {history['val_accuracy'].index(best) + 1} with {best:.3f}" in game.sentence


@pytest.fixture
def box():
    angles = np.arange(-90, 91, 45)
    probability = np.linspace(0, 1, 5)
    one = np.stack([probability * (photo + 1) / 6 for photo in range(6)])
    both = {"without": np.stack([one, one / 2]), "with": np.stack([one, one])}
    shares = {"without": np.full((2, 5), 0.5), "with": np.full((2, 5), 0.75)}
    return make_turn_the_photo(Turned(angles, both, shares, 100))


def test_the_first_view_is_an_upright_photo_with_its_curves(box):
    assert box.sentence == turned.describe(box._record, "cat", 0, 0) and "cat 1, upright" in box.sentence
    assert box.picture.value.count("<img") == 1 and "<svg" in box.picture.value
    assert "probability of a dog, cat 1" in box.picture.value and "on 100 photos" in box.picture.value


def test_the_slider_moves_in_the_steps_of_the_record(box):
    slider = box.controls[ANGLE]
    assert (slider.min, slider.max, slider.step, slider.value) == (-90, 90, 45, 0)
    assert slider.description == ANGLE and box.controls[PHOTO].description == PHOTO


def test_turning_changes_photo_mark_and_sentence(box):
    before = box.picture.value, box.drawn.tobytes(), box.curves
    box.set(**{ANGLE: 45})
    after = box.picture.value, box.drawn.tobytes(), box.curves
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert ">45</text>" in box.curves and "turned 45 degrees right" in box.sentence


def test_another_photo_has_its_own_curve(box):
    before = box.curves, box.drawn.tobytes()
    box.set(**{PHOTO: "dog 3"})
    assert box.sentence.startswith("dog 3, upright. Probability of a dog: without augmentation 0.38 (0.25 to 0.50)")
    assert box.curves != before[0] and box.drawn.tobytes() != before[1]


def test_without_is_solid_and_with_is_dashed_both_with_a_band(box):
    assert box.curves.count('stroke-dasharray="6 4"') == 2 and box.curves.count("fill-opacity") == 4
    assert box.curves.count(">without</text>") == 2


def test_the_pictures_that_stay_are_images(game, box):
    assert game.still().count("<img") == 1 and "<svg" not in game.still()
    assert box.still().count("<img") == 2 and "<svg" not in box.still()
    assert game.sentence in game.still() and box.sentence in box.still()
