"""Sizes, error bars and counts of individuals: what a learner gets for right and for wrong ones."""

import itertools
import math

import keras
import numpy as np
import pytest
from judging import all_pass, each_is_told_why, said

from helpers.exercises.checkers import by_hand
from helpers.exercises.checkers.outcome import NOT_CHECKED, PASSED
from helpers.plotting import training_curves
from helpers.sample import sets

# --- sizes ---------------------------------------------------------------------------------------


def test_the_sizes_are_those_that_keras_makes():
    photo, convolution = keras.Input((150, 150, 3)), keras.layers.Conv2D(16, (3, 3))
    model = keras.Sequential([photo, convolution, keras.layers.MaxPooling2D(2, 2)])
    sizes = *(layer.output.shape[1] for layer in model.layers), model.count_params()
    message = said(by_hand.layer_sizes, *sizes, status=PASSED)
    assert all(str(size) in message for size in sizes)
    said(by_hand.layer_sizes, np.int64(148), 74.0, np.float32(448), status=PASSED)


SIZE_SLIPS = {
    (150, 74, 448): "No filter fits round a pixel of the border",
    (149, 74, 448): "The border has two sides",
    (147, 74, 448): "the filter that begins at pixel 148 still fits",
    (152, 74, 448): "it can only shrink",
    (75, 74, 448): "Pooling halves; a convolution moves on",
    (50, 74, 448): "They overlap",
    (12, 74, 448): "after_convolution is 12; expected what is left of 150 pixels",
    (148, 75, 448): "what the course says",
    (148, 148, 448): "that is what goes in",
    (148, 146, 448): "Pooling does not overlap",
    (148, 147, 448): "moves on by its own width",
    (148, 37, 448): "each side is halved once",
    (148, 49, 448): "The pooling window is 2 pixels wide",
    (148, 70, 448): "after_pooling is 70; expected half",
    (148, 74, 432): "the biases are missing",
    (148, 74, 160): "the channels are missing",
    (148, 74, 144): "both the three channels of the photo and the biases",
    (148, 74, 480): "a bias for each channel",
    (148, 74, 433): "one bias for the whole layer",
    (148, 74, 435): "for each of the photo's channels",
    (148, 74, 28): "There are 16.",
    (148, 74, 27): "one filter without its bias",
    (148, 74, 148 * 148 * 16): "number of values that come out",
    (148, 74, 1000): "weights is 1000; expected, for each of the 16 filters",
}


def test_each_slip_of_size_is_told_why():
    each_is_told_why(by_hand.layer_sizes, {answers: (*answers, part) for answers, part in SIZE_SLIPS.items()})


def test_a_size_that_is_no_number_cannot_be_checked():
    for value in ("148", (148, 148), True, float("nan"), [148], object):
        assert "expected one number" in said(by_hand.layer_sizes, value, 74, 448, status=NOT_CHECKED)


# --- the error bar -------------------------------------------------------------------------------


def right_error(accuracy, photos):
    return (accuracy * (1 - accuracy) / photos) ** 0.5


def test_the_error_agrees_with_the_figures_and_with_repeated_measuring():
    for accuracy, photos in by_hand.MEASURED:
        assert 1.96 * by_hand.share_error(accuracy, photos) == training_curves.margin_of_error(accuracy, photos)
    draws = np.random.default_rng(0).binomial(256, 0.75, 20_000) / 256
    assert by_hand.share_error(0.75, 256) == pytest.approx(draws.std(), rel=0.03)


def test_right_error_bars_pass():
    all_pass(by_hand.error_bar, {"plain": [right_error], "NumPy": [lambda p, n: np.sqrt(p * (1 - p) / n)]})


