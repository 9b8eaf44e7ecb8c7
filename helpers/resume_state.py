"""What a training consists of between two epochs: read, written and compared, without pickling anything."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import random
import re
import tempfile
import time
import types
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import psutil
import tensorflow as tf
from keras.src.backend.common import global_state
from keras.src.random.seed_generator import global_seed_generator
from tensorflow.python.eager import context

VERSION = 1
KERAS_STREAM = "global_seed_generator"  # Keras' name for what unseeded draws are made from


class Damaged(Exception):
    """A file that holds no whole state; the text says why, for a sentence."""


class Place:
    """Where a source of batches stands: what ``fit`` will read next from it.

    Parameters
    ----------
    source : keras.utils.PyDataset or helpers.photo_cache.Batches
        A generator of ``ImageDataGenerator``, or batches of a cache.

    Raises
    ------
    TypeError
        If it is neither.
    """

    def __init__(self, source: Any) -> None:
        self.source = source
        self.is_generator = all(hasattr(source, name) for name in ("index_array", "total_batches_seen", "on_epoch_end"))
        if not self.is_generator and not hasattr(source, "iterations"):
            raise TypeError(
                f"The place in a {type(source).__name__} cannot be saved; expected what flow_from_directory, flow or "
                "PhotoCache.batches returns. Leave out data that is not shuffled, such as arrays for validation."
            )
        if not getattr(source, "repeatable", True):
            raise TypeError(
                "These batches cannot be drawn again: their transform is a Keras layer with random numbers of its own. "
                "Put it into the network, or take helpers.augmentation.RandomTransform."
            )

    def get(self) -> dict[str, Any]:
        """The place, to be saved."""
        if self.is_generator:
            return {name: getattr(self.source, name) for name in ("index_array", "batch_index", "total_batches_seen")}
        return {"iterations": self.source.iterations}

    @property
    def read(self) -> int:
        """A number that grows whenever ``fit`` reads."""
        return self.source.total_batches_seen if self.is_generator else self.source.iterations

    def reaches(self, saved: Mapping[str, Any]) -> bool:
        """Whether the source can be set to what was `saved`: batches of a cache only go forwards."""
        return self.is_generator or self.source.iterations <= saved["iterations"]

    def set(self, saved: Mapping[str, Any]) -> None:
        """Go to what was `saved`."""
        if self.is_generator:
            for name, value in saved.items():
                setattr(self.source, name, value)
        while not self.is_generator and self.source.iterations < saved["iterations"]:
            iter(self.source)  # takes the seeds of one epoch, and reads nothing

    def describe(self) -> str:
        """A text that differs for other photos, other batches or other augmentation."""
        if not self.is_generator:
            return self.source.description
        left_out = {"lock", "index_generator", "index_array", "batch_index", "total_batches_seen", "on_epoch_end"}
        left_out |= {"image_data_generator", "_filepaths", "directory"}  # the same photos may lie somewhere else
        kept = {name: plain(value) for name, value in sorted(vars(self.source).items()) if name not in left_out}
        names, folder = getattr(self.source, "filenames", ()), Path(getattr(self.source, "directory", None) or ".")
        sizes = [(folder / name).stat().st_size for name in names]
        settings = {name: plain(value) for name, value in sorted(vars(self.source.image_data_generator).items())}
        return repr((kept, sizes, settings))


def plain(value: Any) -> Any:
    """Something whose text is the same in another process, and another where the value does something else."""
    if isinstance(value, np.ndarray):
        return value.shape, str(value.dtype), hashlib.blake2b(np.ascontiguousarray(value).tobytes()).hexdigest()
    if isinstance(value, types.CodeType):
        return value.co_code.hex(), value.co_names, plain(value.co_consts)
    if isinstance(value, types.FunctionType):
        cells = [cell.cell_contents for cell in value.__closure__ or ()]
        known = {name: value.__globals__.get(name) for name in value.__code__.co_names}
        numbers = {name: found for name, found in known.items() if isinstance(found, (bool, int, float, str))}
        return value.__qualname__, plain(value.__code__), plain(cells), plain(value.__defaults__), plain(numbers)
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return [(str(name), plain(item)) for name, item in sorted(value.items(), key=lambda item: str(item[0]))]
    return value if isinstance(value, (str, int, float, bool, type(None))) else type(value).__name__


def fingerprint(model: keras.Model, sources: Sequence[Place], seed: int | None, epochs: int) -> dict[str, str]:
    """What makes two trainings the same, part by part: name of the part to a digest of it.

    Parameters
    ----------
    model : keras.Model
        Built and compiled, before its first epoch.
    sources : sequence of Place
        Where the batches come from.
    seed : int or None
        None: the weights to begin with do not count.
    epochs : int
        How many epochs the training is to take.
    """
    compiled = dict(model.get_compile_config() or {})
    parts = {
        "network": _without_counts(model.get_config()),
        "optimizer": _without_counts(compiled.pop("optimizer", None)),
        "loss": _without_counts(compiled) + repr([plain(compiled_with) for compiled_with in _functions(model)]),
        "photos": repr([source.describe() for source in sources]),
        "seed": repr(seed),
        "number of epochs": repr(epochs),
        "version of Keras or TensorFlow": repr((keras.__version__, tf.__version__, keras.config.backend())),
    }
    if seed is not None:
        parts["first weights"] = repr([plain(np.asarray(variable)) for variable in model.variables])
    return {name: hashlib.blake2b(text.encode(), digest_size=16).hexdigest() for name, text in parts.items()}


def _functions(model: keras.Model) -> list[Any]:
    """Losses and metrics that are functions of the learner's own, which a configuration knows by name only."""
    given = getattr(model, "_compile_config", None)
    found = dict(getattr(given, "config", {}) or {})
    values = [item for key in ("loss", "metrics") for item in np.ravel(np.array(found.get(key), dtype=object))]
    return [value for value in values if isinstance(value, types.FunctionType)]


