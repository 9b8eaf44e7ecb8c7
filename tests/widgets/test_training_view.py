import math

import pytest

from helpers.widgets import training_view

HISTORY = {
    "accuracy": [0.5, 0.75, 1.0],
    "loss": [0.7, 0.5, 0.1],
    "val_accuracy": [0.5, 0.625, 0.5],
    "val_loss": [0.7, 0.6, 0.9],
}


def test_the_sentence_holds_the_last_values_the_gap_and_the_best_epoch():
    assert training_view.describe(HISTORY, 0) == (
        "Epoch 3: training accuracy 1.000, validation accuracy 0.500, a gap of +0.500. "
        "Validation accuracy is best at epoch 2 with 0.625."
    )


def test_epochs_are_counted_on_where_a_training_was_resumed():
    text = training_view.describe(HISTORY, 10)
    assert text.startswith("Epoch 13:") and "best at epoch 12" in text
    assert training_view.progress_line(HISTORY, 10, 20) == "epoch  13 of 20, accuracy: training 1.000, validation 0.500"


def test_without_validation_or_metrics_it_says_what_there_is():
    assert training_view.describe({"loss": [0.5]}, 0) == (
        "Epoch 1: training loss 0.500; nothing was measured on validation photos."
    )
    assert training_view.progress_line({"loss": [0.5]}, 0, 2) == "epoch   1 of 2, loss: training 0.500"
    assert training_view.describe({}, 0) == "No epoch has ended yet."


def test_for_a_loss_the_lowest_is_best():
    text = training_view.describe({"loss": [0.5, 0.4], "val_loss": [0.6, 0.8]}, 0)
    assert "Validation loss is best at epoch 1 with 0.600." in text


def test_an_epoch_without_validation_gives_no_gap():
    text = training_view.describe({"accuracy": [0.5, 0.6], "val_accuracy": [0.7, math.nan]}, 0)
    assert text == "Epoch 2: training accuracy 0.600. Validation accuracy is best at epoch 1 with 0.700."


def test_the_picture_has_a_panel_for_accuracy_and_one_for_loss():
    drawn = training_view.picture(HISTORY, 0, 10)
    assert "accuracy (fraction of photos, 0–1)" in drawn and "loss (lower is better)" in drawn
    assert drawn.count(">training</text>") == drawn.count(">validation</text>") == 2
    assert drawn.count("stroke-dasharray") == 2  # validation is dashed
    assert ">10</text>" in drawn  # room for all epochs
    marked = training_view.picture(HISTORY, 0, 10, ranges={"loss": (0, 64)}, marks=[(2, "here")])
    assert marked.count(">here</text>") == 2 and ">60</text>" in marked


def test_a_history_kept_under_acc_or_without_any_metric_is_drawn_too():
    assert "acc (fraction" in training_view.picture({"acc": [0.5], "loss": [1.0]}, 0, 2)
    assert "fraction" not in training_view.picture({"loss": [1.0]}, 0, 2)
    assert "<svg" in training_view.picture({}, 0, 1)


def test_a_loss_that_is_not_a_number_leaves_a_gap():
    drawn = training_view.picture({"accuracy": [0.5, 0.5], "loss": [0.7, math.nan]}, 0, 2)
    assert "nan" not in drawn


def test_the_status_names_epoch_batch_and_time_left():
    text = training_view.status(3, 12, 40, 100, 80.0)
    assert "Epoch 3 of 12, batch 40 of 100; about 80 s left." in text
    assert '<progress value="40" max="100"' in text
    assert training_view.status(3, 12, 40, None, None) == "Epoch 3 of 12, batch 40."
    assert "Epoch 3 of 12, measuring" in training_view.status(3, 12, 100, 100, None, "measuring")


def test_the_time_left_follows_the_mean_speed_and_is_put_in_words():
    assert training_view.seconds_left(10.0, 2.5, 10) == pytest.approx(30)
    assert training_view.seconds_left(10.0, 0.01, 10) is None
    assert training_view.seconds_left(10.0, 11, 10) == 0
    words = [training_view.in_words(seconds) for seconds in (0.2, 89, 95, 5340, 7800)]
    assert words == ["1 s", "89 s", "2 min", "89 min", "2 h 10 min"]
