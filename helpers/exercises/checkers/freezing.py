"""Which layers of a base learn after lesson 9's exercise, judged on a small base of two blocks."""

from __future__ import annotations

import keras

from helpers.exercises.checkers.outcome import NotYet, joined, need_function, run
from helpers.exercises.exercise import exercise


@exercise(
    "09",
    "As long as base.trainable is False, no layer in it learns, whatever its own `trainable` says.",
    "Set base.trainable = True, which reaches all layers. Then freeze what is to stay: all but the last ones.",
    "The lower layers are base.layers[: len(base.layers) - count]. Freeze each BatchNormalization as well.",
)
def unfreeze(unfreeze_top: object) -> str:
    """Check a function that lets the topmost layers of a frozen base learn, but no BatchNormalization."""
    need_function(unfreeze_top, "unfreeze_top(base, count)")
    for count in (4, 7, 0, 8):
        base = _base()
        before = [value.numpy() for value in base.weights]
        run(unfreeze_top, base, count, call=f"unfreeze_top(base, {count})")
        if len(base.weights) != len(before) or any(
            (a.numpy() != b).any() for a, b in zip(base.weights, before, strict=True)
        ):
            raise NotYet("The function changed layers or weights of the base. It need only set `trainable`.")
        _compare(base, count)
    return "The topmost layers learn, those below do not, and no BatchNormalization does."


def _base() -> keras.Sequential:
    layers = [keras.Input((4,))]
    for name in ("low", "high"):
        layers += [
            keras.layers.Dense(4, name=f"{name}_dense"),
            keras.layers.BatchNormalization(name=f"{name}_normalisation"),
            keras.layers.Activation("relu", name=f"{name}_activation"),
            keras.layers.Dropout(0.1, name=f"{name}_dropout"),
        ]
    base = keras.Sequential(layers, name="base")
    base.trainable = False
    return base


def _names(found: set[str]) -> str:
    return joined(sorted(found)) if found else "none"


def _learning(base: keras.Sequential) -> set[str]:
    found = {id(value) for value in base.trainable_weights}
    return {layer.name for layer in base.layers if any(id(value) in found for value in layer.weights)}


def _compare(base: keras.Sequential, count: int) -> None:
    names, total = [layer.name for layer in base.layers], len(base.layers)
    normalising = {layer.name for layer in base.layers if isinstance(layer, keras.layers.BatchNormalization)}
    expected = {name for name in names[total - count :] if name.endswith("_dense")}
    lowest = {name for name in names[:count] if name.endswith("_dense")}
    learning = _learning(base)
    if learning == expected:
        return
    if not learning and not base.trainable:
        problem = (
            "nothing learns: base.trainable is still False, and that covers every layer in it. Set it to True first, "
            "then freeze what is to stay."
        )
    elif count < total and learning == {layer.name for layer in base.layers if layer.weights}:
        problem = (
            "every layer would learn. base.trainable = True reaches all of them and undoes what was frozen before: set "
            "it first, then freeze."
        )
    elif learning & normalising:
        problem = (
            f"{_names(learning & normalising)} would learn, and its averages drift. Freeze every BatchNormalization, "
            "in the topmost layers as well."
        )
    elif count == 0:
        problem = (
            f"{_names(learning)} would learn; expected none. Mind that layers[-0:] are all layers and layers[:-0] is "
            "none: count from the front, with len(base.layers) - count."
        )
    elif learning > expected:
        problem = (
            f"{_names(learning - expected)} would learn too, below the topmost {count} of {total} layers. Setting "
            "base.trainable = True reaches all of them: freeze the lower ones again."
        )
    elif learning == lowest:
        problem = (
            f"the lowest {count} of {total} layers learn. The top is where the answer comes out: the last ones of "
            "base.layers."
        )
    else:
        problem = (
            f"of {total} layers, {_names(learning)} would learn; expected {_names(expected)}, with weights of its own "
            f"among the topmost {count}."
        )
    raise NotYet(f"After unfreeze_top(base, {count}) {problem}")
