"""Interrupts (Ctrl-C, the notebook's stop button) that a training may answer by ending cleanly."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable


class SoftInterrupt:
    """Turns the first interrupt into a call; the second one acts as always.

    Parameters
    ----------
    action : callable
        Called without arguments at the first interrupt, between two instructions of the main thread:
        it should do no more than leave a note.
    """

    def __init__(self, action: Callable[[], None]) -> None:
        self._action = action
        self._before: object = None

    def install(self) -> bool:
        """Answer the next interrupt; False, and nothing is changed, outside the main thread, which alone gets them."""
        self.remove()
        if threading.current_thread() is not threading.main_thread():
            return False
        self._before = signal.signal(signal.SIGINT, self._handle) or signal.SIG_DFL
        return True

    def remove(self) -> None:
        """Let interrupts act as before; does nothing where :meth:`install` did nothing."""
        in_main = threading.current_thread() is threading.main_thread()
        if self._before is not None and in_main and signal.getsignal(signal.SIGINT) == self._handle:
            signal.signal(signal.SIGINT, self._before)
        self._before = None

    def _handle(self, *_: object) -> None:
        self.remove()
        self._action()
