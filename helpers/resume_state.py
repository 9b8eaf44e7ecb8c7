"""What a training consists of between two epochs: read, written and compared, without pickling anything."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import random
import tempfile
import uuid
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import psutil
import tensorflow as tf
from keras.src.backend.common import global_state
from keras.src.random.seed_generator import GLOBAL_SEED_GENERATOR, global_seed_generator
from tensorflow.python.eager import context

VERSION = 1
# What numpy, zipfile and json raise for a file that is not whole.
DAMAGE = (zipfile.BadZipFile, EOFError, ValueError, LookupError, TypeError, AttributeError, NotImplementedError)


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

    def get(self) -> dict[str, Any]:
        """The place, to be saved."""
        if self.is_generator:
            return {name: getattr(self.source, name) for name in ("index_array", "batch_index", "total_batches_seen")}
        return {"iterations": self.source.iterations}

    def reaches(self, saved: Mapping[str, Any]) -> bool:
        """Whether the source can be set to what was `saved`: batches of a cache only go forwards."""
        return saved.keys() == self.get().keys() and self.source_iterations() <= saved.get("iterations", 0)

    def source_iterations(self) -> int:
        """How often the source was read, or 0 for a generator."""
        return 0 if self.is_generator else self.source.iterations

    def set(self, saved: Mapping[str, Any]) -> None:
        """Go to what was `saved`."""
        if self.is_generator:
            for name, value in saved.items():
                setattr(self.source, name, value)
        while not self.is_generator and self.source.iterations < saved["iterations"]:
            iter(self.source)  # takes the seeds of one epoch, and reads nothing

    def describe(self) -> str:
        """A text that differs for other photos, other batches or other augmentation."""
        described = getattr(self.source, "description", None)
        if described is not None:
            return described
        source, parts = self.source, []
        for name in ("filenames", "classes", "n", "batch_size", "shuffle", "seed", "target_size", "color_mode",
                     "class_mode", "interpolation", "subset", "x", "y"):  # fmt: skip
            parts.append((name, _plain(getattr(source, name, None))))
        folder = Path(getattr(source, "directory", None) or ".")
        sizes = [(folder / name).stat().st_size for name in getattr(source, "filenames", ())]
        settings = {name: _plain(value) for name, value in sorted(vars(source.image_data_generator).items())}
        return repr((parts, sizes, settings))


def _plain(value: Any) -> Any:
    """A value whose text is the same in another process."""
    if isinstance(value, np.ndarray):
        return value.shape, str(value.dtype), hashlib.blake2b(np.ascontiguousarray(value).tobytes()).hexdigest()
    if callable(value) and hasattr(value, "__code__"):
        return value.__qualname__, value.__code__.co_code.hex(), repr(value.__code__.co_consts)
    return value if isinstance(value, (str, int, float, bool, type(None), tuple, list)) else type(value).__name__


def fingerprint(model: keras.Model, sources: Sequence[Any], seed: int | None, epochs: int) -> dict[str, str]:
    """What makes two trainings the same, part by part: name of the part to a digest of it.

    Parameters
    ----------
    model : keras.Model
        Built and compiled, before its first epoch.
    sources : sequence
        Where the batches come from; see :class:`Place`.
    seed : int or None
        None: the weights to begin with do not count.
    epochs : int
        How many epochs the training is to take.
    """
    compiled = dict(model.get_compile_config() or {})
    optimizer = compiled.pop("optimizer", None)
    parts = {
        "network": _without_names(model, model.get_config()),
        "optimizer": _without_names(model, optimizer),
        "loss": _without_names(model, compiled),
        "photos": repr([Place(source).describe() for source in sources]),
        "seed": repr(seed),
        "number of epochs": repr(epochs),
    }
    if seed is not None:
        parts["first weights"] = repr([_plain(np.asarray(variable)) for variable in model.variables])
    return {name: hashlib.blake2b(text.encode(), digest_size=16).hexdigest() for name, text in parts.items()}


def _without_names(model: keras.Model, config: Any) -> str:
    """A configuration as text; Keras counts names through a whole session, so they are counted anew."""
    text = json.dumps(config, default=repr, sort_keys=True)
    for number, named in enumerate([model, model.optimizer, *model._flatten_layers(include_self=False)]):
        text = text.replace(f'"{named.name}"', f'"{number}"')
    return text


def digest(parts: Mapping[str, str]) -> str:
    """One short word for a fingerprint, for a file's name."""
    return hashlib.blake2b("".join(parts.values()).encode(), digest_size=6).hexdigest()


