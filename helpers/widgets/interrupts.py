"""Interrupts (Ctrl-C, the notebook's stop button) that a running function may answer by ending cleanly."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from types import CodeType, FrameType


class SoftInterrupt:
    """Turns the first interrupt of a running function into a call; the second one acts as always.

    Parameters
    ----------
    action : callable
        Called without arguments at the first interrupt, between two instructions of the main thread:
        it should do no more than leave a note.
    """

    def __init__(self, action: Callable[[], None]) -> None:
        self._action = action
        self._within: CodeType | None = None
        self._before: object = None
        self._used = False

    def install(self, function: str) -> bool:
        """Answer interrupts from now on, for as long as a caller of that name runs.

        Should the caller end without :meth:`remove`, through an exception say, the next interrupt acts as always.

        Parameters
        ----------
        function : str
            Name of the function that called this one, directly or not, such as ``'fit'``.

        Returns
        -------
        bool
            False, and nothing is changed, outside the main thread (which alone gets interrupts) or
            where no caller has that name.
        """
        self.remove()
        if threading.current_thread() is not threading.main_thread():
            return False
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_name != function:
            frame = frame.f_back
        if frame is None:
            return False
        self._within, self._used = frame.f_code, False  # the code, not the frame, which would keep its variables alive
        self._before = signal.signal(signal.SIGINT, self._handle) or signal.SIG_DFL
        return True

    def remove(self) -> None:
        """Let interrupts act as before; does nothing where :meth:`install` did nothing."""
        in_main = threading.current_thread() is threading.main_thread()
        if self._before is not None and in_main and signal.getsignal(signal.SIGINT) == self._handle:
            signal.signal(signal.SIGINT, self._before)
        self._before = None

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if not self._used and _runs(self._within, frame):
            self._used = True
            self._action()
            return
        before = self._before
        self.remove()
        if callable(before):
            before(number, frame)
        elif before == signal.SIG_DFL:
            raise KeyboardInterrupt


def _runs(code: CodeType | None, frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code is code:
            return True
        frame = frame.f_back
    return False
