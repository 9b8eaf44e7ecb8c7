"""Thought questions with an answer that can be judged: which transforms keep a label, and what curves say."""

from __future__ import annotations

from collections.abc import Mapping

from helpers.exercises import curves
from helpers.exercises.checkers.outcome import NotAttempted, NotChecked, NotYet, joined, shown
from helpers.exercises.exercise import exercise

TRANSFORMS = ("horizontal_flip", "vertical_flip", "rotation_180", "small_shift", "brightness")
# What to tell of each picture, and which transforms make the label untrue, with an example.
BREAKS = {
    "digits": {
        "horizontal_flip": "on a calculator's display a 2 seen in a mirror is a 5",
        "vertical_flip": "on a calculator's display a 2 flipped top to bottom is a 5",
        "rotation_180": "a 6 turned by 180 degrees is a 9",
    },
    "letters": {
        "horizontal_flip": "a b seen in a mirror is a d",
        "vertical_flip": "a b flipped top to bottom is a p",
        "rotation_180": "a b turned by 180 degrees is a q",
    },
    "faces": {},
    "cars or cats": {},
    "x-rays": {
        "horizontal_flip": "what lay on the left lies on the right",
        "rotation_180": "half a turn swaps left and right, as well as top and bottom",
    },
}
KEEPS = {
    "faces": {"horizontal_flip": "a smile seen in a mirror is a smile"},
    "cars or cats": {
        "horizontal_flip": "a cat that looks the other way is a cat",
        "vertical_flip": "a car on its roof is still a car. Whether such a photo helps is another question",
        "rotation_180": "a cat upside down is still a cat. Whether such a photo helps is another question",
    },
    "x-rays": {
        "vertical_flip": "top and bottom change places, left and right do not. No such x-ray will come, but its label "
        "is true",
    },
}
KEEPS_ALWAYS = {
    "small_shift": "a step to the side changes where something is, not what it is, and not on which side",
    "brightness": "a little more or less light does not change what is seen",
}
# The curve of the mouth points the other way, yet the person is as happy as before.
EITHER = {("faces", "vertical_flip"), ("faces", "rotation_180")}


@exercise(
    "03",
    "For each task say first what the label says: which digit, which letter, which mood, which thing, which side.",
    "Then take one picture and turn it in your mind. Would someone who sees only the new one give the same label?",
    "Look for pairs: 6 and 9, 2 and 5, b and d, p and q, left and right. What turns one into the other?",
    "No task minds a small shift or some light. Cars or cats mind nothing at all. On an x-ray the side is lost when "
    "left and right change places, not when top and bottom do.",
)
def label_kept(answers: object) -> str:
    """Check a dictionary: for each task of `BREAKS`, the set of those `TRANSFORMS` after which the label is still true.

    The tasks: which digit; which of the letters b, d, p, q; is a face happy or sad; is it a car or
    a cat; on which side of an x-ray is the finding, left or right.
    """
    chosen = {
        task: _transforms(task, names)
        for task, names in _filled(answers, tuple(BREAKS), "the names of transforms").items()
    }
    for task, breaking in BREAKS.items():
        for transform in TRANSFORMS:
            if transform in breaking and transform in chosen[task]:
                raise NotYet(
                    f"{task}: {transform} does not keep the label: {breaking[transform]}. Take it out, and ask "
                    "the same of the others."
                )
    for task, breaking in BREAKS.items():
        for transform in TRANSFORMS:
            if transform not in breaking and transform not in chosen[task] and (task, transform) not in EITHER:
                reason = {**KEEPS_ALWAYS, **KEEPS.get(task, {})}[transform]
                raise NotYet(f"{task}: {transform} is left out, though it keeps the label: {reason}. Put it in.")
    return (
        "No transform is safe by itself; it depends on what the label says. Faces upside down are accepted either way: "
        "the person is as happy as before, but the curve of the mouth points the other way."
    )


