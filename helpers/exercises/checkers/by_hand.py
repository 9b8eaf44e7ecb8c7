"""Numbers and formulas that a learner works out: a layer's size, an error bar, a count of individuals."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable

from helpers.exercises.checkers.outcome import (
    NotYet,
    Slips,
    Verdict,
    check_values,
    joined,
    need_function,
    number,
    refuse,
    run,
    shown,
)
from helpers.exercises.exercise import exercise

MEASURED = ((0.75, 256), (0.9, 1000), (0.6, 40), (1.0, 50))  # accuracy, photos
PHOTO_LISTS = (
    ("horse1-204.png", "horse1-205.png", "horse2-3.png", "valhuman03-12.png", "valhuman03-13.png"),
    ("horse1-1.png", "horse10-1.png", "horse1-2.png"),
    ("human03-7.png", "valhuman03-7.png", "horse3-7.png", "horse3-8.png"),
    ("horse1-1.png", "horse2-1.png", "horse1-2.png", "horse2-9.png", "horse1-3.png"),
)
PLACES = "Count the places where 3 pixels in a row fit into 150; try it with a row of 5 first, where there are 3."
# For a photo of 150x150 pixels in three colours, 16 filters of 3x3 without padding, and pooling of 2x2: what is right,
# what wrong numbers come from, and what to say of any other.
SIZES = {
    "after_convolution": (
        150 - 3 + 1,
        {
            150: f"that is the photo. No filter fits round a pixel of the border, so the border goes. {PLACES}",
            149: f"only one pixel is lost. The border has two sides. {PLACES}",
            147: f"that is 150 - 3. One place more: the filter that begins at pixel 148 still fits. {PLACES}",
            152: "it grew. A filter is only laid where it fits inside the photo, so it can only shrink.",
            75: "that is half. Pooling halves; a convolution moves on by one pixel at a time.",
            50: "that is a third: filters laid side by side. They overlap, each one pixel further on.",
        },
        f"expected what is left of 150 pixels. {PLACES}",
    ),
    "after_pooling": (
        148 // 2,
        {
            75: "that is half of the photo, and what the course says. But what is pooled is the convolution's output, "
            "which has lost its border. Halve that.",
            148: "that is what goes in. Pooling keeps one pixel of each square of 2x2, so it halves the side.",
            146: "two pixels less, as after a convolution. Pooling does not overlap: it keeps one pixel of two.",
            147: "one pixel less: windows that move on by one. A pooling window moves on by its own width, 2.",
            37: "that is a quarter. The square of 2x2 pixels becomes one, so each side is halved once.",
            49: "that is a third. The pooling window is 2 pixels wide.",
        },
        "expected half of what comes out of the convolution.",
    ),
    "weights": (
        (3 * 3 * 3 + 1) * 16,
        {
            3 * 3 * 3 * 16: "that is 3 x 3 x 3 x 16: the biases are missing, one for each filter.",
            (3 * 3 + 1) * 16: "that is (3 x 3 + 1) x 16: the channels are missing. A filter looks at red, green and "
            "blue, with weights of its own for each.",
            3 * 3 * 16: "that is 3 x 3 x 16: both the three channels of the photo and the biases are missing.",
            (3 * 3 + 1) * 3 * 16: "that has a bias for each channel. A filter adds up its channels and then has one "
            "bias.",
            3 * 3 * 3 * 16 + 1: "that has one bias for the whole layer. Each of the 16 filters has its own.",
            3 * 3 * 3 * 16 + 3: "that has a bias for each of the photo's channels. Each filter has one.",
            3 * 3 * 3 + 1: "that is one filter. There are 16.",
            3 * 3 * 3: "that is one filter without its bias. There are 16 of them, each with a bias.",
            148 * 148 * 16: "that is the number of values that come out. The weights are those of the filter, which is "
            "the same at every place of the photo.",
        },
        "expected, for each of the 16 filters, one weight for every pixel and channel under it, and a bias.",
    ),
}


@exercise(
    "01",
    "Draw it smaller: in a row of 5 pixels, at how many places does a filter of 3 pixels fit?",
    "A side of n pixels has n - 3 + 1 places for a 3x3 filter. Pooling then makes one pixel out of each square of 2x2.",
    "A filter has a weight for every pixel under it, in every colour channel: 3 x 3 x 3. Each filter has one bias.",
    "after_convolution = 150 - 3 + 1, after_pooling is half of that, weights = (3 * 3 * 3 + 1) * 16.",
)
def layer_sizes(after_convolution: object, after_pooling: object, weights: object) -> str:
    """Check a side after convolution and after pooling, in pixels, and the convolution's number of weights."""
    for name, value in zip(SIZES, (after_convolution, after_pooling, weights), strict=True):
        right, slips, otherwise = SIZES[name]
        found = number(value, name)
        if found != right:
            reason = f": {slips[found]}" if found in slips else f"; {otherwise}"
            raise NotYet(f"{name} is {found:g}{reason}")
    return "150 pixels become 148, pooling leaves 74, and 448 weights do the convolution, however large the photo is."


def share_error(accuracy: float, photos: int) -> float:
    """``sqrt(p * (1 - p) / n)``: the standard deviation of a share of `photos` independent photos, 0–1."""
    return math.sqrt(accuracy * (1 - accuracy) / photos)


