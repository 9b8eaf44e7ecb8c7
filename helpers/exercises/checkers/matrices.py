"""The confusion matrix of lesson 10, judged on small cases whose counts can be done by hand."""

from __future__ import annotations

import numpy as np

from helpers.exercises.checkers.outcome import NotYet, need_function, run, shown
from helpers.exercises.exercise import exercise

CALL = "confusion_matrix(labels, answers, classes)"
# Labels, answers, classes: several mistakes; a class that is never answered; two classes; a class without photos.
CASES = (
    ((0, 0, 0, 1, 1, 2, 2, 2, 2), (0, 1, 1, 1, 2, 2, 2, 2, 0), 3),
    ((0, 1, 2, 2), (0, 0, 2, 0), 3),
    ((1, 0, 1, 1), (1, 1, 0, 0), 2),
    ((0, 0, 1), (0, 1, 1), 4),
)


# What a slip makes of the right matrix.
SLIPS = (
    (lambda right: right.T, "Rows and columns are exchanged. The true class decides the row, the answer the column."),
    (
        lambda right: np.diag(np.diag(right)),
        "Only the right answers are counted. Mistakes belong beside the diagonal: count every photo.",
    ),
    (
        lambda right: right - np.diag(np.diag(right)),
        "Only the mistakes are counted. Right answers belong on the diagonal: count every photo.",
    ),
    (lambda right: right > 0, "Each place holds 1 at most. Add 1 for every photo: +=, not =."),
)


@exercise(
    "10",
    "Draw it for three photos: which row and which column does a rock belong into that is taken for paper?",
    "Start with a square of zeros, as many rows and columns as there are classes.",
    "Go through labels and answers together, with zip, and add 1 at [label, answer] each time.",
)
def confusion(confusion_matrix: object) -> str:
    """Check counts, with true classes in rows and answers in columns, also for classes that do not occur."""
    need_function(confusion_matrix, CALL)
    for labels, answers, classes in CASES:
        expected = np.zeros((classes, classes), int)
        np.add.at(expected, (labels, answers), 1)
        found = run(confusion_matrix, np.array(labels), np.array(answers), classes, call=CALL)
        _compare(found, expected, f"for labels {labels} and answers {answers}")
    return f"{len(CASES)} matrices agree, also where a class never occurs or is never answered."


def _compare(found: object, expected: np.ndarray, where: str) -> None:
    matrix, classes, photos = np.asarray(found), len(expected), int(expected.sum())
    if matrix.ndim != 2 or matrix.dtype == object or not np.issubdtype(matrix.dtype, np.number):
        raise NotYet(
            f"{CALL} returns {shown(found)}; expected a square of counts, as from np.zeros((classes, classes))."
        )
    if matrix.shape != expected.shape:
        raise NotYet(
            f"The matrix has the shape {matrix.shape} {where} with {classes} classes; expected {expected.shape}: a row "
            "and a column for every class, also for one that does not occur."
        )
    if np.array_equal(matrix, expected):
        return
    for slip, reason in SLIPS:
        if np.array_equal(matrix, slip(expected)):
            raise NotYet(reason)
    if not np.array_equal(matrix, matrix.astype(int)):
        raise NotYet(f"The matrix holds fractions, such as {matrix[matrix % 1 != 0][0]:.3g}. Leave them counts: add 1.")
    if matrix.sum() != photos:
        raise NotYet(f"The matrix counts {matrix.sum():g} photos {where}; there are {photos}. Count every photo once.")
    row, column = np.argwhere(matrix != expected)[0]
    raise NotYet(
        f"{where[4:].capitalize()}: row {row}, column {column} holds {matrix[row, column]:g}; expected "
        f"{expected[row, column]}, the photos of class {row} that were taken for class {column}."
    )
