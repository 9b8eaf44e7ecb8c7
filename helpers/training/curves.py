"""The curve of a training: printed and kept epoch by epoch, and what is read off it."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from helpers import files, runtime


class CurveLogger(keras.callbacks.Callback):
    """Prints a line per epoch, and saves the curve after each, so that a long run can be followed.

    The printed lines hold no times, so that a saved notebook does not change by itself.

    Parameters
    ----------
    save : pathlib.Path
        JSON file for the curve so far with its provenance; see `helpers.evidence.records.Record` for the fields.
    seed : int
        The seed of the training, for the provenance.
    every : int
        Print every so many epochs, and the last one; 0 prints none.
    """

    def __init__(self, save: Path, *, seed: int | None, every: int = 1) -> None:
        super().__init__()
        self._save, self._seed, self._every = save, seed, every
        self._history: dict[str, list[float]] = {}
        self._seconds: list[float] = []
        self._cpu_seconds: list[float] = []
        self._unwritten = False

    @property
    def record(self) -> dict[str, Any]:
        """The curve so far with its provenance, as it is saved; see `helpers.evidence.records.Record`."""
        return {
            "date": datetime.date.today().isoformat(),
            "seed": self._seed,
            "versions": runtime.versions(),
            "seconds": self._seconds,
            "cpu_seconds": self._cpu_seconds,
            "history": self._history,
        }

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        self._started = time.perf_counter(), time.process_time()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        wall, cpu = self._started
        self._seconds.append(round(time.perf_counter() - wall, 2))
        self._cpu_seconds.append(round(time.process_time() - cpu, 2))
        for key, value in (logs or {}).items():
            self._history.setdefault(key, []).append(round(float(value), 5))
        try:
            self._write()
        except OSError as problem:  # a record is not worth a training
            if not self._unwritten:
                reason = problem.strerror or problem
                print(f"The curve cannot be kept in {self._save} ({reason}). The training goes on.")
            self._unwritten = True
        last = self.params["epochs"]
        if not self._every or ((epoch + 1) % self._every and epoch + 1 != last):
            return
        shown = [("training", "accuracy"), ("validation", "val_accuracy")]
        values = [f"{name} {self._history[key][-1]:.3f}" for name, key in shown if key in self._history]
        print(f"epoch {epoch + 1:3d} of {last}, accuracy: {', '.join(values)}")

    def _write(self) -> None:
        files.write_text(self._save, json.dumps(self.record) + "\n")


def last_mean(history: Mapping[str, Sequence[float]], key: str, epochs: int = 5) -> float:
    """Mean of the last `epochs` values: single epochs dip, so no claim rests on one.

    >>> last_mean({"accuracy": [0.5, 0.6, 0.8]}, "accuracy", epochs=2)
    0.7
    """
    return float(np.mean(history[key][-epochs:]))


def later_range(accuracy: np.ndarray) -> float:
    """Range (largest minus smallest) of the second half of a curve, float (epochs,).

    >>> later_range(np.array([0.1, 0.9, 0.25, 0.75]))
    0.5
    """
    later = accuracy[len(accuracy) // 2 :]
    return float(later.max() - later.min())
