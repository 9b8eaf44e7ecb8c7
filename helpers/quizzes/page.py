"""A quiz in words and HTML: questions, feedback, answers, and the page that needs no widget."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from helpers.quizzes.grading import LETTERS, Grade, Question


def as_score(number: int, count: int, solved: int, shown: int, still_open: Sequence[int] | None = None) -> str:
    """Where one is, `number` of `count`, and how many answers were right or only `shown`, as a sentence.

    The numbers of the questions `still_open` are named where the end of the quiz is met.
    """
    score = f"Question {number} of {count}. {solved} of {count} correct"
    score += f", {shown} {'answer' if shown == 1 else 'answers'} shown." if shown else "."
    if still_open is None:
        return score
    edge = "There is no further question." if number == count else "This is the first question."
    if not still_open:
        return f"{score} {edge} None is open."
    return f"{score} {edge} Still open: {', '.join(map(str, still_open))}."


def as_question(question: Question) -> str:
    """HTML of the question itself, without its options."""
    code = f"<pre><code>{html.escape(question.code)}</code></pre>" if question.code else ""
    return f"<p>{_html(question.text)}</p>{code}"


def as_feedback(question: Question, grade: Grade, *, shown: bool = False, saved: bool = True) -> str:
    """HTML that says in words how an answer was, and what to think about next.

    An answer that was `shown` before no longer counts; one that could not be `saved` is said to be so.
    """
    lines = [f"<p><b>{grade.verdict}</b>"]
    if question.several:
        fits = ("does not belong there", "belongs there")
        marked = (
            f"<li>{LETTERS[i]} {fits[question.options[i].correct]}. {_html(text)}</li>" for i, text in grade.remarks
        )
        lines.append(f"</p><ul>{''.join(marked)}</ul>" if grade.remarks else "</p>")
    else:
        lines.append(f" {''.join(f'{LETTERS[i]}: {_html(text)}' for i, text in grade.remarks)}</p>")
    if grade.correct:
        lines.append(f"<p>{_html(question.explanation)}</p>")
    elif grade.attempted:
        see = f" To read again: the section “{_html(question.see)}”." if question.see else ""
        lines.append(f"<p>{grade.nudge}{see}</p>")
    if grade.correct and shown:
        lines.append("<p>It is not counted, since the answer was shown before. Run the cell again to start afresh.</p>")
    if not saved:
        lines.append("<p>Your progress could not be saved; the quiz goes on without it.</p>")
    return as_status("".join(lines))


def as_answer(question: Question) -> str:
    """HTML of the right answer, with what is right or wrong about every option."""
    reasons = "".join(f"<li>{letter} {_html(option.reason)}</li>" for letter, option in question.lettered)
    return (
        f"<p><b>The answer is {question.answer_letters}.</b></p><ul>{reasons}</ul><p>{_html(question.explanation)}</p>"
    )


def as_status(text: str) -> str:
    """`text`, which is HTML, marked so that a screen reader says it when it appears."""
    return f'<div role="status" aria-live="polite">{text}</div>'


def as_still(questions: Sequence[Question]) -> str:
    """HTML of all questions with their answers folded away, for pages where no widget can run."""
    parts = []
    for number, question in enumerate(questions, 1):
        offered = "".join(f"<li>{letter}. {_html(option.text)}</li>" for letter, option in question.lettered)
        parts.append(
            f'<li style="margin-bottom: 1em">{as_question(question)}<ul style="list-style: none">{offered}</ul>'
            f"<details><summary>Show the answer to question {number}</summary>{as_answer(question)}</details></li>"
        )
    return f"<ol>{''.join(parts)}</ol>"


def as_sentence(lesson: str, questions: Sequence[Question]) -> str:
    """The same for terminals: what this is, and where to read it."""
    return f"Quiz of lesson {int(lesson)} with {len(questions)} questions; notebooks/quizzes/README.md has them all."


def _html(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))