def differing(parts: Mapping[str, str], others: Mapping[str, str]) -> str:
    """The names of the parts that differ, for a sentence."""
    return ", ".join(name for name in parts | others if parts.get(name) != others.get(name)) or "version"


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

    def fits(self, model: keras.Model, places: Sequence[Place]) -> bool:
        """Whether :meth:`restore` can set all of it."""
        if not model.optimizer.built:
            model.optimizer.build(model.trainable_variables)
        shapes = [tuple(variable.shape) for variable in _variables(model)]
        return (
            [value.shape for value in self.variables] == shapes
            and len(self.places) == len(places)
            and all(place.reaches(saved) for place, saved in zip(places, self.places, strict=True))
        )

    def restore(self, model: keras.Model, places: Sequence[Place]) -> None:
        """Set weights, optimizer, places and random streams; see `fits`."""
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
            if getattr(callback, "monitor_op", callback) is None:
                callback._set_monitor_op()  # else done at the next epoch's end, and the sign of min_delta turned twice
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
    generator = global_state.get_global_attribute(GLOBAL_SEED_GENERATOR)
    streams["keras"] = None if generator is None else keras.ops.convert_to_numpy(generator.state)
    with contextlib.suppress(RuntimeError):  # there is none where op determinism is on
        streams["generator"] = tf.random.get_global_generator().state.numpy()
    return streams


def set_random_streams(streams: Mapping[str, Any]) -> None:
    """Put them back to where `random_streams` found them."""
    random.setstate(streams["python"])
    np.random.set_state(streams["numpy"])
    if streams["tensorflow"] and _operation_seeds():
        _operation_seeds().setstate(streams["tensorflow"])
        context.context().clear_kernel_cache()  # an operation that has drawn with such a seed would draw on
    if streams["keras"] is None:  # it is made at the first draw, from Python's random numbers
        global_state.set_global_attribute(GLOBAL_SEED_GENERATOR, None)
    else:
        global_seed_generator().state.assign(streams["keras"])
    if "generator" in streams:
        tf.random.get_global_generator().state.assign(streams["generator"])


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
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


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
    except DAMAGE as problem:
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
    """The files in which trainings called `name` are saved; of a lesson, for ``'03_*'``."""
    return sorted(folder.glob(f"{name}-*.npz"))


def sweep(folder: Path, name: str, *, keep: Path) -> None:
    """Delete finished trainings called `name` but the one to `keep`, and what killed processes left half written."""
    for path in states_of(folder, name):
        with contextlib.suppress(Damaged, OSError):
            if path != keep and read(path, arrays=False).finished:
                path.unlink()
    for part in folder.glob(".*.part"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            if not psutil.pid_exists(int(part.name.split(".")[2])):
                part.unlink()


def this_process() -> tuple[int, float]:
    """Number and start of this process, which nothing else ever shares."""
    return os.getpid(), psutil.Process().create_time()


def is_alive(process: tuple[int, float]) -> bool:
    """Whether the process that saved a state still runs."""
    try:
        return abs(psutil.Process(process[0]).create_time() - process[1]) < 1
    except psutil.Error:
        return False


class Run:
    """This run through a lesson, which several kernels may share, one after the death of the other."""

    def __init__(self) -> None:
        self.name = uuid.uuid4().hex
        self._begun: set[Path] = set()

    def begin(self, path: Path) -> None:
        """Note that the training at `path` was begun, or taken over, by this process."""
        self._begun.add(path)

    def was_cut_off_after(self, state: State, path: Path) -> bool:
        """Whether a finished training belongs to a run of another process that was cut off in a later one."""
        if path in self._begun or state.process == this_process():
            return False
        return any(other.run == state.run for other in self._unfinished(path))

    def _unfinished(self, path: Path) -> Iterator[State]:
        for other in states_of(path.parent, path.name.split("_")[0] + "_*"):
            with contextlib.suppress(Damaged, OSError):
                state = read(other, arrays=False)
                if not state.finished:
                    yield state


run = Run()
