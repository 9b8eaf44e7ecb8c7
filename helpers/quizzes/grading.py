"""The quizzes: how an answer is graded, and the sheet of all questions to read without a kernel."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from helpers.quizzes.bank import BANK, LETTERS, Option, Question, load

__all__ = ["BANK", "LETTERS", "Grade", "Option", "Question", "grade", "lessons", "load", "of_lesson", "sheet"]

NOTEBOOKS = BANK.parent.parent


@dataclass(frozen=True)
class Grade:
    """What to say about an answer.

    It is `correct` only if exactly the right options were chosen, and not `attempted` if none was. The `remarks` hold
    place and feedback of each chosen option; the `nudge`, what to think about next, does not give the answer away.
    """

    correct: bool
    attempted: bool
    verdict: str
    remarks: tuple[tuple[int, str], ...] = ()
    nudge: str = ""


def of_lesson(lesson: str, questions: Sequence[Question]) -> list[Question]:
    """The questions of one lesson, such as ``'03'``; a ValueError that lists the lessons if there are none."""
    chosen = [question for question in questions if question.lesson == lesson]
    if not chosen:
        there = ", ".join(sorted({question.lesson for question in questions}))
        raise ValueError(f"There are no questions for lesson {lesson!r}; expected one of {there}.")
    return chosen


def grade(question: Question, chosen: Collection[int]) -> Grade:
    """Compare the chosen options, by their places from 0, with the right ones.

    >>> question = load()[0]
    >>> grade(question, []).verdict
    'Nothing is chosen yet. Choose an answer, then check it.'
    >>> grade(question, question.answer).verdict
    'Correct.'
    """
    chosen = frozenset(chosen)
    if not chosen:
        return Grade(False, False, "Nothing is chosen yet. Choose an answer, then check it.")
    remarks = tuple((place, question.options[place].feedback) for place in sorted(chosen))
    if chosen == question.answer:
        return Grade(True, True, "Correct.", remarks)
    if not question.several:
        nudge = "Think again, and choose another answer."
    elif chosen < question.answer:
        nudge = "What you chose is right, but not complete. Look at the others once more."
    elif chosen > question.answer:
        nudge = "Nothing is missing, but not everything that you chose belongs there."
    else:
        nudge = "Not everything that you chose belongs there, and something is missing. Look at each by itself."
    return Grade(False, True, "Not yet.", remarks, nudge)


def lessons() -> dict[str, tuple[str, str]]:
    """Title and file name of every lesson that exists, by its two digits, from the text twins."""
    found = {}
    for twin in sorted((NOTEBOOKS / "paired").glob("[0-9][0-9]_*.py")):
        title = re.search(r"^# # (.+)$", twin.read_text(encoding="utf-8"), re.MULTILINE)
        if title and not twin.stem.endswith("_solution"):
            found[twin.stem[:2]] = (title.group(1), f"{twin.stem}.ipynb")
    return found


def sheet(questions: Sequence[Question]) -> str:
    """The questions of all lessons that exist, as a Markdown page that needs no kernel; each answer is folded away."""
    there = lessons()
    parts = [
        "# Quizzes",
        "The questions of the lessons, to read, to print, or to answer without a kernel. In a lesson, the same "
        "questions tell you what is right or wrong about your answer. *The course's notes* are public notes on the "
        "course that these lessons follow.",
        "This page is made from [bank.toml](bank.toml); edit that file.",
    ]
    for lesson in sorted({question.lesson for question in questions} & there.keys()):
        title, name = there[lesson]
        parts.append(f"## {title}\n\n[Open the lesson](../{name})")
        for number, question in enumerate(of_lesson(lesson, questions), 1):
            parts.append(f"### Question {number}\n\n{_markdown(question, number)}")
    return "\n\n".join(parts) + "\n"


def _markdown(question: Question, number: int) -> str:
    code = f"\n\n```python\n{question.code}\n```" if question.code else ""
    offered = "\n".join(f"- **{letter}.** {option.text}" for letter, option in question.lettered)
    reasons = "\n".join(f"- **{letter}** {option.reason}" for letter, option in question.lettered)
    see = f"\n\nTo read again: *{question.see}*" if question.see else ""
    answer = f"The answer is **{question.answer_letters}**.\n\n{reasons}\n\n{question.explanation}{see}"
    summary = f"<summary>Show the answer to question {number}</summary>"
    return f"{question.text}{code}\n\n{offered}\n\n<details>\n{summary}\n\n{answer}\n\n</details>"
