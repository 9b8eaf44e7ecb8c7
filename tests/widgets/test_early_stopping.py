import pytest

from helpers.evidence import records
from helpers.widgets import early_stopping
from helpers.widgets.early_stopping import AGAIN, NEXT, STOP, TEN, StopGame

HISTORY = {
    "accuracy": [0.6, 0.7, 0.8, 0.9, 1.0],
    "val_accuracy": [0.6, 0.65, 0.7, 0.75, 0.7],
    "loss": [0.7, 0.6, 0.5, 0.4, 0.3],
    "val_loss": [0.7, 0.65, 0.6, 0.7, 0.9],
}


@pytest.fixture
def game():
    return StopGame({"history": HISTORY, "seconds": [40.0] * 5})


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
    assert game.still().count("<img") == 1 and "<svg" not in game.still() and game.sentence in game.still()


def test_each_press_shows_one_more_epoch_until_the_last(game):
    press(game, NEXT)
    assert game.sentence.startswith("Epoch 4 of 5") and game.picture.value.count("<circle") == 8
    press(game, NEXT)
    assert game.sentence.startswith("Epoch 5 of 5") and "best at epoch 4 (0.750) so far" in game.sentence
    assert game.buttons[NEXT].disabled
    press(game, NEXT, STOP)
    assert game.sentence.endswith("You waited to the end.")


def test_whoever_stops_sees_the_rest_and_what_it_costs(game):
    press(game, STOP)
    assert game.picture.value.count("<circle") == 10
    assert ">you stop</text>" in game.picture.value and ">best epoch</text>" in game.picture.value
    assert game.sentence == (
        "You stop after epoch 3 of 5: validation accuracy 0.700, give or take 0.028 on 1,000 photos; the gap to "
        "training is +0.100. The best epoch is 4 with 0.750: 0.050 better, which is more than the error bar. The best "
        "of many is picked with hindsight and a little too good. Waiting to the end takes 2 more epochs of 40 s and "
        "ends at 0.700, +0.000 against your stop."
    )
    assert game.buttons[NEXT].disabled and game.buttons[STOP].disabled


def test_whoever_stops_at_the_best_epoch_is_told_so(game):
    press(game, NEXT, STOP)
    assert "No epoch is better." in game.sentence and ">you stop, and the best epoch</text>" in game.picture.value


def test_a_decision_stands_until_start_again(game):
    press(game, STOP)
    sentence = game.sentence
    press(game, NEXT, STOP)
    assert game.sentence == sentence
    press(game, AGAIN)
    assert game.stopped is None and game.sentence.startswith("Epoch 3 of 5")
    assert not game.buttons[STOP].disabled


def test_a_difference_within_the_error_bar_may_be_chance(monkeypatch):
    monkeypatch.setattr(early_stopping, "PHOTOS", 100)
    game = StopGame({"history": HISTORY, "seconds": [40.0] * 5})
    press(game, STOP)
    assert "less than the error bar, so it may be chance" in game.sentence


def test_what_is_shown_is_the_recorded_run_on_real_photos(monkeypatch):
    shown = []
    monkeypatch.setattr(StopGame, "show", lambda game: shown.append(game))
    early_stopping.where_would_you_stop()
    (game,) = shown
    press(game, TEN, *[NEXT] * 6, STOP)
    history = records.load("02_without")["without"][0]["history"]
    stopped, best = history["val_accuracy"][18], max(history["val_accuracy"])
    assert f"You stop after epoch 19 of 100: validation accuracy {stopped:.3f}" in game.sentence
    assert f"The best epoch is {history['val_accuracy'].index(best) + 1} with {best:.3f}" in game.sentence
