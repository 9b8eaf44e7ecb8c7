"""The network of lesson 5, judged by what goes in, what comes out, and what one training step does."""

from __future__ import annotations

import math

import keras
import numpy as np

from helpers.exercises.checkers.outcome import NotChecked, NotYet, joined, shown
from helpers.exercises.exercise import exercise

HALVINGS, PHOTOS, UNKNOWN_SIDE = 3, 4, 96
LABELS = np.array([[0.0], [1.0], [1.0], [0.0]], dtype="float32")
COMPILE = (
    "model.compile(loss='binary_crossentropy', optimizer=keras.optimizers.RMSprop(learning_rate=0.001), "
    "metrics=['accuracy'])"
)
BINARY = "Use loss='binary_crossentropy'."
QUANTITIES = "for predicting quantities. For classes use loss='binary_crossentropy'."
# What another loss makes of the answers, and what to say of it.
LOSS_SLIPS = (
    (
        lambda answers: 0.0,  # one output divided by its own sum is 1, whose logarithm is 0
        "categorical_crossentropy compares the outputs of several classes with each other. With one output it learns "
        "nothing: use loss='binary_crossentropy'.",
    ),
    (lambda answers: np.mean((answers - LABELS) ** 2), f"That is the mean squared error, {QUANTITIES}"),
    (lambda answers: np.mean(np.abs(answers - LABELS)), f"That is the mean absolute error, {QUANTITIES}"),
)


@exercise(
    "05",
    "Lesson 1's network has the right shape: blocks of convolution and pooling, then dense layers.",
    "Three times layers.Conv2D(16, (3, 3), activation='relu') with layers.MaxPooling2D(2, 2), then Flatten, Dense.",
    "One probability for two classes: layers.Dense(1, activation='sigmoid') at the end.",
    COMPILE,
)
def network(model: object) -> str:
    """Check a compiled network for photos of two classes. The network itself is left as it is: a copy is tried."""
    if not isinstance(model, keras.Model):
        raise NotChecked(f"model is {shown(model)}; expected the network itself, a keras.Sequential or keras.Model.")
    photos = _photos(model)
    copy = _copy(model)
    halvings, first, last = _halvings(copy, photos)
    answers = _answers(copy, photos)
    if halvings < HALVINGS:
        raise NotYet(
            f"Photos come in with {first} pixels a side, and before the dense part they still measure {last}: "
            f"{halvings} {'halving' if halvings == 1 else 'halvings'}; expected {HALVINGS}. Add blocks of Conv2D and "
            "MaxPooling2D."
        )
    if not model.compiled:
        raise NotYet(f"The network is not compiled, so it has no loss to learn by. Write {COMPILE}.")
    if not model.loss:
        raise NotYet(f"The network is compiled without a loss, so there is nothing to learn by. Write {COMPILE}.")
    copy.compile_from_config({**model.get_compile_config(), "run_eagerly": True, "jit_compile": False})
    _check_loss(copy, photos, answers)
    before = copy.get_weights()
    copy.train_on_batch(photos, LABELS)
    if all(np.array_equal(old, new) for old, new in zip(before, copy.get_weights(), strict=True)):
        raise NotYet("A training step changes no weight. Is every layer frozen, or the learning rate 0?")
    return (
        f"Photos of {first} pixels a side shrink to {last} in {halvings} halvings, one probability comes out, and a "
        f"training step changes the {model.count_params():,} weights."
    )


def _photos(model: keras.Model) -> np.ndarray:
    """Four photos of noise, float32 (4, height, width, 3), 0–1, of the size that the network takes."""
    if not model.built or len(getattr(model, "inputs", None) or ()) != 1:
        raise NotYet(
            "The network does not know what size its photos have, so it has no weights yet. Begin it with "
            "keras.Input((*IMAGE_SIZE, 3))."
        )
    shape = tuple(model.inputs[0].shape)
    if len(shape) != 4 or shape[3] != 3:
        raise NotYet(f"The network takes arrays of shape {shape}; expected photos in colour, (None, height, width, 3).")
    sides = [side or UNKNOWN_SIDE for side in shape[1:3]]
    return np.random.default_rng(0).random((PHOTOS, *sides, 3), dtype="float32")


def _copy(model: keras.Model) -> keras.Model:
    try:
        copy = keras.models.clone_model(model)
        copy.set_weights(model.get_weights())
    except (ValueError, TypeError, AttributeError, NotImplementedError) as error:
        raise NotChecked(
            f"The network cannot be copied, and only a copy is tried ({type(error).__name__}). Build it as "
            f"keras.Sequential or keras.Model(inputs, outputs), and name loss and metrics as Keras does: {COMPILE}."
        ) from None
    return copy


