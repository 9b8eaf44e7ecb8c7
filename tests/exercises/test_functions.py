"""Steps, learning rates and confusion matrices: what a learner gets for right and for wrong functions."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from judging import all_pass, each_is_told_why, said

from helpers.exercises.checkers.matrices import confusion
from helpers.exercises.checkers.outcome import NOT_CHECKED
from helpers.exercises.checkers.schedules import learning_rate
from helpers.exercises.checkers.steps import count_steps

RIGHT_STEPS = {
    "ceil": lambda photos, batch_size, epochs: math.ceil(photos / batch_size) * epochs,
    "loop": lambda photos, batch_size, epochs: len(range(0, photos, batch_size)) * epochs,
    "as a float": lambda photos, batch_size, epochs: float(-(-photos // batch_size) * epochs),
}
WRONG_STEPS = {
    "floor": (lambda p, b, e: p // b * e, "smaller batch of an epoch is missing"),
    "fraction": (lambda p, b, e: p / b * e, "fraction of a step"),
    "one epoch": (lambda p, b, e: math.ceil(p / b), "one epoch"),
    "photos": (lambda p, b, e: p * e, "counts photos"),
    "once": (lambda p, b, e: math.ceil(p * e / b), "rounded up once"),
    "one too many": (lambda p, b, e: (p // b + 1) * e, "one too many"),
    "something else": (lambda p, b, e: 7, "A step is made for every batch"),
    "no number": (lambda p, b, e: "many", "expected one number"),
    "an error": (lambda p, b, e: p / 0, "stops with ZeroDivisionError"),
}


def keras_s(step, steps, peak):
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, steps - steps // 5, warmup_target=peak, warmup_steps=steps // 5
    )
    return float(schedule(step))


def written_out(step, steps, peak):
    warm_up = steps // 5
    if step < warm_up:
        return peak * step / warm_up
    return peak * math.cos(math.pi / 2 * (step - warm_up) / (steps - warm_up)) ** 2


RIGHT_RATES = {"as Keras does": keras_s, "squared cosine": written_out}
WRONG_RATES = {
    "no warm-up": (lambda s, n, p: p * (1 + math.cos(math.pi * s / n)) / 2, "no warm-up"),
    "cosine from 0": (
        lambda s, n, p: p * 5 * s / n if s < n / 5 else p * (1 + math.cos(math.pi * s / n)) / 2,
        "begins at step 0",
    ),
    "constant": (lambda s, n, p: p * min(1, 5 * s / n), "stays as it is"),
    "straight": (lambda s, n, p: p * min(5 * s / n, (n - s) / (0.8 * n)), "straight line. A cosine"),
    "negative": (
        lambda s, n, p: p * 5 * s / n if s < n / 5 else p * math.cos(math.pi * (s - n / 5) / (0.8 * n)),
        "gets negative",
    ),
    "not halved": (
        lambda s, n, p: p * 5 * s / n if s < n / 5 else p * (1 + math.cos(math.pi * (s - n / 5) / (0.8 * n))),
        "twice the peak",
    ),
    "a share": (lambda s, n, p: written_out(s, n, 1), "peak is left out"),
    "a constant": (lambda s, n, p: p, "A straight line up to"),
    "no number": (lambda s, n, p: "fast", "expected one number"),
    "an error": (lambda s, n, p: p / 0, "stops with ZeroDivisionError"),
}


def counted(labels, answers, classes):
    counts = np.zeros((classes, classes), int)
    for label, answer in zip(labels, answers, strict=True):
        counts[label, answer] += 1
    return counts


RIGHT_MATRICES = {
    "loop": counted,
    "as floats": lambda *given: counted(*given).astype(float),
    "as lists": lambda *given: counted(*given).tolist(),
    "by keras": lambda y, p, n: tf.math.confusion_matrix(y, p, n),
}
WRONG_MATRICES = {
    "transposed": (lambda y, p, n: counted(p, y, n), "exchanged"),
    "fractions": (lambda *given: counted(*given) / len(given[0]), "fractions"),
    "right ones only": (lambda *given: np.diag(np.diag(counted(*given))), "Only the right answers"),
    "mistakes only": (lambda *given: counted(*given) * (1 - np.eye(given[2], dtype=int)), "Only the mistakes"),
    "ones": (lambda *given: np.minimum(counted(*given), 1), "+="),
    "classes that occur": (lambda y, p, n: counted(y, p, max(*y, *p) + 1), "also for one that does not occur"),
    "accuracy": (lambda y, p, n: float(np.mean(y == p)), "a square of counts"),
    "twice": (lambda *given: 2 * counted(*given), "counts 18 photos"),
    "shuffled": (lambda y, p, n: counted(y, p[::-1], n), "expected"),
    "an error": (lambda y, p, n: counted(y, p, 1), "stops with IndexError"),
}


@pytest.mark.parametrize(
    ("exercise", "right", "wrong"),
    [
        (count_steps, RIGHT_STEPS, WRONG_STEPS),
        (learning_rate, RIGHT_RATES, WRONG_RATES),
        (confusion, RIGHT_MATRICES, WRONG_MATRICES),
    ],
    ids=["steps", "rates", "matrices"],
)
def test_right_ones_pass_and_each_slip_is_told_why(exercise, right, wrong):
    all_pass(exercise, {name: [function] for name, function in right.items()})
    each_is_told_why(exercise, wrong)
    assert "expected the function itself" in said(exercise, 0.004, status=NOT_CHECKED)
