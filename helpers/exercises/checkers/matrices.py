"""The confusion matrix of lesson 10, judged on small cases whose counts can be done by hand."""

from __future__ import annotations

import numpy as np

from helpers.exercises.checkers.outcome import NotYet, need_function, run, shown

CALL = "confusion_matrix(labels, answers, classes)"
# Labels, answers, classes: several mistakes; a class that is never answered; two classes; a class without photos.
CASES = (
    ((0, 0, 0, 1, 1, 2, 2, 2, 2), (0, 1, 1, 1, 2, 2, 2, 2, 0), 3),
    ((0, 1, 2, 2), (0, 0, 2, 0), 3),
    ((1, 0, 1, 1), (1, 1, 0, 0), 2),
    ((0, 0, 1), (0, 1, 1), 4),
)


def confusion_matrix(confusion_matrix: object) -> str:
    """Check counts, with true classes in rows and answers in columns, also for classes that do not occur."""
    need_function(confusion_matrix, "confusion_matrix", "labels, answers, classes")
    for labels, answers, classes in CASES:
        expected = np.zeros((classes, classes), int)
        np.add.at(expected, (labels, answers), 1)
        given = np.array(labels), np.array(answers)
        found = run(confusion_matrix, *given, classes, call=CALL)
        _compare(np.asarray(found), found, expected, f"for labels {labels} and answers {answers}")
    return f"{len(CASES)} matrices agree, also where a class never occurs or is never answered."


def _compare(matrix: np.ndarray, found: object, expected: np.ndarray, where: str) -> None:
    classes, photos = len(expected), int(expected.sum())
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
    if np.array_equal(matrix, expected.T):
        raise NotYet("Rows and columns are exchanged. The true class decides the row, the answer the column.")
    if not np.array_equal(matrix, matrix.astype(int)):
        raise NotYet(f"The matrix holds fractions, such as {matrix[matrix % 1 != 0][0]:.3g}. Leave them counts: add 1.")
    if np.array_equal(matrix, np.diag(np.diag(expected))):
        raise NotYet("Only the right answers are counted. Mistakes belong beside the diagonal: count every photo.")
    if np.array_equal(matrix, expected - np.diag(np.diag(expected))):
        raise NotYet("Only the mistakes are counted. Right answers belong on the diagonal: count every photo.")
    if np.array_equal(matrix, expected > 0):
        raise NotYet("Each place holds 1 at most. Add 1 for every photo: +=, not =.")
    if matrix.sum() != photos:
        raise NotYet(f"The matrix counts {matrix.sum():g} photos {where}; there are {photos}. Count every photo once.")
    row, column = np.argwhere(matrix != expected)[0]
    raise NotYet(
        f"{where[4:].capitalize()}: row {row}, column {column} holds {matrix[row, column]:g}; expected "
        f"{expected[row, column]}, the photos of class {row} that were taken for class {column}."
    )
