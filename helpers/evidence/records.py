"""Recorded runs: trainings on the real photos that lessons show beside the learner's own."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from helpers import files

REFERENCE = Path(__file__).resolve().parents[2] / "notebooks" / "reference"

Run = dict[str, Any]


class Record:
    """Runs in a file of JSON, one a line, written anew whole or not at all; by one process at a time.

    A run holds ``name``, ``seed``, ``history`` (as Keras'), ``seconds`` and ``cpu_seconds`` of each epoch, ``date`` and
    ``versions``. Newer ones hold ``settings``; ``parameters``; ``photos`` (how many of which class, and a hash over
    names and bytes); ``calibration`` (the machine's speed, measured each time that the training was started or gone on
    with, and after it); and ``outputs`` (see :func:`outputs`).

    Parameters
    ----------
    path : pathlib.Path
        The file; it need not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = Path(path)
        self.runs = self._read()

    def _read(self) -> list[Run]:
        return json.loads(self._path.read_text(encoding="utf-8")) if self._path.is_file() else []

    def find(self, name: str, seed: int) -> Run | None:
        """The run of that name with that seed, or None."""
        return next((run for run in self.runs if (run["name"], run["seed"]) == (name, seed)), None)

    def add(self, run: Run) -> None:
        """Keep `run`, at the place of one with the same name and seed if there is one, else at the end."""
        self.runs = self._read()  # hours may have passed
        known = [(other["name"], other["seed"]) for other in self.runs]
        place = known.index((run["name"], run["seed"])) if (run["name"], run["seed"]) in known else len(known)
        self.runs[place : place + 1] = [json.loads(json.dumps(run))]
        files.write_text(self._path, "[\n" + ",\n".join(map(json.dumps, self.runs)) + "\n]\n")


def load(name: str) -> dict[str, list[Run]]:
    """The recorded runs of a file in ``notebooks/reference``, by their names.

    Parameters
    ----------
    name : str
        File name without ``.json``.

    Raises
    ------
    FileNotFoundError
        If it is not there; the message lists those there are.
    """
    path = REFERENCE / f"{name}.json"
    if not path.is_file():
        there = ", ".join(sorted(p.stem for p in REFERENCE.glob("*.json"))) or "none"
        raise FileNotFoundError(
            f"There is no record {name!r}; there are: {there}. They belong to the course's files: get them whole, or "
            "record it anew with make record."
        )
    return by_name(Record(path).runs)


def by_name(runs: Iterable[Run]) -> dict[str, list[Run]]:
    """The runs of each name, one per seed, in the order in which the names first occur."""
    found: dict[str, list[Run]] = {}
    for run in runs:
        found.setdefault(run["name"], []).append(run)
    return found


def joined(parts: Sequence[Run]) -> Run:
    """One run of several that went on one from the other: their epochs in a row, all else of the first."""
    seconds = {key: sum((part[key] for part in parts), []) for key in ("seconds", "cpu_seconds")}
    curves = {key: sum((part["history"][key] for part in parts), []) for key in parts[0]["history"]}
    return {**parts[0], **seconds, "history": curves}


def pack(probabilities: np.ndarray) -> dict[str, Any]:
    """Outputs of a network, a byte each, for JSON.

    Parameters
    ----------
    probabilities : numpy.ndarray
        float (epochs, photos), 0-1.
    """
    levels = np.round(np.asarray(probabilities) * 255).astype(np.uint8)
    return {"shape": list(levels.shape), "bytes": base64.b64encode(zlib.compress(levels.tobytes(), 9)).decode()}


def outputs(run: Run, name: str = "validation") -> np.ndarray:
    """What the network said of each photo of a validation set, to within 1/510.

    Parameters
    ----------
    run : dict
        A run with ``outputs``.
    name : str
        Which set.

    Returns
    -------
    numpy.ndarray
        float (epochs, photos), 0-1: class by class, sorted by file name. With one epoch, the last.
    """
    packed = run["outputs"][name]
    levels = np.frombuffer(zlib.decompress(base64.b64decode(packed["bytes"])), np.uint8)
    return levels.reshape(packed["shape"]) / 255