def _without_counts(config: Any) -> str:
    """A configuration as text. Keras numbers names through a whole session, so they are numbered anew."""
    config = json.loads(json.dumps(config, default=lambda value: repr(plain(value))))
    names: dict[str, str] = {}
    _collect_names(config, names)
    return json.dumps(_renamed(config, names), sort_keys=True)


def _collect_names(config: Any, names: dict[str, str]) -> None:
    if isinstance(config, dict) and isinstance(config.get("name"), str):
        names.setdefault(config["name"], f"#{len(names)}")
    for inner in config.values() if isinstance(config, dict) else config if isinstance(config, list) else ():
        _collect_names(inner, names)


def _renamed(config: Any, names: Mapping[str, str], key: str = "name") -> Any:
    if isinstance(config, dict):
        return {key: _renamed(value, names, key) for key, value in config.items()}
    if isinstance(config, list):
        return [_renamed(value, names) for value in config]
    return names.get(config, config) if key == "name" and isinstance(config, str) else config


def digest(parts: Mapping[str, str]) -> str:
    """One short word for a fingerprint, for a file's name."""
    return hashlib.blake2b("".join(parts.values()).encode(), digest_size=6).hexdigest()


def differing(parts: Mapping[str, str], others: Mapping[str, str]) -> str:
    """The names of the parts that differ, for a sentence."""
    return ", ".join(name for name in parts | others if parts.get(name) != others.get(name))


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
        What `helpers.training.Progress` keeps; the values of each epoch with all their digits.
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


def random_streams() -> dict[str, Any]:
    """Where the random numbers of Python, NumPy, Keras and TensorFlow stand."""
    streams = {"python": random.getstate(), "numpy": np.random.get_state()}
    streams["tensorflow"] = _operation_seeds().getstate() if _operation_seeds() else None
    generator = global_state.get_global_attribute(KERAS_STREAM)
    streams["keras"] = None if generator is None else keras.ops.convert_to_numpy(generator.state)
    with contextlib.suppress(RuntimeError):  # there is none where op determinism is on
        streams["generator"] = tf.random.get_global_generator().state.numpy()
    return streams


