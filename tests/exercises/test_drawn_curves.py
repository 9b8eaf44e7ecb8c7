import itertools

import numpy as np
import pytest

from helpers.exercises import curves
from helpers.plotting import figures

SEEDS = range(25)


@pytest.mark.parametrize("seed", SEEDS)
def test_there_is_one_training_of_each_kind(seed):
    assert sorted(curves.kinds(seed)) == ["A", "B", "C", "D"]
    assert sorted(curves.kinds(seed).values()) == sorted(curves.WORDS)


@pytest.mark.parametrize("seed", SEEDS)
def test_each_kind_can_be_told_from_the_numbers_in_the_sentence(seed):
    for letter, history in curves.four_trainings(seed).items():
        training, validation, low, high = curves.levels(history)
        if high - low > 0.25:
            read = "cannot be told"
        elif training - validation > 0.12:
            read = "overfits"
        else:
            read = "learns too little" if training < 0.7 else "learns well"
        assert read == curves.kinds(seed)[letter]


def test_the_order_differs_between_seeds_and_not_between_calls():
    assert len({tuple(curves.kinds(seed).items()) for seed in SEEDS}) > 5
    assert curves.four_trainings(3) == curves.four_trainings(3)
    assert curves.four_trainings(3) != curves.four_trainings(4)


def test_a_training_is_a_history_as_keras_keeps_it():
    for history in curves.four_trainings().values():
        assert list(history) == ["accuracy", "val_accuracy", "loss", "val_loss"]
        for name, values in history.items():
            assert len(values) == curves.EPOCH_COUNT and all(type(value) is float for value in values)
            assert 0 <= min(values) and (max(values) <= 1 or "loss" in name)


def test_the_loss_tells_the_same_story():
    for seed in SEEDS:
        kinds, trainings = curves.kinds(seed), curves.four_trainings(seed)
        loss = {kinds[letter]: np.array(history["val_loss"]) for letter, history in trainings.items()}
        assert loss["overfits"][-1] > loss["overfits"].min() + 0.3
        assert loss["learns well"][-1] < 0.4
        assert loss["learns too little"].min() > 0.6


def test_no_global_random_numbers_are_drawn():
    np.random.seed(1)
    state = np.random.get_state()[1].copy()
    curves.four_trainings()
    assert np.array_equal(np.random.get_state()[1], state)


def test_the_figure_has_a_panel_for_each_on_the_same_axes():
    figure = curves.plot_trainings(curves.four_trainings())
    assert [axes.get_title("left") for axes in figure.axes] == list("ABCD")
    assert len({(axes.get_xlim(), axes.get_ylim()) for axes in figure.axes}) == 1
    for axes in figure.axes:
        training, validation = axes.lines
        assert (training.get_linestyle(), validation.get_linestyle()) == ("-", "--")
    assert "epoch" in figure.get_supxlabel() and "fraction" in figure.get_supylabel()
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["training", "validation"]


@pytest.mark.parametrize("seed", [0, 2, 11])
def test_every_point_lies_inside_its_panel(seed):
    figure = curves.plot_trainings(curves.four_trainings(seed))
    for axes, line in itertools.chain.from_iterable(((axes, line) for line in axes.lines) for axes in figure.axes):
        low, high = axes.get_ylim()
        assert low < min(line.get_ydata()) and max(line.get_ydata()) < high


def test_the_sentence_says_what_is_drawn_and_not_the_answer():
    sentence = curves.describe_trainings(curves.four_trainings())
    assert all(f"{letter}: training averages" in sentence for letter in "ABCD")
    assert sentence.endswith("Drawn from formulas, not trained.")
    assert not [word for word in curves.WORDS if word in sentence]
    training, validation, *_ = curves.levels(curves.four_trainings()["B"])
    assert f"B: training averages {training:.2f} over the last five epochs, validation {validation:.2f}" in sentence


def test_the_figure_fits_into_a_notebook():
    kind, data = figures.as_picture(curves.plot_trainings(curves.four_trainings()))
    assert kind == "png" and len(data) < 40_000
