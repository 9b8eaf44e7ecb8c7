"""Labels that transforms keep, and readings of curves: what a learner gets for right and for wrong ones."""

import itertools

import pytest
from judging import all_pass, said

from helpers.exercises import curves
from helpers.exercises.checkers import by_thought
from helpers.exercises.checkers.outcome import NOT_ATTEMPTED, NOT_CHECKED, PASSED

KEPT = {
    "digits": {"small_shift", "brightness"},
    "letters": {"small_shift", "brightness"},
    "faces": {"horizontal_flip", "small_shift", "brightness"},
    "cars or cats": {"horizontal_flip", "vertical_flip", "rotation_180", "small_shift", "brightness"},
    "x-rays": {"vertical_flip", "small_shift", "brightness"},
}


def test_the_right_transforms_pass_in_any_order_and_kind_of_collection():
    all_pass(by_thought.label_kept, {"sets": [KEPT], "lists": [{task: sorted(KEPT[task]) for task in reversed(KEPT)}]})
    upside_down = {**KEPT, "faces": KEPT["faces"] | {"vertical_flip", "rotation_180"}}
    assert "accepted either way" in said(by_thought.label_kept, upside_down, status=PASSED)


def test_every_single_wrong_choice_is_told_why():
    messages = {}
    for task, transform in itertools.product(KEPT, by_thought.TRANSFORMS):
        if (task, transform) not in by_thought.EITHER:
            message = said(by_thought.label_kept, {**KEPT, task: KEPT[task] ^ {transform}})
            verdict = "is left out, though it" if transform in KEPT[task] else "does not keep"
            assert message.startswith(f"{task}: {transform} {verdict}")
            messages[task, transform] = message
    for choice, part in {
        ("digits", "rotation_180"): "a 6 turned by 180 degrees is a 9",
        ("letters", "vertical_flip"): "a b flipped top to bottom is a p",
        ("faces", "horizontal_flip"): "a smile seen in a mirror is a smile",
        ("faces", "brightness"): "a little more or less light does not change what is seen",
        ("cars or cats", "vertical_flip"): "a car on its roof is still a car",
        ("x-rays", "horizontal_flip"): "what lay on the left lies on the right",
        ("x-rays", "vertical_flip"): "top and bottom change places, left and right do not",
    }.items():
        assert part in messages[choice]


def test_a_label_that_breaks_is_told_before_one_that_is_left_out():
    message = said(by_thought.label_kept, {**KEPT, "digits": set(), "x-rays": {"horizontal_flip"}})
    assert message.startswith("x-rays: horizontal_flip does not keep")


@pytest.mark.parametrize(
    ("exercise", "answers", "status", "part"),
    [
        (by_thought.label_kept, "digits", NOT_CHECKED, "a dictionary of digits, letters, faces, cars or cats and x-ra"),
        (by_thought.label_kept, {**KEPT, "digits": "small_shift"}, NOT_CHECKED, "expected a set of names"),
        (by_thought.label_kept, {**KEPT, "digits": {"flip"}}, NOT_CHECKED, "digits holds 'flip'; expected names from"),
        (by_thought.label_kept, {**KEPT, "dogs": set()}, NOT_CHECKED, "an entry 'dogs'"),
        (by_thought.label_kept, {**KEPT, "faces": ...}, NOT_ATTEMPTED, "no answer yet for faces"),
        (by_thought.label_kept, {**KEPT, "faces": None}, NOT_ATTEMPTED, "no answer yet for faces"),
        (by_thought.label_kept, {"digits": set()}, NOT_ATTEMPTED, "letters, faces, cars or cats and x-rays"),
        (by_thought.reading_curves, {**curves.KINDS, "A": "overfit"}, NOT_CHECKED, "A is 'overfit'; expected one of"),
        (by_thought.reading_curves, {**curves.KINDS, "A": 3}, NOT_CHECKED, "A is 3"),
        (by_thought.reading_curves, {**curves.KINDS, "E": "overfits"}, NOT_CHECKED, "an entry 'E'"),
        (by_thought.reading_curves, {**curves.KINDS, "A": ...}, NOT_ATTEMPTED, "no answer yet for A"),
    ],
)
def test_an_answer_in_the_wrong_form_is_no_wrong_answer(exercise, answers, status, part):
    assert part in said(exercise, answers, status=status)


def test_the_right_reading_passes_in_capitals_too():
    capitals = {letter: word.upper() for letter, word in curves.KINDS.items()}
    all_pass(by_thought.reading_curves, {"as asked": [curves.KINDS], "capitals": [capitals]})


def test_every_confusion_of_two_trainings_is_told_why_with_the_numbers_of_the_curve():
    letters = {kind: letter for letter, kind in curves.KINDS.items()}
    messages = {
        said(by_thought.reading_curves, {**curves.KINDS, letters[right]: wrong})
        for right, wrong in itertools.permutations(curves.WORDS, 2)
    }
    assert len(messages) == 12 and not [message for message in messages if "{" in message]
    training, validation, *_ = curves.levels(curves.four_trainings()["B"])
    message = said(by_thought.reading_curves, {**curves.KINDS, "B": "learns well"})
    assert message.startswith(f"You say that B learns well. But training reaches {training:.2f}")
    assert f"{validation:.2f}" in message
