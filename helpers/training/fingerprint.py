"""What makes two trainings the same: the network, how it is compiled, its photos, and where they are read."""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf


class Place:
    """Where a source of batches stands: what ``fit`` will read next from it.

    Parameters
    ----------
    source : keras.utils.PyDataset or helpers.augmentation.photo_cache.Batches
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
                "Put it into the network, or take helpers.augmentation.random_transform.RandomTransform."
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
            return repr(plain(self.source.description))
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
    if isinstance(value, keras.Layer):  # Keras counts names through a whole session
        return plain({**value.get_config(), "name": type(value).__name__})
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
