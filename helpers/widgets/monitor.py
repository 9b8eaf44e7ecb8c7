"""A training that can be watched and stopped: live curves, epoch, batch, time left and a Stop button."""

from __future__ import annotations

import html
import math
import signal
import threading
import time
from collections.abc import Mapping
from types import FrameType

import ipywidgets
import keras
from IPython import get_ipython
from IPython.display import display

from helpers.widgets import curve_drawing, shell, training_view

REFRESH = 0.25  # seconds between two updates of the view, at least; each costs one or two milliseconds
HOW_TO_STOP = (
    "Stop ends the training after the batch that runs, and keeps its curves. Where the button does not answer "
    "while a cell runs (Colab), use the notebook's own stop button: pressed once it does the same, pressed twice "
    "it breaks the cell off."
)


class TrainingMonitor(keras.callbacks.Callback):
    """Shows a training while it runs, and ends it cleanly on request: ``model.fit(..., callbacks=[monitor])``.

    In a notebook a widget is shown while the training runs: curves, epoch, batch, time left, Stop. When the training
    ends, a still picture of the curves with its sentence takes the widget's place, so that the saved notebook,
    an exported page and a run without front end (nbclient, nbval, papermill) all keep the final curves. Outside a
    notebook a line per epoch is printed. What is kept and printed holds no times, for these differ between machines.

    Three requests end a training in the same way, after the batch that runs, with the validation that ends an epoch:
    the Stop button, :meth:`stop`, and one interrupt (Ctrl-C, the notebook's stop button). A second interrupt raises
    KeyboardInterrupt, as always. JupyterLab with ipykernel 7 delivers the button's click in a thread of its own;
    older kernels, such as Colab's, hold it back until the cell ends, so there the interrupt is the way.

    One monitor serves several calls of ``fit``. Each shows a new view with new curves, but for one that resumes
    where the last one ended (``initial_epoch``): its curves go on.

    Attributes
    ----------
    history : dict of str to list of float
        The curves so far, as in Keras' ``History.history``; nan for an epoch in which a value was not measured.
    box : ipywidgets.VBox or None
        The widget of the last training; None with printed lines.
    """

    def __init__(self) -> None:
        super().__init__()
        self.history: dict[str, list[float]] = {}
        self.box: ipywidgets.VBox | None = None
        self._asked = threading.Event()
        self._first = 0

    def stop(self) -> None:
        """Ask the training to end after the batch that runs; may be called from any thread."""
        self._asked.set()

    def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:
        self._asked.clear()
        self._epoch, self._batch, self._ended = 0, 0, False
        self._from: int | None = None
        self._cut, self._handle, self.box = "", None, None
        self._due = self._picture_due = -math.inf
        self._catch_interrupt()

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        self._epoch, self._batch = epoch + 1, 0
        if self._from is not None:
            return
        self._from, self._started = epoch, time.perf_counter()
        if not epoch or epoch != self._first + training_view.epochs_in(self.history):
            earlier = self.model.history.history  # of a training that goes on where it was cut off
            whole = training_view.epochs_in(earlier) == epoch
            self.history = {name: list(values) for name, values in earlier.items()} if whole else {}
            self._first = 0 if whole else epoch
        if getattr(get_ipython(), "kernel", None):
            self._show()

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        self._batch = batch + 1
        if self._asked.is_set():
            self.model.stop_training = True
            batches = self.params.get("steps")
            if self._batch != batches:
                self._cut = f"batch {self._batch}" + (f" of {batches}" if batches else "")
        self._update_status()

    def on_test_begin(self, logs: Mapping[str, float] | None = None) -> None:
        self._update_status("measuring on the validation photos")

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        done, logs = training_view.epochs_in(self.history), logs or {}
        for name in {**self.history, **logs}:
            self.history.setdefault(name, [math.nan] * done).append(float(logs.get(name, math.nan)))
        if self._asked.is_set():
            self.model.stop_training = True
        if self.box is None:
            print(training_view.progress_line(self.history, self._first, self.params["epochs"]))
        elif time.perf_counter() >= self._picture_due:
            self._update_picture()
            self._picture_due = time.perf_counter() + REFRESH

    def on_train_end(self, logs: Mapping[str, float] | None = None) -> None:
        self._end(self._how_it_ended())

    def _catch_interrupt(self) -> None:
        """Let the next interrupt stop the training; only the main thread gets any."""
        self._in_main = threading.current_thread() is threading.main_thread()
        # It may still be caught, of a training that failed.
        if self._in_main and signal.getsignal(signal.SIGINT) != self._interrupted:
            self._before = signal.signal(signal.SIGINT, self._interrupted) or signal.SIG_DFL

    def _release_interrupt(self) -> None:
        if self._in_main and signal.getsignal(signal.SIGINT) == self._interrupted:
            signal.signal(signal.SIGINT, self._before)

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        self._release_interrupt()  # a second one acts as always
        self.stop()

    def _how_it_ended(self) -> str:
        epochs = self.params["epochs"]
        if self._cut:
            return (
                f"Stopped in epoch {self._epoch} of {epochs}, after {self._cut}: the last training value is that of "
                "this part of the epoch."
            )
        if self._asked.is_set():
            return f"Stopped after epoch {self._epoch} of {epochs}."
        return f"The training ended after epoch {self._epoch} of {epochs}." if self._epoch < epochs else ""

    def _end(self, how: str) -> None:
        """Leave the still picture in the widget's place, and give interrupts back."""
        self._release_interrupt()
        self._ended = True
        if self.box is None:
            if how:
                print(how)
            return
        self._handle.update(self._bundle(f"{how} {self._sentence()}".strip()), raw=True)
        if self._in_main:
            get_ipython().events.unregister("post_run_cell", self._cell_ended)
        self._stop_button.disabled = True
        self._status.value = html.escape(how or "The training has ended.")
        self._update_picture()

    def _cell_ended(self, *_) -> None:
        """A cell that ends while the training still runs has failed: say so, and keep the curves so far."""
        self._end(f"The training broke off in epoch {self._epoch} of {self.params['epochs']}.")

    def _show(self) -> None:
        self._status = ipywidgets.HTML("The training starts.")
        self._picture = ipywidgets.HTML()
        self._stop_button = ipywidgets.Button(description="Stop", icon="stop", tooltip="End after this batch")
        self._stop_button.on_click(self._clicked)
        _hear_while_busy(self._stop_button)
        hint = ipywidgets.HTML(f'<span style="font-size: 90%">{HOW_TO_STOP}</span>')
        self.box = ipywidgets.VBox([self._status, self._picture, self._stop_button, hint])
        self._update_picture()
        view = {"version_major": 2, "version_minor": 0, "model_id": self.box.model_id}
        self._handle = display({shell.VIEW: view, **self._bundle(self._sentence())}, raw=True, display_id=True)
        if self._in_main:  # a training in a thread of its own outlives its cell
            get_ipython().events.register("post_run_cell", self._cell_ended)

    def _clicked(self, button: ipywidgets.Button) -> None:
        self.stop()
        button.disabled = True
        button.description = "Stopping"

    def _sentence(self) -> str:
        return training_view.describe(self.history, self._first)

    def _drawn(self) -> str:
        """The curves: with room for all epochs while the training runs; then only for those that there were."""
        done = self._first + training_view.epochs_in(self.history)
        return training_view.picture(self.history, self._first, done if self._ended else self.params["epochs"])

    def _bundle(self, text: str) -> dict[str, str]:
        return {"text/html": curve_drawing.as_still(self._drawn(), text), "text/plain": text}

    def _update_status(self, doing: str = "") -> None:
        now = time.perf_counter()
        if self.box is None or now < self._due:
            return
        self._due = now + REFRESH
        batches, epochs = self.params.get("steps"), self.params["epochs"]
        part = min(1.0, self._batch / batches) if batches else 0.0
        left = training_view.seconds_left(now - self._started, self._epoch - 1 - self._from + part, epochs - self._from)
        self._status.value = training_view.status(self._epoch, epochs, self._batch, batches, left, doing)

    def _update_picture(self) -> None:
        self._picture.value = shell.as_figure(self._drawn(), self._sentence())


def _hear_while_busy(widget: ipywidgets.Widget) -> None:
    """Let a widget's messages reach the kernel while a cell runs.

    JupyterLab sends them to a thread of their own (a subshell). ipykernel 7.4 hands them to the thread that wrote to
    the widget last instead, here the one that trains; earlier ones do not.
    """
    comm = widget.comm
    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = lambda data, subshell: subshell