ROUNDED = "it is rounded. Return the number as it is, and round where you print it."
ERROR_SLIPS: Slips = (
    (lambda p, n: p * (1 - p) / n, "that is the variance. The standard error is its square root."),
    (lambda p, n: math.sqrt(p / n), "that is sqrt(p / n). Multiply p by (1 - p): an accuracy near 1 is known better."),
    (lambda p, n: math.sqrt((1 - p) / n), "that is sqrt((1 - p) / n). Multiply (1 - p) by p."),
    (lambda p, n: 100 * share_error(p, n), "that is in percent. Leave it a fraction, as the accuracy is."),
    (
        lambda p, n: 1.96 * share_error(p, n),
        "that is 1.96 times too much: half of a 95 % interval, made from what is asked for here. Leave the 1.96 out.",
    ),
    (lambda p, n: 2 * share_error(p, n), "that is twice too much: two standard errors. One is asked for."),
    (
        lambda p, n: math.sqrt(p * (1 - p)),
        "that is the spread of a single photo. Divide by the number of photos under the root.",
    ),
    (
        lambda p, n: math.sqrt(p * (1 - p)) / n,
        "the number of photos stands outside the root. Divide first, then take the root.",
    ),
    (
        lambda p, n: p * (1 - p) / math.sqrt(n),
        "the root covers only the number of photos. Take it of the whole fraction.",
    ),
    (lambda p, n: 0.5 / math.sqrt(n), "that takes the accuracy as 0.5, whatever it is. Use the one handed in."),
    (lambda p, n: 1 / math.sqrt(n), "that is 1 / sqrt(n), which does not ask for the accuracy at all."),
    (lambda p, n: math.sqrt(p * (1 - p) / (n - 1)), "that divides by n - 1. An accuracy is a share: divide by n."),
    *((lambda p, n, digits=digits: round(share_error(p, n), digits), ROUNDED) for digits in (2, 3, 4, 5)),
)


@exercise(
    "02",
    "An accuracy is a share, as in a poll: p of n photos were right. What makes a poll more certain?",
    "One photo is right with probability p. The variance of that is p * (1 - p); the mean of n photos has an "
    "n-th of it.",
    "The standard error is the square root of the variance: the root of p * (1 - p) / n, in fractions.",
)
def error_bar(standard_error: object) -> str:
    """Check a function of accuracy (0–1) and number of photos against :func:`share_error`."""
    if callable(standard_error) and _takes_photos_first(standard_error):
        raise NotYet(
            "It takes the number of photos first. It is called as standard_error(accuracy, photos): swap them."
        )
    check_values(
        standard_error,
        "standard_error(accuracy, photos)",
        MEASURED,
        share_error,
        ERROR_SLIPS,
        "The share p of n photos has the variance p * (1 - p) / n.",
        close=_same,
    )
    return (
        f"At an accuracy of 0.75, 250 independent photos leave a standard error of {share_error(0.75, 250):.3f}, "
        f"and four times as many, {share_error(0.75, 1000):.3f}: half."
    )


def _same(found: float, right: float) -> bool:
    return math.isclose(found, right, rel_tol=1e-4, abs_tol=1e-9)


def _takes_photos_first(function: Callable) -> bool:
    try:
        return all(_same(number(run(function, n, p, call=""), ""), share_error(p, n)) for p, n in MEASURED)
    except Verdict:  # then its arguments are not in the other order either
        return False


COUNT_SLIPS: Slips = (
    (len, "that counts photos. Several photos show the same individual; count each individual once."),
    (
        lambda names: len({re.match("[a-z]*", name)[0] for name in names}),
        "that counts kinds of individuals. The number "
        "behind the word belongs to the individual's name: horse1 and horse2 are two.",
    ),
    (
        lambda names: len({re.search(r"(\d+)-", name)[1] for name in names}),
        "that goes by the individual's number alone. human03 and valhuman03 are two, and horse3 is a third.",
    ),
    (
        lambda names: len({name.split("-")[1] for name in names}),
        "that goes by what comes after the hyphen, which numbers the photo. The individual stands before it.",
    ),
    (
        lambda names: len({name[:6] for name in names}),
        "that goes by the first six letters, so that horse1 and horse10 are one. Cut at the hyphen instead.",
    ),
    (
        lambda names: len(list(itertools.groupby(names, lambda name: name.split("-")[0]))),
        "that counts how often the "
        "individual changes from one name to the next. The names come in any order: collect the individuals in a set.",
    ),
)


@exercise(
    "04",
    "How many horses and humans are there, if two photos of the same horse count as one?",
    "The name before the hyphen is the individual, what comes after it is the photo.",
    "name.split('-')[0] is the individual's name; a set holds each of them once; len() counts.",
)
def independent_units(count_figures: object) -> str:
    """Check a function that counts the different individuals in a list of file names such as horse1-204.png."""
    need_function(count_figures, "count_figures(names)")
    found = []
    for names in PHOTO_LISTS:
        result = run(count_figures, list(names), call=f"count_figures({list(names)})")
        if isinstance(result, (set, list, tuple, dict)):
            raise NotYet(f"count_figures returns {shown(result)}; expected how many those are. Return its length.")
        found.append(number(result, "What count_figures returns", wrong=NotYet))
    individuals = [sorted({name.split("-")[0] for name in names}) for names in PHOTO_LISTS]
    for names, count, right in zip(PHOTO_LISTS, found, individuals, strict=True):
        if count != len(right):
            refuse(
                f"For {list(names)} it says {count:g}; expected {len(right)}, {joined(right)}",
                COUNT_SLIPS,
                lambda slip: found == [slip(names) for names in PHOTO_LISTS],
                "The individual's name stands before the hyphen; collect these in a set and count them.",
            )
    photos = len(PHOTO_LISTS[0])
    return (
        f"{photos} photos of {len(individuals[0])} individuals are not {photos} independent photos. "
        "Count the individuals before you believe an error bar."
    )
