"""Which run through a lesson a saved training belongs to, and whether the process that saved it still runs."""

from __future__ import annotations

import contextlib
import re
import uuid
from pathlib import Path

import psutil

from helpers.training import states
from helpers.training.states import Damaged, State, read


def states_of(folder: Path, name: str) -> list[Path]:
    """The files in which trainings called `name` are saved, whatever their settings."""
    pattern = re.compile(re.escape(name) + r"-[0-9a-f]{12}(-\d+)?\.npz")
    return sorted(path for path in folder.glob("*.npz") if pattern.fullmatch(path.name))


def sweep(folder: Path, name: str, *, keep: Path) -> None:
    """Delete finished trainings called `name` of earlier runs."""
    for path in states_of(folder, name):
        with contextlib.suppress(Damaged, OSError):
            if path != keep and (state := read(path, arrays=False)).finished and state.run != run.name:
                path.unlink()


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
        if path in self._begun or tuple(state.process) == states.this_process():
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