# What a training is, what it was taken for, and why it is not that.
CONFUSED = {
    "overfits": {
        "learns well": "training reaches {training:.2f}, but validation stays at {validation:.2f}. A network that "
        "learns well takes validation along",
        "learns too little": "training reaches {training:.2f}: of its own photos it learned everything. Look at the "
        "dashed line beside it",
        "cannot be told": "validation is steady, between {low:.2f} and {high:.2f} in the second half, and far below "
        "training at {training:.2f}. That can be told",
    },
    "learns well": {
        "overfits": "the gap is only {gap:.2f}: training {training:.2f}, validation {validation:.2f}. To overfit is to "
        "leave validation behind",
        "learns too little": "both curves come to about {validation:.2f}, far above the 0.5 of guessing",
        "cannot be told": "validation follows training closely; in the second half it only moves between {low:.2f} and "
        "{high:.2f}",
    },
    "learns too little": {
        "overfits": "the gap is only {gap:.2f}, and training itself ends at {training:.2f}. To overfit, a network must "
        "know its own photos",
        "learns well": "the curves are close together, but both end near {training:.2f}, and guessing gives 0.5. A "
        "small gap is not enough",
        "cannot be told": "validation is steady, between {low:.2f} and {high:.2f} in the second half. It is low, and "
        "so is training",
    },
    "cannot be told": {
        "overfits": "validation jumps between {low:.2f} and {high:.2f} in the second half. Whether there is a gap "
        "depends on the epoch you stop at",
        "learns well": "training does rise to {training:.2f}, but validation jumps between {low:.2f} and {high:.2f}. "
        "Which of these would you report",
        "learns too little": "training rises to {training:.2f}, so it learned its photos. It is validation that jumps "
        "between {low:.2f} and {high:.2f}",
    },
}


@exercise(
    "02",
    "Look at training alone first: in which panel does even the solid line stay low?",
    "Where the solid line rises, look at the gap: does the dashed line follow it, or stay behind?",
    "A gap can only be read where the dashed line is steady. Where it jumps from epoch to epoch by more than the gap, "
    "its photos show too few individuals.",
)
def reading_curves(answers: object) -> str:
    """Check a dictionary of letter to word for the four trainings of `curves`."""
    given = {
        letter: str(word).strip().lower() if isinstance(word, str) else word
        for letter, word in _filled(answers, tuple(curves.KINDS), "one of the four phrases").items()
    }
    for letter, word in given.items():
        if word not in CONFUSED:
            raise NotChecked(f"{letter} is {shown(word)}; expected one of {joined([*map(repr, CONFUSED)], 'or')}.")
    trainings = curves.four_trainings()
    for letter, right in curves.KINDS.items():
        if given[letter] != right:
            training, validation, low, high = curves.levels(trainings[letter])
            reason = CONFUSED[right][given[letter]].format(
                training=training, validation=validation, low=low, high=high, gap=abs(training - validation)
            )
            says = given[letter].replace("cannot be told", "cannot be judged")
            raise NotYet(f"You say that {letter} {says}. But {reason}. Look at {letter} again.")
    odd = next(letter for letter, right in curves.KINDS.items() if right == "cannot be told")
    return (
        f"All four. The validation photos of {odd} show only {curves.INDIVIDUALS} individuals: more epochs will not "
        "make such a curve steadier, more individuals will."
    )


def _transforms(task: str, names: object) -> set[str]:
    if isinstance(names, str) or not isinstance(names, (set, frozenset, list, tuple)):
        raise NotChecked(f"{task} is {shown(names)}; expected a set of names, such as {{'small_shift'}}.")
    unknown = [name for name in names if name not in TRANSFORMS]
    if unknown:
        raise NotChecked(f"{task} holds {shown(unknown[0])}; expected names from {joined(TRANSFORMS)}.")
    return set(names)


def _filled(answers: object, keys: tuple[str, ...], what: str) -> dict[str, object]:
    """The dictionary in the order of `keys`, if it has an answer for every one of them."""
    if not isinstance(answers, Mapping):
        raise NotChecked(f"answers is {shown(answers)}; expected a dictionary of {joined(keys)} to {what}.")
    unknown = [key for key in answers if key not in keys]
    if unknown:
        raise NotChecked(f"answers has an entry {shown(unknown[0])}; expected {joined(keys)}.")
    open_keys = [key for key in keys if answers.get(key) is None or answers[key] is ...]
    if open_keys:
        raise NotAttempted(f"There is no answer yet for {joined(open_keys)}. Fill it in, run that cell, check again.")
    return {key: answers[key] for key in keys}
