"""A training between two epochs: what it consists of, written and read without pickling anything."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import psutil

from helpers import files
from helpers.training.fingerprint import Place
from helpers.training.random_streams import random_streams, set_random_streams

VERSION = 1


class Damaged(Exception):
    """A file that holds no whole state; the text says why, for a sentence."""


@dataclass
class State:
    """A training between two epochs.

    Attributes
    ----------
    parts : dict of str to str
        Its `fingerprint`.
    run, process : str, (int, float)
        Which run through a lesson it belongs to; process number and start of the kernel that saved it.
    epoch, finished, saved : int, bool, str
        Whole epochs so far; whether there are none to come; date and time.
    curve, exact : list
        What `helpers.training.curves.CurveLogger` keeps; the values of each epoch with all their digits.
    streams, places, beside : Any
        Random streams, places in the data, memory of other callbacks.
    variables : list of numpy.ndarray
        Weights, seeds of layers, and the optimizer's.
    """

    parts: dict[str, str]
    run: str
    process: tuple[int, float]
    epoch: int
    finished: bool
    saved: str
    curve: list
    exact: list[dict[str, float]]
    streams: dict[str, Any] = field(default_factory=dict)
    places: list[dict[str, Any]] = field(default_factory=list)
    beside: list[dict[str, Any]] = field(default_factory=list)
    variables: list[np.ndarray] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        model: keras.Model | None,
        places: Sequence[Place],
        beside: Sequence[keras.callbacks.Callback],
        **known: Any,
    ) -> State:
        """The state of `model` and all around it, now; without a model, that a training has begun."""
        saved = datetime.datetime.now().astimezone().isoformat(" ", "seconds")
        state = cls(**known, process=this_process(), saved=saved)
        if model is not None:
            state.streams = random_streams()
            state.places = [place.get() for place in places]
            state.beside = [_memory(callback) for callback in beside]
            state.variables = [keras.ops.convert_to_numpy(variable) for variable in _variables(model)]
        return state

    def why_not(self, model: keras.Model, places: Sequence[Place]) -> str:
        """Why :meth:`restore` cannot set all of it; '' if it can."""
        if not model.optimizer.built:
            model.optimizer.build(model.trainable_variables)
        shapes = [tuple(variable.shape) for variable in _variables(model)]
        if [value.shape for value in self.variables] != shapes or len(self.places) != len(places):
            return "its weights do not fit this network"
        if not all(place.reaches(saved) for place, saved in zip(places, self.places, strict=True)):
            return "its photos have been read further already in this kernel; run the cell that makes the batches first"
        return ""

    def restore(self, model: keras.Model, places: Sequence[Place]) -> None:
        """Set weights, optimizer, places and random streams; see `why_not`."""
        for variable, value in zip(_variables(model), self.variables, strict=True):
            variable.assign(value)
        for place, saved in zip(places, self.places, strict=True):
            place.set(saved)
        set_random_streams(self.streams)
        self._before_validation = np.random.get_state()
        if places and places[0].is_generator and not self.finished:
            self._watch(places[0].source)

    def _watch(self, generator: Any) -> None:
        """Note NumPy's stream once, when the epoch's training photos have been drawn and those of the next shuffled."""
        inherited = generator.on_epoch_end

        def once() -> None:
            del generator.on_epoch_end
            inherited()
            self._before_validation = np.random.get_state()

        generator.on_epoch_end = once

    def restore_validation(self, places: Sequence[Place]) -> None:
        """Undo what the first validation in a process draws and later ones do not: two batches, to see their shape."""
        np.random.set_state(self._before_validation)
        for place, saved in zip(places[1:], self.places[1:], strict=True):
            if place.is_generator:
                place.source.total_batches_seen = saved["total_batches_seen"]
                place.source.on_epoch_end()

    def restore_beside(self, beside: Sequence[keras.callbacks.Callback]) -> None:
        """Give other callbacks back what they knew."""
        for callback, memory in zip(beside, self.beside, strict=True):
            if getattr(callback, "monitor_op", callback) is None and "min_delta" in memory:
                memory = {**memory, "min_delta": abs(memory["min_delta"])}  # Keras turns its sign at the epoch's end
            vars(callback).update(memory)


def _variables(model: keras.Model) -> list[keras.Variable]:
    return [*model.variables, *model.optimizer.variables]


def _memory(callback: keras.callbacks.Callback) -> dict[str, Any]:
    """The attributes of a callback that can be saved: numbers, texts, arrays, and lists and dictionaries of them."""
    kept = {}
    for name, value in vars(callback).items():
        with contextlib.suppress(TypeError):
            if name not in ("params", "_params", "_model"):
                _pack(value, [])
                kept[name] = value
    return kept


def write(state: State, path: Path) -> None:
    """Write a state to one file: there whole, or not at all.

    Raises
    ------
    OSError
        If it cannot be written. What was there is there still.
    """
    arrays: list[np.ndarray] = []
    known = {name: _pack(value, arrays) for name, value in vars(state).items() if not name.startswith("_")}
    text = json.dumps({"version": VERSION, **known}).encode()
    with files.written_whole(path) as file:
        # Not compressed: weights hardly shrink, and this happens after every epoch.
        np.savez(file, state=np.frombuffer(text, np.uint8), **{f"a{i}": value for i, value in enumerate(arrays)})


def read(path: Path, *, arrays: bool = True) -> State:
    """Read a state.

    Parameters
    ----------
    path : pathlib.Path
        What `write` wrote.
    arrays : bool
        Without them, what is in arrays is None: for a look at what the state is.

    Raises
    ------
    FileNotFoundError
        If there is none.
    Damaged
        If it is not whole, or of another version.
    OSError
        If it cannot be read.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            known = json.loads(file["state"].tobytes())
            if known.pop("version") != VERSION:
                raise Damaged("it was saved by another version of the course")
            found = [file[f"a{i}"] for i in range(len(file.files) - 1)] if arrays else None
        return State(**{name: _unpack(value, found) for name, value in known.items()})
    except OSError as problem:
        if problem.errno is None:  # numpy's way to say that this is no such file
            raise Damaged("it is damaged") from problem
        raise
    except Damaged:
        raise
    except Exception as problem:  # whatever numpy, zipfile and json raise is a fact about the file
        raise Damaged("it is damaged") from problem


def _pack(value: Any, arrays: list[np.ndarray]) -> Any:
    """A value for JSON; arrays go into `arrays`, and leave their number."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        arrays.append(value)
        return {"array": len(arrays) - 1}
    if isinstance(value, tuple):
        return {"tuple": [_pack(item, arrays) for item in value]}
    if isinstance(value, list):
        return [_pack(item, arrays) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {"dict": {key: _pack(item, arrays) for key, item in value.items()}}
    raise TypeError(f"A {type(value).__name__} cannot be saved.")


def _unpack(value: Any, arrays: Sequence[np.ndarray] | None) -> Any:
    if isinstance(value, list):
        return [_unpack(item, arrays) for item in value]
    if not isinstance(value, dict):
        return value
    ((kind, inner),) = value.items()
    if kind == "array":
        return None if arrays is None else arrays[inner]
    if kind == "tuple":
        return tuple(_unpack(item, arrays) for item in inner)
    return {key: _unpack(item, arrays) for key, item in inner.items()}


def this_process() -> tuple[int, float]:
    """Number and start of this process, which nothing else ever shares."""
    return os.getpid(), psutil.Process().create_time()
