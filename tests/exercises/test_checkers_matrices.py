"""The checker of confusion matrices: right ones pass, each typical slip gets its own message."""

import numpy as np
import pytest

from helpers.exercises.checkers import matrices
from helpers.exercises.checkers.outcome import NOT_CHECKED, NOT_YET, PASSED, judge


def counted(labels, answers, classes):
    counts = np.zeros((classes, classes), int)
    for label, answer in zip(labels, answers, strict=True):
        counts[label, answer] += 1
    return counts


RIGHT = {
    "loop": counted,
    "as floats": lambda *given: counted(*given).astype(float),
    "as lists": lambda *given: counted(*given).tolist(),
    "by keras": lambda y, p, n: __import__("tensorflow").math.confusion_matrix(y, p, n),
}
WRONG = {
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


@pytest.mark.parametrize("name", RIGHT)
def test_right_ones_pass(name):
    found = judge(matrices.confusion_matrix, RIGHT[name])
    assert found.status == PASSED, found


@pytest.mark.parametrize("name", WRONG)
def test_each_slip_has_its_own_message(name):
    function, phrase = WRONG[name]
    found = judge(matrices.confusion_matrix, function)
    assert found.status == NOT_YET and phrase in found.message, found


def test_what_is_no_function_cannot_be_checked():
    assert judge(matrices.confusion_matrix, counted([0], [0], 1)).status == NOT_CHECKED