def set_random_streams(streams: Mapping[str, Any]) -> None:
    """Put them back to where `random_streams` found them."""
    np.random.set_state(streams["numpy"])
    if streams["tensorflow"] and _operation_seeds():
        _operation_seeds().setstate(streams["tensorflow"])
        context.context().clear_kernel_cache()  # an operation that has drawn with such a seed would draw on
    if streams["keras"] is None:  # it is made at the first draw, from Python's random numbers
        global_state.set_global_attribute(KERAS_STREAM, None)
    else:
        global_seed_generator().state.assign(streams["keras"])
    if "generator" in streams:
        tf.random.get_global_generator().state.assign(streams["generator"])
    random.setstate(streams["python"])  # last, since Keras may just have drawn from it


def _operation_seeds() -> random.Random | None:
    """What TensorFlow draws the seeds of its eager operations from, once ``tf.random.set_seed`` was called."""
    return getattr(context.context(), "_rng", None)


def write(state: State, path: Path) -> None:
    """Write a state to one file: there whole, or not at all.

    Raises
    ------
    OSError
        If it cannot be written. What was there is there still.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays: list[np.ndarray] = []
    known = {name: _pack(value, arrays) for name, value in vars(state).items() if not name.startswith("_")}
    text = json.dumps({"version": VERSION, **known}).encode()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}.{os.getpid()}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            # Not compressed: weights hardly shrink, and this happens after every epoch.
            np.savez(file, state=np.frombuffer(text, np.uint8), **{f"a{i}": value for i, value in enumerate(arrays)})
            file.flush()
            os.fsync(file.fileno())
        replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def replace(source: str | Path, target: Path) -> None:
    """``os.replace``, and again where Windows refuses it for a moment, since another program looks at the file."""
    for wait in (0.05, 0.2, 1.0, None):
        try:
            os.replace(source, target)
            return
        except PermissionError:
            if wait is None or os.name != "nt":
                raise
            time.sleep(wait)


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


def states_of(folder: Path, name: str) -> list[Path]:
    """The files in which trainings called `name` are saved, whatever their settings."""
    pattern = re.compile(re.escape(name) + r"-[0-9a-f]{12}(-\d+)?\.npz")
    return sorted(path for path in folder.glob("*.npz") if pattern.fullmatch(path.name))


def sweep(folder: Path, name: str, *, keep: Path) -> None:
    """Delete finished trainings called `name` of earlier runs, and what killed processes left half written."""
    for path in states_of(folder, name):
        with contextlib.suppress(Damaged, OSError):
            if path != keep and (state := read(path, arrays=False)).finished and state.run != run.name:
                path.unlink()
    for part in folder.glob(".*.part"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            if not psutil.pid_exists(int(part.name.split(".")[-3])):
                part.unlink()


def this_process() -> tuple[int, float]:
    """Number and start of this process, which nothing else ever shares."""
    return os.getpid(), psutil.Process().create_time()


def is_alive(process: tuple[int, float]) -> bool:
    """Whether the process that saved a state still runs."""
    try:
        found = psutil.Process(process[0])
        return abs(found.create_time() - process[1]) < 1 and found.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


class Run:
    """This run through a lesson, which several kernels may share, one after the death of the other.

    Attributes
    ----------
    name : str
        The same in all its kernels.
    takes_finished : bool
        Whether a training that another process finished is always taken over, as a recorder wants it.
    """

    def __init__(self) -> None:
        self.name = uuid.uuid4().hex
        self.takes_finished = False
        self._begun: set[Path] = set()

    def begin(self, path: Path) -> None:
        """Note that the training at `path` was begun, or taken over, by this process."""
        self._begun.add(path)

    def takes(self, state: State, path: Path) -> bool:
        """Whether a finished training is taken over: of a run of another process that was cut off in a later one."""
        if path in self._begun or tuple(state.process) == this_process():
            return False
        return self.takes_finished or self._was_cut_off(state.run, path)

    def _was_cut_off(self, name: str, path: Path) -> bool:
        """Whether the last thing that happened in a run is a training that was not finished."""
        lesson = path.name.split("_")[0] + "_"
        saved = []
        for other in path.parent.glob("*.npz"):
            with contextlib.suppress(Damaged, OSError):
                if other.name.startswith(lesson) and (state := read(other, arrays=False)).run == name:
                    saved.append((other.stat().st_mtime_ns, state.finished))
        return bool(saved) and not max(saved)[1]


run = Run()
