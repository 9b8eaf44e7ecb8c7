"""Trainings that survive a kill: saved whole after every epoch, and gone on with where they stopped.

Keras' own ``BackupAndRestore`` brings back weights and epoch. The curve, the random numbers and the place in the
photos are lost with it, so what follows is another training. Here it is the same one, to the last digit.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras

from helpers.training import runs, states
from helpers.training.curves import CurveLogger
from helpers.training.fingerprint import Place, differing, digest, fingerprint

MOST = 100  # files for one training; the last one is overwritten if none can be used


class SaveAndResume(CurveLogger):
    """Prints a line per epoch, saves the training after each, and goes on with one that was cut off.

    After each epoch weights, optimizer, curve, random streams and the place in the photos are written as one file to
    ``states/`` beside `save`: there whole or not at all. When the same training is started again and was not finished,
    it goes on after its last whole epoch, and ``fit`` returns the whole history. The same is: the network, how it was
    compiled, the photos and how they are augmented, the seed, the weights to begin with, and the number of epochs.

    A finished training is trained again. One exception: where a lesson was cut off in a later training, those that were
    finished before it in that run are taken from there, so that "run all" goes on where it stopped.

    It holds for ``flow_from_directory`` and ``flow``, and for :meth:`~helpers.augmentation.PhotoCache.batches`. Random
    operations of TensorFlow 1 inside a ``tf.function`` keep a state of their own, which cannot be saved; Keras' layers
    use none. A file that cannot be read or written is named, left as it is, and the training goes on without it.

    Parameters
    ----------
    save : pathlib.Path
        JSON file for the curve so far with its provenance; see `helpers.evidence.records.Record` for the fields. Its
        name is the training's; what stands before the first ``_`` is the lesson's.
    *data : keras.utils.PyDataset or tf.data.Dataset
        What ``fit`` reads from in random order, training before validation: generators or `PhotoCache.batches`.
    seed : int or None
        The seed of the training. None: not seeded, so that it need not begin with the same weights to be the same.
    every : int
        Print every so many epochs, and the last one; 0 prints none.
    beside : sequence of keras.callbacks.Callback
        Other callbacks of this ``fit`` whose memory is to be kept, such as ``EarlyStopping``. They stand before this
        one in the list: it comes last, so that it saves what they have done.

    Raises
    ------
    TypeError
        If something in `data` is neither.
    """

    def __init__(
        self,
        save: Path,
        *data: Any,
        seed: int | None,
        every: int = 1,
        beside: Sequence[keras.callbacks.Callback] = (),
    ) -> None:
        super().__init__(save, seed=seed, every=every)
        self._data = [Place(source) for source in data]
        self._beside = list(beside)
        self._folder = self._save.parent / "states"
        self._said: set[str] = set()
        self._exact: list[dict[str, float]] = []  # the values of each epoch, with all their digits

    def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:
        self._history, self._seconds, self._cpu_seconds, self._exact = {}, [], [], []
        self._state: states.State | None = None
        self._path: Path | None = None  # None: this training is not saved
        try:
            self._parts = fingerprint(self.model, self._data, self._seed, self.params["epochs"])
        except Exception as problem:  # a network of one's own kind need not have a configuration
            self._say(f"{self._save.stem} cannot be saved: {type(problem).__name__}: {str(problem).splitlines()[0]}")
            return
        self._path, state = self._find()
        if state is not None:
            runs.run.name = state.run
        runs.run.begin(self._path)
        if state is not None and state.epoch:
            self._go_on(state)
        else:
            self._keep(0, finished=False)

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        if self._state is not None:
            if epoch != self._state.epoch:
                raise RuntimeError(
                    f"Epoch {epoch + 1} begins, and {self._state.epoch} were saved. This version of Keras "
                    f"({keras.__version__}) does not go on where it is told to; leave SaveAndResume out."
                )
            self._catch_up(epoch)
        self._read = [place.read for place in self._data]
        super().on_epoch_begin(epoch, logs)

    def on_test_begin(self, logs: Mapping[str, float] | None = None) -> None:
        if self._state is not None:
            self._state.restore_validation(self._data)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        super().on_epoch_end(epoch, logs)
        self._state = None
        self._check_places()
        self._epoch = epoch + 1
        self._exact.append({key: float(value) for key, value in (logs or {}).items()})
        if not (self.model.stop_training or epoch + 1 == self.params["epochs"]):
            self._keep(self._epoch, finished=False)

    def on_train_end(self, logs: Mapping[str, float] | None = None) -> None:
        if self._state is not None:
            self._catch_up(self._state.epoch)
        elif self._exact:
            self._keep(self._epoch, finished=True)
            if self._path is not None:
                runs.sweep(self._folder, self._save.stem, keep=self._path)

    def _check_places(self) -> None:
        """Stop saving where `fit` reads the data in a way that its place does not tell."""
        steps = self.params.get("steps")
        for place, before in zip(self._data[:1], self._read, strict=False):
            if place.read == before or steps not in (None, len(place.source)):
                self._say(
                    f"{self._save.stem} is not saved: with steps_per_epoch, class_weight or several devices, the place "
                    "in the photos cannot be found again."
                )
                self._path = None

    def _find(self) -> tuple[Path, states.State | None]:
        """Where to save this training, and its state to go on with, if there is one."""
        name, mark = self._save.stem, digest(self._parts)
        free, usable = None, []
        for path in runs.states_of(self._folder, name):
            if not path.name.startswith(f"{name}-{mark}"):
                self._name_another(path)
        for number in range(1, MOST):
            path = self._folder / (f"{name}-{mark}.npz" if number == 1 else f"{name}-{mark}-{number}.npz")
            try:
                state = states.read(path)
            except (FileNotFoundError, NotADirectoryError):
                free = free or path
                break
            except (states.Damaged, OSError) as problem:
                self._say(f"{path} is left alone: {problem}. The training begins anew; delete the file if you like.")
                continue
            if tuple(state.process) != states.this_process() and runs.is_alive(state.process):
                if not state.finished:
                    self._say(
                        f"{path} is left alone: it was begun by process {state.process[0]}, another kernel, which "
                        "still runs. To go on from there, shut that kernel down, and run this again."
                    )
                continue
            if state.finished and not runs.run.takes(state, path):
                free = free or path
                continue
            reason = state.why_not(self.model, self._data) if state.epoch else ""
            if reason:
                self._say(f"{path} cannot be gone on with: {reason}. The training begins anew.")
                free = free or path
            else:
                usable.append((state.epoch, path, state))
        if usable:
            return max(usable, key=lambda found: found[0])[1:]
        return free or self._folder / f"{name}-{mark}-{MOST}.npz", None

    def _name_another(self, path: Path) -> None:
        """Say that a state of another training of this name was left behind."""
        with contextlib.suppress(states.Damaged, OSError):
            found = states.read(path, arrays=False)
            if not found.finished and found.epoch:
                self._say(
                    f"{path} is left alone: it belongs to another training of this name, with another "
                    f"{differing(found.parts, self._parts)}. Delete it if you do not need it."
                )

    def _go_on(self, state: states.State) -> None:
        state.restore(self.model, self._data)
        self._state = state
        self._history, self._seconds, self._cpu_seconds = state.curve
        self._exact = state.exact
        for row in self._exact:  # not every row has every key, where validation_freq is above 1
            for key, value in row.items():
                self.model.history.history.setdefault(key, []).append(value)
        last = self.params["epochs"]
        if state.finished:
            self.model._initial_epoch = max(last, state.epoch)
            done = f"was trained to its end in the run that was cut off, {state.epoch} epochs, and is taken from there"
        else:
            self.model._initial_epoch = state.epoch
            done = f"goes on after epoch {state.epoch} of {last}, saved {state.saved}"
        print(f"{self._save.stem} {done}. To begin anew, delete {self._path} and run this again.")

    def _catch_up(self, epoch: int) -> None:
        """Tell the other callbacks what has been; not earlier, for at the beginning of a training they forget."""
        self._state.restore_beside(self._beside)
        self.model.history.epoch = list(range(epoch - len(self._exact), epoch))
        self.model._initial_epoch = None

    def _keep(self, epoch: int, *, finished: bool) -> None:
        if self._path is None:
            return
        state = states.State.of(
            self.model if epoch else None,
            self._data,
            self._beside,
            parts=self._parts,
            run=runs.run.name,
            epoch=epoch,
            finished=finished,
            curve=[self._history, self._seconds, self._cpu_seconds],
            exact=self._exact,
        )
        try:
            states.write(state, self._path)
        except OSError as problem:
            self._say(
                f"The training cannot be saved in {self._folder} ({problem.strerror or problem}). It goes on; cut "
                "off, it would go on from the last epoch that was saved, if there is one, or begin anew."
            )

    def _say(self, text: str) -> None:
        if text not in self._said:
            self._said.add(text)
            print(text)
