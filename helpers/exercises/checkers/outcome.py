"""What checkers have in common: four outcomes, calling what a learner wrote, and knowing a slip by its values."""

from __future__ import annotations

import contextlib
import dis
import errno
import inspect
import io
import linecache
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, TracebackType
from typing import NoReturn

import numpy as np

from helpers.training.random_streams import random_streams, set_random_streams

PASSED, NOT_YET, NOT_ATTEMPTED, NOT_CHECKED = "passed", "not yet", "not attempted", "could not be checked"
CHECKERS = Path(__file__).parent
Slips = Sequence[tuple[Callable[..., float], str]]
_EMPTY_BODY = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}
_NO_ROOM = {errno.ENOSPC, errno.EROFS, getattr(errno, "EDQUOT", errno.ENOSPC)}


@dataclass(frozen=True)
class Outcome:
    """What a check found: its status, one of the four above, and what was seen, expected, and is to be done next."""

    status: str
    message: str

    def __str__(self) -> str:
        return f"{self.status.capitalize()}. {self.message}"


class Verdict(Exception):
    """Ends a checker; the message is for the learner."""

    status: str


class NotYet(Verdict):
    """The answer is wrong."""

    status = NOT_YET


class NotAttempted(Verdict):
    """There is a gap where the answer should be."""

    status = NOT_ATTEMPTED


class NotChecked(Verdict):
    """The wrong kind of thing was handed in, or nothing can be said about it."""

    status = NOT_CHECKED


def judge(checker: Callable[..., str], *answers: object) -> Outcome:
    """Run a checker on answers; whatever happens in there becomes an outcome.

    What is printed meanwhile is dropped, and the random streams of Python, NumPy, Keras and TensorFlow
    are left as they were, so that a check changes no training that follows it.
    """
    signature = inspect.signature(checker)
    try:
        named = signature.bind(*answers).arguments
    except TypeError:
        given = f"{len(answers)} {'value' if len(answers) == 1 else 'values'}"
        return Outcome(NOT_CHECKED, f"check was given {given}; expected check({', '.join(signature.parameters)}).")
    streams, nowhere = random_streams(), io.StringIO()
    try:
        with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            _need_answers(named)
            return Outcome(PASSED, checker(*answers))
    except Verdict as verdict:
        return Outcome(verdict.status, str(verdict))
    except KeyboardInterrupt:
        return Outcome(NOT_CHECKED, "The check was interrupted before it ended. Run the cell again.")
    except Exception as error:
        return Outcome(
            NOT_CHECKED,
            f"The checker itself stopped with {_named(error)}. That says nothing about your answer; "
            "please report it as a mistake of the course.",
        )
    finally:
        set_random_streams(streams)


def run(function: Callable, *arguments: object, call: str, **named: object) -> object:
    """What the learner's function returns; an exception in it is the learner's, and is explained.

    Raises
    ------
    NotYet
        If it raises; the message names `call`, the exception, its text and the line.
    NotAttempted
        If a gap ``...`` is what it returns or stumbles over.
    NotChecked
        If the disk is full or cannot be written to.
    """
    try:
        result = function(*arguments, **named)
    except Verdict:  # a checker looks at what it gets on the way
        raise
    except (Exception, SystemExit) as error:
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            verdict = NotChecked(f"The scratch folder cannot be written to ({error.strerror}). Make room, try again.")
        elif "ellipsis" in str(error).lower():
            verdict = NotAttempted(f"There is still a gap, `...`, in what {call} runs. Fill it, then check again.")
        else:
            verdict = NotYet(f"{call} stops with {_named(error)}{_place(function, error.__traceback__)}.")
        raise verdict from None
    if result is ...:
        raise NotAttempted(f"{call} returns `...`: there is still a gap in it. Fill it, then check again.")
    return result


def need_function(function: object, call: str) -> None:
    """Raise NotChecked if `function` cannot be called: the result of ``'name(arguments)'`` was handed in, say."""
    if not callable(function):
        name = call.partition("(")[0]
        raise NotChecked(
            f"{name} is {shown(function)}; expected the function itself, {call}. "
            f"Hand it in without calling it: check({name})."
        )


def number(value: object, name: str, *, wrong: type[Verdict] = NotChecked) -> float:
    """`value` as a float; raises `wrong`, naming it, if it is not one number."""
    if not isinstance(value, (bool, np.bool_, str, bytes)):
        try:
            found = float(value)  # of NumPy or TensorFlow as well
        except (TypeError, ValueError):
            pass
        else:
            if np.isfinite(found):
                return found
    raise wrong(f"{name} is {shown(value)}; expected one number.")


