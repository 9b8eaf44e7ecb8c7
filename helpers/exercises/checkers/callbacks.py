"""The callback that stops a training, driven through epochs that never took place."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import FunctionType

from helpers.exercises.checkers.outcome import NotAttempted, NotChecked, NotYet, is_stub, need_function, run, shown
from helpers.exercises.exercise import exercise

HOOKS = ("on_epoch_end", "on_epoch_begin", "on_batch_end", "on_train_batch_end", "on_train_begin", "on_train_end")
LOW = {"accuracy": 0.5, "loss": 0.05, "val_accuracy": 0.5, "val_loss": 0.7}
HIGH = {**LOW, "accuracy": 0.95}
LINE = "if logs.get('accuracy', 0) > self.accuracy"
TOO_EARLY = (
    "It stops at an accuracy of {accuracy}, though {threshold} was asked for. "
    "Stop only when logs['accuracy'] is larger."
)
NOT_ABOVE = "It stops at an accuracy of exactly 0.9 when 0.9 was asked for; expected only above. Use >, not >=."
FIXED = "It compares with a fixed number: compare with the argument, kept in __init__ as self.accuracy."
GOES_ON = "It does not stop at an accuracy of 0.95 when 0.9 was asked for."
# What is asked for, the accuracy of an epoch, whether the training ends with it, and what to say otherwise.
STOPS = (
    (0.9, 0.5, False, TOO_EARLY),
    (0.9, 0.89, False, TOO_EARLY),
    (0.9, 0.95, True, GOES_ON),
    (0.9, 0.9, False, NOT_ABOVE),
    (0.6, 0.7, True, f"With accuracy={{threshold}} it does not stop at {{accuracy}}. {FIXED}"),
    (0.97, 0.975, True, f"With accuracy={{threshold}} it does not stop at {{accuracy}}. {FIXED}"),
    (0.97, 0.95, False, f"With accuracy={{threshold}} it stops at {{accuracy}}. {FIXED}"),
)
# Where it goes on at 0.95: what it stops at instead, and why.
GOES_BY = (
    ({"val_accuracy": 0.95}, "It goes by val_accuracy. The exercise asks for training accuracy, logs['accuracy']."),
    ({"acc": 0.95}, "It reads the key acc, which only metrics=['acc'] makes. Read logs['accuracy']."),
    ({"accuracy": 95.0}, "It compares with a percentage. Accuracies are fractions, 0 to 1."),
)


class _Model:
    """Stands in for a network; a training reads `stop_training` after each epoch."""

    def __init__(self) -> None:
        self.stop_training = False


@exercise(
    "07",
    "Keras calls on_epoch_end(epoch, logs) of every callback after each epoch. logs is a dictionary of the values that "
    "it prints.",
    "A training ends after the epoch in which something sets self.model.stop_training = True.",
    "With metrics=['acc'] there is no key accuracy, and logs.get('accuracy') is None. get takes a default as its "
    "second argument.",
    f"In on_epoch_end: {LINE}: self.model.stop_training = True.",
)
def stop_when_accurate(StopWhenAccurate: object) -> str:
    """Check a class, or a function that makes callbacks, called as ``StopWhenAccurate(accuracy=0.999)``."""
    made = StopWhenAccurate
    if hasattr(made, "on_epoch_end") and not isinstance(made, type):
        raise NotChecked(
            f"StopWhenAccurate is {shown(made)}, made already. Hand in the class itself, so that the check can "
            "make some: check(StopWhenAccurate)."
        )
    need_function(made, "StopWhenAccurate(accuracy=0.999)")
    _need_a_hook(made)
    callback = _make(made, 0.9)
    if not hasattr(callback, "set_model") or not hasattr(callback, "on_epoch_end"):
        raise NotYet(
            f"What it makes is {shown(callback)}, which model.fit cannot use. Derive the class from "
            "keras.callbacks.Callback."
        )
    _check_stops(made)
    _check_leaves_alone(made)
    _check_missing_key(made)
    return (
        "It stops above the accuracy asked for, at the end of an epoch, and not at or below it; a missing key, as "
        "after metrics=['acc'], does not stop it short."
    )


def _check_stops(made: object) -> None:
    for threshold, accuracy, stops, problem in STOPS:
        if _ends(made, threshold, {**LOW, "accuracy": accuracy}) != stops:
            reason = f" {_why_it_goes_on(made)}" if problem is GOES_ON else ""
            raise NotYet(problem.format(threshold=threshold, accuracy=accuracy) + reason)


def _why_it_goes_on(made: object) -> str:
    for change, reason in GOES_BY:
        if _ends(made, 0.9, {**LOW, **change}):
            return reason
    callback, model = _driven(made, 0.9, HIGH)
    if hasattr(callback, "stop_training"):
        return "It sets stop_training on itself, where nobody looks. Set self.model.stop_training = True."
    for name in vars(model).keys() - {"stop_training"}:
        return f"It sets self.model.{name}, which nobody reads. The name is stop_training."
    return f"At the end of an epoch, set self.model.stop_training = True {LINE}."


def _check_leaves_alone(made: object) -> None:
    callback, model = _driven(made, 0.9, LOW)
    for hook in ("on_train_batch_end", "on_batch_end"):
        if hasattr(callback, hook):
            run(getattr(callback, hook), 0, dict(HIGH), call=f"{hook}(0, ...)")
    if model.stop_training:
        raise NotYet(
            "It stops in the middle of an epoch, after a batch. One batch is a few photos: wait for on_epoch_end."
        )
    model.stop_training = True  # another callback wants to stop
    run(callback.on_epoch_end, 1, dict(LOW), call="on_epoch_end(1, ...)")
    if not model.stop_training:
        raise NotYet(
            "It sets stop_training back to False while the accuracy is low, and so overrules every other callback. "
            "Set it only to True."
        )
    callback, _ = _driven(made, 0.9, HIGH)
    second = _Model()
    _drive(callback, second, LOW)
    if second.stop_training:
        raise NotYet(
            "Used for a second training, it stops at once, since it remembers the first. Decide by the logs of this "
            "epoch alone."
        )


def _check_missing_key(made: object) -> None:
    trap = (
        "With metrics=['acc'] the key is acc, so logs.get('accuracy') is None, and logs['accuracy'] raises a KeyError. "
        "Give get a default: logs.get('accuracy', 0)."
    )
    for logs in ({"acc": 0.95, "loss": 0.05}, {"loss": 0.05}, {}):
        try:
            ended = _ends(made, 0.9, logs)
        except NotYet as verdict:
            raise NotYet(f"Where the logs hold no accuracy, {verdict} {trap}") from None
        if ended and "acc" not in logs:
            raise NotYet(f"It stops where the logs hold no accuracy at all, but {sorted(logs) or 'nothing'}. {trap}")


def _need_a_hook(made: object) -> None:
    if not isinstance(made, type):
        return
    own = [vars(owner) for owner in made.__mro__ if owner is not object and not owner.__module__.startswith("keras")]
    hooks = [names[hook] for names in own for hook in HOOKS if hook in names]
    empty = made.__module__ != "builtins" and not any(isinstance(item, FunctionType) for item in vars(made).values())
    if not hooks and (hasattr(made, "on_epoch_end") or empty):
        raise NotAttempted("StopWhenAccurate does nothing yet. Give it a method on_epoch_end(self, epoch, logs=None).")
    if hooks and all(is_stub(hook) for hook in hooks):
        raise NotAttempted("The body of on_epoch_end is still a gap, `...`. Write it, run its cell, then check again.")


def _make(made: object, threshold: float) -> object:
    try:
        inspect.signature(made).bind(accuracy=threshold)
    except (TypeError, ValueError):
        raise NotYet(
            "It cannot be made with StopWhenAccurate(accuracy=0.9). Give __init__ an argument accuracy, and keep it as "
            "self.accuracy."
        ) from None
    return run(made, call=f"StopWhenAccurate(accuracy={threshold})", accuracy=threshold)


def _ends(made: object, threshold: float, logs: Mapping[str, float]) -> bool:
    return bool(_driven(made, threshold, logs)[1].stop_training)


def _driven(made: object, threshold: float, logs: Mapping[str, float]) -> tuple[object, _Model]:
    """A new callback and its model after one epoch with these logs."""
    callback, model = _make(made, threshold), _Model()
    _drive(callback, model, logs)
    return callback, model


def _drive(callback: object, model: _Model, logs: Mapping[str, float]) -> None:
    callback.set_model(model)
    callback.set_params({"epochs": 5, "steps": 1, "verbose": 0})
    run(callback.on_train_begin, call="on_train_begin()")
    run(callback.on_epoch_begin, 0, call="on_epoch_begin(0)")
    run(callback.on_epoch_end, 0, dict(logs), call=f"on_epoch_end(0, {dict(logs)})")