def _halvings(copy: keras.Model, photos: np.ndarray) -> tuple[int, int, int]:
    """How often the activations halve their side, the side of the photos, and the last side."""
    maps = [layer.output for layer in copy.layers if len(getattr(layer.output, "shape", ())) == 4]
    sides = [photos.shape[1]]
    if maps:
        activations = keras.Model(copy.inputs[0], maps, name="activations")(photos[:1], training=False)
        sides += [values.shape[1] for values in (activations if isinstance(activations, list) else [activations])]
    steps = [math.floor(math.log2(before / after) + 0.15) for before, after in zip(sides, sides[1:], strict=False)]
    return sum(step for step in steps if step > 0), sides[0], sides[-1]  # 0.15: an odd side is rounded


def _answers(copy: keras.Model, photos: np.ndarray) -> np.ndarray:
    """The answers, float (4, 1); refused if they can leave 0–1, for glaring photos and negated last weights as well."""
    answers = np.asarray(copy(photos, training=False))
    if answers.shape != (PHOTOS, 1):
        if answers.shape == (PHOTOS, 2):
            raise NotYet(
                "The network gives two numbers for each photo. With class_mode='binary' the label is one number, 0 or "
                "1: end with one output, layers.Dense(1, activation='sigmoid')."
            )
        raise NotYet(
            f"For {PHOTOS} photos the network gives an array of shape {answers.shape}; expected ({PHOTOS}, 1), one "
            "number for each. End with layers.Dense(1, activation='sigmoid')."
        )
    glaring, seen = 1000 * photos[:1], [answers]
    for _ in range(2):  # the second time the weights are back as they were
        for weight in copy.weights[-2:]:
            weight.assign(-weight)
        seen.append(np.asarray(copy(glaring, training=False)))
    low, high = float(min(map(np.min, seen))), float(max(map(np.max, seen)))
    if low == high == 1:
        raise NotYet(
            "The output is always exactly 1: softmax divides each output by their sum, and there is only one. For one "
            "output, use activation='sigmoid'."
        )
    if low < 0 and high <= 1 and low >= -1:
        raise NotYet(
            "The output lies between -1 and 1, as tanh gives it. A probability lies between 0 and 1: use "
            "activation='sigmoid'."
        )
    if low < 0 or high > 1:
        raise NotYet(
            f"The output is no probability: photos with strong contrast give values from {low:.3g} to {high:.3g}; "
            "expected 0 to 1. Give the last layer activation='sigmoid'."
        )
    return answers


def _check_loss(copy: keras.Model, photos: np.ndarray, answers: np.ndarray) -> None:
    """Loss and accuracy by their values."""
    try:
        measured = copy.test_on_batch(photos, LABELS, return_dict=True)
    except Exception as error:
        raise NotYet(
            f"Loss and metrics cannot be computed for one output and labels of 0 and 1 ({type(error).__name__}). "
            "For two classes the loss is 'binary_crossentropy'."
        ) from None
    penalties = float(sum(np.sum(np.asarray(loss)) for loss in copy.losses))
    right = float(keras.losses.BinaryCrossentropy()(LABELS, answers)) + penalties
    found = measured["loss"]
    if not math.isclose(found, right, rel_tol=1e-3, abs_tol=1e-5):
        reasons = [
            reason for slip, reason in LOSS_SLIPS if math.isclose(found - penalties, slip(answers), abs_tol=1e-5)
        ]
        raise NotYet(
            f"For labels 0, 1, 1, 0 the loss is {found:.3f}; expected {right:.3f}, the binary cross-entropy. "
            f"{next(iter(reasons), BINARY)}"
        )
    _check_metrics(measured, float(np.mean((answers > 0.5) == LABELS)))


def _check_metrics(measured: dict[str, float], accuracy: float) -> None:
    names = [name for name in measured if name != "loss"]
    if not names:
        raise NotYet("The network reports its loss only. Add metrics=['accuracy'] to compile.")
    if "accuracy" not in names:
        reason = (
            "With metrics=['acc'] the history has the keys acc and val_acc, and whatever reads accuracy finds nothing"
            if "acc" in names
            else "The figures read the keys accuracy and val_accuracy"
        )
        raise NotYet(f"The metric is called {joined(names)}; expected accuracy. {reason}. Write metrics=['accuracy'].")
    if not math.isclose(measured["accuracy"], accuracy, abs_tol=1e-3):
        raise NotYet(
            f"The metric accuracy says {measured['accuracy']:.2f} where {accuracy:.2f} of the photos are right. The "
            "class keras.metrics.Accuracy asks whether a probability equals its label. Write "
            "metrics=['accuracy'], in words."
        )
