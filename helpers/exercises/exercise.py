"""What an exercise is: a check, hints in steps, and its solution, read from the text twin of its notebook."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from helpers.exercises import progress
from helpers.exercises.checkers import outcome

TWINS = Path(__file__).resolve().parents[2] / "notebooks" / "paired"


@dataclass
class Exercise:
    """One exercise of a lesson.

    Attributes
    ----------
    checker : callable
        Takes the answers, under the names that they have in the notebook; returns what to say when they are
        right, and raises an `outcome.Verdict` otherwise.
    lesson : str
        Number of the lesson, as in its file name: ``'03'``.
    hints : tuple of str
        From a nudge to nearly the answer.
    """

    checker: Callable[..., str]
    lesson: str
    hints: tuple[str, ...]
    _shown: int = field(default=0, init=False, repr=False)

    @property
    def name(self) -> str:
        """As its checker is called."""
        return self.checker.__name__

    @property
    def item(self) -> str:
        """Its name in the record of progress, ``'03.label_kept'``."""
        return f"{self.lesson}.{self.name}"

    def judge(self, *answers: object) -> outcome.Outcome:
        """What :meth:`check` says, as a value; prints and records nothing."""
        return outcome.judge(self.checker, *answers)

    def check(self, *answers: object) -> None:
        """Say whether the answers are right, and what is wrong with them if not; note it in the progress."""
        found = self.judge(*answers)
        print(found)
        if found.status in (outcome.PASSED, outcome.NOT_YET):
            progress.record(self.item, found.status == outcome.PASSED)

    def hint(self, number: int | None = None) -> None:
        """Print the next hint, or the one with this number; after the last one, the last one again."""
        count = len(self.hints)
        if number is None:
            number = min(self._shown + 1, count)
        if number not in range(1, count + 1):
            print(f"There is no hint {number}; there are {count}, hint(1) to hint({count}).")
            return
        self._shown = number
        print(f"Hint {number} of {count}: {self.hints[number - 1]}")

    def solution(self) -> None:
        """Print the solution, as the solution notebook has it."""
        try:
            print(solution(self.name))
        except (LookupError, OSError, ValueError):
            print(
                f"The solution of {self.name} is not here. It is read from notebooks/paired of the course's files; "
                "get the whole course, not single files."
            )


def exercise(lesson: str, *hints: str) -> Callable[[Callable[..., str]], Exercise]:
    """Make an exercise of the checker below, which gives it its name.

    >>> @exercise("03", "Count on from 2.", "It is less than 4.")
    ... def three(answer):
    ...     if answer != 3:
    ...         raise outcome.NotYet(f"answer is {answer}; expected 3.")
    ...     return "Three it is."
    >>> three.hint()
    Hint 1 of 2: Count on from 2.
    >>> print(three.judge(4))
    Not yet. answer is 4; expected 3.
    """
    return lambda checker: Exercise(checker, lesson, hints)


def solution(name: str) -> str:
    """The code of the cell that is tagged ``exercise:NAME``, without the lines that mark the solution.

    Where a lesson's answers stand in a notebook of their own, ``..._solution``, it is read there. A LookupError if no
    cell has the tag, an OSError if a twin cannot be read.
    """
    answered = sorted(TWINS.glob("*_solution.py"))
    names = {path.stem.removesuffix("_solution") for path in answered}
    for path in [*answered, *sorted(path for path in TWINS.glob("*.py") if path.stem not in names)]:
        code = tagged(path.read_text(encoding="utf-8"), f"exercise:{name}")
        if code:
            return re.sub(r"^[ \t]*# (solution:.*|end of solution)\n?", "", code, flags=re.MULTILINE).strip()
    raise LookupError(f"No cell is tagged exercise:{name}.")


def tagged(twin: str, tag: str) -> str:
    """The code cells of a twin that carry a tag, one below the other; empty if there is none."""
    cells = re.split(r"^# %%", twin, flags=re.MULTILINE)[1:]
    heads = [cell.partition("\n") for cell in cells]
    found = [body.strip() for head, _, body in heads if f'"{tag}"' in head and not head.startswith(" [markdown]")]
    return "\n\n".join(found)