ERROR_SLIPS = {
    "no root": (lambda p, n: p * (1 - p) / n, "that is the variance"),
    "p alone": (lambda p, n: math.sqrt(p / n), "Multiply p by (1 - p)"),
    "1 - p alone": (lambda p, n: math.sqrt((1 - p) / n), "Multiply (1 - p) by p"),
    "percent": (lambda p, n: 100 * right_error(p, n), "in percent"),
    "interval": (lambda p, n: 1.96 * right_error(p, n), "Leave the 1.96 out"),
    "two errors": (lambda p, n: 2 * right_error(p, n), "two standard errors"),
    "no photos": (lambda p, n: math.sqrt(p * (1 - p)), "the spread of a single photo"),
    "photos outside": (lambda p, n: math.sqrt(p * (1 - p)) / n, "stands outside the root"),
    "root below": (lambda p, n: p * (1 - p) / math.sqrt(n), "the root covers only the number of photos"),
    "a half": (lambda p, n: 0.5 / math.sqrt(n), "takes the accuracy as 0.5"),
    "photos only": (lambda p, n: n**-0.5, "does not ask for the accuracy at all"),
    "n - 1": (lambda p, n: math.sqrt(p * (1 - p) / (n - 1)), "divides by n - 1"),
    "rounded": (lambda p, n: round(right_error(p, n), 3), "it is rounded"),
    "swapped": (lambda n, p: right_error(p, n), "It takes the number of photos first"),
    "swapped, and raises": (lambda n, p: math.sqrt(p * (1 - p) / n), "It takes the number of photos first"),
    "nonsense": (lambda p, n: p * n, "has the variance p * (1 - p) / n"),
    "text": (lambda p, n: "0.03", "is '0.03'; expected one number"),
    "one argument": (lambda p: p, "stops with TypeError"),
}


def test_each_slip_of_the_error_bar_is_told_why_with_the_value_seen_and_expected():
    each_is_told_why(by_hand.error_bar, ERROR_SLIPS)
    message = said(by_hand.error_bar, ERROR_SLIPS["no root"][0])
    assert message.startswith("standard_error(0.75, 256) is 0.0007324; expected 0.02706: ")


def test_the_result_instead_of_the_function_cannot_be_checked():
    message = said(by_hand.error_bar, right_error(0.75, 256), status=NOT_CHECKED)
    assert "expected the function itself" in message and "check(standard_error)" in message


# --- independent units ---------------------------------------------------------------------------


def test_right_counts_pass_however_the_name_is_cut():
    cuts = {"hyphen": lambda name: name.split("-")[0], "as the drawn photos": sets.individual_of}
    counts = {key: [lambda names, cut=cut: len(set(map(cut, names)))] for key, cut in cuts.items()}
    all_pass(by_hand.independent_units, counts)


def digits_after(name):
    return "".join(filter(str.isdigit, name.split("-")[0]))


COUNT_SLIPS = {
    "photos": (len, "that counts photos"),
    "kinds": (lambda names: len({name.split("-")[0].rstrip("0123456789") for name in names}), "counts kinds"),
    "numbers": (lambda names: len({digits_after(name) for name in names}), "goes by the individual's number alone"),
    "photo numbers": (lambda names: len({name.split("-")[1] for name in names}), "numbers the photo"),
    "first letters": (lambda names: len({name[:6] for name in names}), "horse1 and horse10 are one"),
    "runs": (
        lambda names: len(list(itertools.groupby(names, lambda name: name.split("-")[0]))),
        "collect the individuals in a set",
    ),
    "the set": (lambda names: {name.split("-")[0] for name in names}, "Return its length"),
    "one too many": (
        lambda names: len({name.split("-")[0] for name in names}) + 1,
        "stands before the hyphen; collect",
    ),
    "raises": (lambda names: len(names.split("-")), "stops with AttributeError"),
}


def test_each_slip_of_counting_is_told_why():
    each_is_told_why(by_hand.independent_units, COUNT_SLIPS)
    message = said(by_hand.independent_units, len)
    assert "it says 5; expected 3, horse1, horse2 and valhuman03: that counts photos" in message