def check_values(
    function: object,
    call: str,
    cases: Sequence[tuple],
    right: Callable[..., float],
    slips: Slips,
    otherwise: str,
    *,
    close: Callable[[float, float], bool] = math.isclose,
    digits: str = ".4g",
) -> None:
    """Call a function of numbers with each case; a wrong one is told by the slip that gives the same in all of them.

    `call` is its name and arguments, ``'standard_error(accuracy, photos)'``. `right` and the slips take a case and
    return what is expected, and what the slip makes of it; `otherwise` is said where no slip fits. Raises a
    :class:`Verdict` unless all values are `close` to the right ones.
    """
    name = call.partition("(")[0]
    need_function(function, call)
    calls = [f"{name}({', '.join(map(str, case))})" for case in cases]
    found = [
        number(run(function, *case, call=text), f"What {text} returns", wrong=NotYet)
        for case, text in zip(cases, calls, strict=True)
    ]

    def agree(other: Callable[..., float]) -> list[bool]:
        return [close(value, other(*case)) for value, case in zip(found, cases, strict=True)]

    if all(agree(right)):
        return
    wrong = agree(right).index(False)
    seen = f"{calls[wrong]} is {found[wrong]:{digits}}; expected {right(*cases[wrong]):{digits}}"
    refuse(seen, slips, lambda slip: all(agree(slip)), otherwise)


def refuse(seen: str, slips: Slips, fits: Callable[[Callable], bool], otherwise: str) -> NoReturn:
    """Raise NotYet with what was `seen`, and with the reason of the first slip that fits."""
    for slip, reason in slips:
        if fits(slip):
            raise NotYet(f"{seen}: {reason}")
    raise NotYet(f"{seen}. {otherwise}")


def shown(value: object) -> str:
    """A value in few words, without anything that differs from run to run."""
    if isinstance(value, np.generic):
        return str(value)
    if isinstance(value, (bool, int, float, str, bytes, list, tuple, set)) or value is None:
        text = f"{{{', '.join(sorted(map(repr, value)))}}}" if isinstance(value, set) and value else repr(value)
        return text if len(text) <= 60 else f"{text[:57]}..."
    if isinstance(value, type) or callable(value) and hasattr(value, "__name__"):
        return f"the {'class' if isinstance(value, type) else 'function'} {value.__name__}"
    return f"of type {type(value).__name__}"


def joined(names: Sequence[str], last: str = "and") -> str:
    """``'a, b and c'``."""
    *first, end = names
    return f"{', '.join(first)} {last} {end}" if first else end


def is_stub(function: object) -> bool:
    """True for a function whose body is still ``...`` (or ``pass``, or nothing but its docstring)."""
    function = getattr(function, "__func__", function)
    if not isinstance(function, FunctionType):
        return False
    steps = list(dis.get_instructions(function))
    constants = [step.argval for step in steps if step.opname in ("LOAD_CONST", "RETURN_CONST")]
    return {step.opname for step in steps} <= _EMPTY_BODY and all(value is None or value is ... for value in constants)


def _need_answers(answers: dict[str, object]) -> None:
    gaps = [name for name, value in answers.items() if value is ...]
    if gaps:
        are = "is still a gap, `...`" if len(gaps) == 1 else "are still gaps, `...`"
        raise NotAttempted(f"{joined(gaps)} {are}. Put your answer there, run that cell, then check again.")
    for name, value in answers.items():
        if value is None:
            raise NotAttempted(
                f"{name} is None. Fill the gap and run its cell; if it is a function, hand it in without calling it."
            )
        if is_stub(value):
            raise NotAttempted(f"The body of {name} is still a gap, `...`. Write it, run that cell, then check again.")


def _named(error: BaseException) -> str:
    """``'ValueError: its first line'``."""
    lines = str(error).strip().splitlines()
    text = f": {lines[0][:200]}" if lines else ""
    return f"{type(error).__name__}{text}".rstrip(".")


def _place(function: object, traceback: TracebackType | None) -> str:
    """``', in line 3, `return 1 / 0`'``: the last line run in the file that holds `function`."""
    files = {code.co_filename for code in _codes(function) if Path(code.co_filename).parent != CHECKERS}
    found = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename in files:
            found = traceback
        traceback = traceback.tb_next
    if found is None:
        return ""
    code = found.tb_frame.f_code
    line = linecache.getline(code.co_filename, found.tb_lineno, found.tb_frame.f_globals).strip()
    return f", in line {found.tb_lineno}" + (f", `{line}`" if line else "")


def _codes(function: object) -> list:
    owners = (function if isinstance(function, type) else type(function), type(getattr(function, "__self__", None)))
    functions = [inspect.unwrap(getattr(function, "__func__", function))]
    for owner in owners:
        functions += vars(owner).values()
    return [item.__code__ for item in functions if isinstance(item, FunctionType)]
