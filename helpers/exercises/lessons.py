"""Exercises that check themselves: for each a check, hints in steps, and its solution.

    exercises.error_bar.check(standard_error)
    exercises.error_bar.hint()
    exercises.error_bar.solution()

A check looks at what an answer does, prints one of "Passed.", "Not yet.", "Not attempted." and
"Could not be checked." with the reason, and never raises.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from helpers.exercises import progress, solutions
from helpers.exercises.checkers import (
    by_hand,
    by_thought,
    callbacks,
    freezing,
    matrices,
    networks,
    outcome,
    pipelines,
    schedules,
    split,
    steps,
)
from helpers.exercises.checkers import generators as datagens


def attempted(*answers: object) -> bool:
    """True if every answer was filled in: none is still ``...`` or None.

    Parameters
    ----------
    *answers : object
        The values that the learner was asked for.
    """
    return not any(answer is ... or answer is None for answer in answers)


@dataclass
class Exercise:
    """One exercise of a lesson.

    Attributes
    ----------
    name : str
        As it is called in this module.
    lesson : str
        Number of the lesson, as in its file name: ``'03'``.
    checker : callable
        Takes the answers, under the names that they have in the notebook; see `helpers.exercises.checkers`.
    hints : tuple of str
        From a nudge to nearly the answer.
    twins : pathlib.Path
        Folder with the twin that holds the solution.
    """

    name: str
    lesson: str
    checker: Callable[..., str]
    hints: tuple[str, ...]
    twins: Path = solutions.TWINS
    _shown: int = field(default=0, init=False, repr=False)

    @property
    def item(self) -> str:
        """Its name in the record of progress, ``'03.label_kept'``."""
        return f"{self.lesson}.{self.name}"

    def judge(self, *answers: object, **named: object) -> outcome.Outcome:
        """What :meth:`check` says, as a value; prints and records nothing."""
        return outcome.judge(self.checker, *answers, **named)

    def check(self, *answers: object, **named: object) -> None:
        """Say whether the answers are right, and what is wrong with them if not; note it in the progress."""
        found = self.judge(*answers, **named)
        print(found)
        if found.status in (outcome.PASSED, outcome.NOT_YET):
            progress.record(self.item, found.status == outcome.PASSED)

    def hint(self, number: int | None = None) -> None:
        """Print the next hint, or the one with this number; after the last one, the last one again."""
        count = len(self.hints)
        if number is None:
            number = min(self._shown + 1, count)
        if number not in range(1, count + 1):
            print(f"There is no hint {number}; there are {count}, hint(1) to hint({count}).")
            return
        self._shown = number
        print(f"Hint {number} of {count}: {self.hints[number - 1]}")

    def solution(self) -> None:
        """Print the solution, as the solution notebook has it."""
        try:
            print(solutions.solution(self.name, self.twins))
        except (LookupError, OSError, ValueError):
            print(
                f"The solution of {self.name} is not here. It is read from notebooks/paired of the course's files; "
                "get the whole course, not single files."
            )


layer_sizes = Exercise(
    "layer_sizes",
    "01",
    by_hand.layer_sizes,
    (
        "Draw it smaller: in a row of 5 pixels, at how many places does a filter of 3 pixels fit?",
        "A side of n pixels has n - 3 + 1 places for a 3x3 filter. Pooling then makes one pixel out of each square of "
        "2x2.",
        "A filter has a weight for every pixel under it, in every colour channel: 3 x 3 x 3. Each filter has one bias.",
        "after_convolution = 150 - 3 + 1, after_pooling is half of that, weights = (3 * 3 * 3 + 1) * 16.",
    ),
)
reading_curves = Exercise(
    "reading_curves",
    "02",
    by_thought.reading_curves,
    (
        "Look at training alone first: in which panel does even the solid line stay low?",
        "Where the solid line rises, look at the gap: does the dashed line follow it, or stay behind?",
        "A gap can only be read where the dashed line is steady. Where it jumps from epoch to epoch by more than the "
        "gap, its photos show too few individuals.",
    ),
)
error_bar = Exercise(
    "error_bar",
    "02",
    by_hand.error_bar,
    (
        "An accuracy is a share, as in a poll: p of n photos were right. What makes a poll more certain?",
        "One photo is right with probability p. The variance of that is p * (1 - p); the mean of n photos has an "
        "n-th of it.",
        "The standard error is the square root of the variance: the root of p * (1 - p) / n, in fractions.",
    ),
)
label_kept = Exercise(
    "label_kept",
    "03",
    by_thought.label_kept,
    (
        "For each task say first what the label says: which digit, which letter, which mood, which thing, which side.",
        "Then take one picture and turn it in your mind. Would someone who sees only the new one give the same label?",
        "Look for pairs: 6 and 9, 2 and 5, b and d, p and q, left and right. What turns one into the other?",
        "No task minds a small shift or some light. Cars or cats mind nothing at all. On an x-ray the side is lost "
        "when left and right change places, not when top and bottom do.",
    ),
)
independent_units = Exercise(
    "independent_units",
    "04",
    by_hand.independent_units,
    (
        "How many horses and humans are there, if two photos of the same horse count as one?",
        "The name before the hyphen is the individual, what comes after it is the photo.",
        "name.split('-')[0] is the individual's name; a set holds each of them once; len() counts.",
    ),
)
split_data = Exercise(
    "split_data",
    "05",
    split.split_data,
    (
        "Make one list of the usable photos, shuffle it once, and cut it at one place.",
        "usable(source) gives that list and a dictionary of the other files with reasons. random.Random(seed) shuffles "
        "it the same way for the same seed.",
        "cut = int(len(photos) * split_size). photos[:cut] is for training. What is photos[cut:]?",
        "For each folder: target.mkdir(parents=True), then shutil.copyfile(photo, target / photo.name) for each photo.",
    ),
)
generators = Exercise(
    "generators",
    "05",
    datagens.generators,
    (
        "What will the network meet in use: photos that are turned and mirrored at random, or photos as they are?",
        "Both generators need the same rescale, since the network is to see the same kind of numbers. One augments.",
        "train_datagen has rescale=1 / 255 and all of lesson 3's arguments; test_datagen has rescale=1 / 255 and no "
        "other.",
    ),
)
network = Exercise(
    "network",
    "05",
    networks.network,
    (
        "Lesson 1's network has the right shape: blocks of convolution and pooling, then dense layers.",
        "Three times layers.Conv2D(16, (3, 3), activation='relu') with layers.MaxPooling2D(2, 2), then Flatten, Dense.",
        "One probability for two classes: layers.Dense(1, activation='sigmoid') at the end.",
        networks.COMPILE,
    ),
)
count_steps = Exercise(
    "count_steps",
    "06",
    steps.count_steps,
    (
        "After every batch the weights are updated once. How many batches make an epoch?",
        "10 photos in batches of 3: three full ones, and what is left?",
        "math.ceil(photos / batch_size) rounds up; every epoch makes as many steps.",
    ),
)
stop_when_accurate = Exercise(
    "stop_when_accurate",
    "07",
    callbacks.stop_when_accurate,
    (
        "Keras calls on_epoch_end(epoch, logs) of every callback after each epoch. logs is a dictionary of the values "
        "that it prints.",
        "A training ends after the epoch in which something sets self.model.stop_training = True.",
        "With metrics=['acc'] there is no key accuracy, and logs.get('accuracy') is None. get takes a default as its "
        "second argument.",
        f"In on_epoch_end: {callbacks.LINE}: self.model.stop_training = True.",
    ),
)
pipeline = Exercise(
    "pipeline",
    "08",
    pipelines.pipeline,
    (
        "Four steps behind photos: keep what was read, mix, make batches, augment. In which order?",
        "What comes before cache() is done once; what comes behind it is done in every epoch.",
        "shuffle mixes what it is given: photos before batch, whole batches behind it. Its buffer should hold all.",
        "photos.cache().shuffle(1000).batch(batch_size).map(...), where the map returns (augment(images), labels).",
    ),
)
unfreeze = Exercise(
    "unfreeze",
    "09",
    freezing.unfreeze_top,
    (
        "As long as base.trainable is False, no layer in it learns, whatever its own `trainable` says.",
        "Set base.trainable = True, which reaches all layers. Then freeze what is to stay: all but the last ones.",
        "The lower layers are base.layers[: len(base.layers) - count]. Freeze each BatchNormalization as well.",
    ),
)
confusion = Exercise(
    "confusion",
    "10",
    matrices.confusion_matrix,
    (
        "Draw it for three photos: which row and which column does a rock belong into that is taken for paper?",
        "Start with a square of zeros, as many rows and columns as there are classes.",
        "Go through labels and answers together, with zip, and add 1 at [label, answer] each time.",
    ),
)
learning_rate = Exercise(
    "learning_rate",
    "12",
    schedules.learning_rate,
    (
        "Two pieces, and an if between them: which steps belong to the warm-up, and which to the fall?",
        "With warm_up = steps / 5, the rate at a step of the warm-up is peak * step / warm_up.",
        "In the fall, let done go from 0 to 1: done = (step - warm_up) / (steps - warm_up). The cosine of pi * done "
        "goes from 1 to -1.",
        "peak * (1 + math.cos(math.pi * done)) / 2 goes from peak to 0.",
    ),
)

ALL = (
    layer_sizes,
    reading_curves,
    error_bar,
    label_kept,
    independent_units,
    split_data,
    generators,
    network,
    count_steps,
    stop_when_accurate,
    pipeline,
    unfreeze,
    confusion,
    learning_rate,
)
