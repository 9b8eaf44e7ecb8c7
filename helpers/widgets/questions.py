"""The quiz of a lesson: one question at a time, with feedback in words and as many tries as you like."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets

from helpers.quizzes import grading
from helpers.quizzes.grading import LETTERS, Question
from helpers.quizzes.page import as_answer, as_feedback, as_question, as_score, as_sentence, as_status, as_still
from helpers.widgets import shell

# The front ends give an option one line of fixed height and cut it off; here it may take several.
STYLE = """<style>
.course-quiz .widget-html-content { line-height: 1.5; overflow-wrap: anywhere; }
.course-quiz .widget-html-content p, .course-quiz .widget-html-content ul { margin: 0.4em 0; }
.course-quiz .widget-radio-box label, .course-quiz .widget-checkbox label { display: flex; align-items: baseline;
  height: auto; line-height: 1.4; padding: 0.15em 0; white-space: normal; overflow: visible; }
.course-quiz .widget-radio-box label { flex-direction: row-reverse; justify-content: flex-end; }
.course-quiz .widget-checkbox { height: auto; }
.course-quiz .widget-checkbox label { width: 100%; }
.course-quiz .widget-radio-box input, .course-quiz .widget-checkbox label input { align-self: flex-start; flex: none;
  float: none; width: 14px; height: 14px; margin: 2px 8px 0 1px; }
.course-quiz pre { line-height: 1.4; margin: 0.5em 0; overflow-x: auto; }
</style>"""
KEYS = "<p><small>Keyboard: Tab moves on, Space chooses an answer or presses a button.</small></p>"

Recorder = Callable[[str, bool], object]


def quiz(lesson: str) -> None:
    """Show the quiz of a lesson; an exported page shows its questions with the answers folded away.

    Parameters
    ----------
    lesson : str
        Two digits, such as ``'03'``.

    Raises
    ------
    ValueError
        If there are no questions for it.
    """
    questions = grading.of_lesson(lesson, grading.load())
    shell.show(make_quiz(lesson, questions=questions), as_still(questions), as_sentence(lesson, questions))


def make_quiz(
    lesson: str, *, questions: Sequence[Question] | None = None, record: Recorder | None = None
) -> ipywidgets.VBox:
    """The widget that :func:`quiz` shows.

    Parameters
    ----------
    lesson : str
        Two digits, such as ``'03'``.
    questions : sequence of Question, optional
        By default those of the bank.
    record : callable, optional
        Called with the name of a question and whether the answer was right, after each try until
        it is right or its answer was shown. By default ``helpers.exercises.progress.record``.

    Raises
    ------
    ValueError
        If there are no questions for the lesson.
    """
    chosen = grading.of_lesson(lesson, grading.load() if questions is None else questions)
    return _Quiz(chosen, record or _keep).box


def _keep(item: str, passed: bool) -> None:
    from helpers.exercises import progress

    progress.record(item, passed)


class _Quiz:
    """The controls of a quiz and what has been answered so far, both kept here and not in the page."""

    def __init__(self, questions: Sequence[Question], record: Recorder) -> None:
        self._questions, self._record = tuple(questions), record
        self._place = 0
        self._tried: set[str] = set()
        self._solved: set[str] = set()
        self._shown: set[str] = set()
        self._answers = [as_controls(question) for question in self._questions]
        self._feedback = [""] * len(self._questions)

        self._score, self._text, self._outcome = (ipywidgets.HTML() for _ in range(3))
        self._options = ipywidgets.VBox()
        wide = ipywidgets.Layout(width="auto")
        check = ipywidgets.Button(description="Check", button_style="primary", layout=wide)
        self._show = ipywidgets.Button(description="Show the answer", layout=wide)
        back = ipywidgets.Button(description="Back", layout=wide)
        following = ipywidgets.Button(description="Next", layout=wide)
        check.on_click(self._check)
        self._show.on_click(self._show_answer)
        back.on_click(lambda _: self._go(-1))
        following.on_click(lambda _: self._go(1))
        self.box = ipywidgets.VBox(
            [
                ipywidgets.HTML(STYLE),
                self._score,
                self._text,
                self._options,
                ipywidgets.HBox([check, self._show]),
                self._outcome,
                ipywidgets.HBox([back, following]),
                ipywidgets.HTML(KEYS),
            ]
        )
        self.box.add_class("course-quiz")
        self._draw()

    @property
    def _question(self) -> Question:
        return self._questions[self._place]

    def _check(self, _: ipywidgets.Button) -> None:
        question = self._question
        grade = grading.grade(question, chosen_in(self._answers[self._place]))
        saved = True
        if grade.attempted:
            self._tried.add(question.id)
            if question.id not in self._solved | self._shown:
                saved = self._try_to_record(question.item, grade.correct)
                if grade.correct:
                    self._solved.add(question.id)
        self._feedback[self._place] = as_feedback(question, grade, shown=question.id in self._shown, saved=saved)
        self._draw()

    def _try_to_record(self, item: str, passed: bool) -> bool:
        try:
            self._record(item, passed)
        except Exception:  # noqa: BLE001 - a quiz without saved progress is still a quiz
            return False
        return True

    def _show_answer(self, _: ipywidgets.Button) -> None:
        if self._question.id in self._tried:
            self._shown.add(self._question.id)
            self._feedback[self._place] = as_status(as_answer(self._question))
            self._draw()

    def _go(self, step: int) -> None:
        place = self._place + step
        if 0 <= place < len(self._questions):
            self._place = place
            self._draw()
        else:
            self._draw(end=True)

    def _draw(self, *, end: bool = False) -> None:
        question = self._question
        open_ = [i for i, other in enumerate(self._questions, 1) if other.id not in self._solved | self._shown]
        shown = len(self._shown - self._solved)
        score = as_score(self._place + 1, len(self._questions), len(self._solved), shown, open_ if end else None)
        self._score.value = as_status(f"<p><b>{score}</b></p>")
        self._text.value = as_question(question)
        self._options.children = self._answers[self._place]
        self._show.disabled = question.id not in self._tried
        self._outcome.value = self._feedback[self._place]


def as_controls(question: Question) -> tuple[ipywidgets.Widget, ...]:
    """One group of radio buttons, or a checkbox per option where several may be right."""
    labels = [f"{LETTERS[i]}. {option.text.replace('`', '')}" for i, option in enumerate(question.options)]
    if question.several:
        wide = ipywidgets.Layout(width="100%")
        return tuple(ipywidgets.Checkbox(False, description=label, indent=False, layout=wide) for label in labels)
    return (
        ipywidgets.RadioButtons(
            options=[(label, place) for place, label in enumerate(labels)],
            value=None,
            description="Your answer:",
            style={"description_width": "initial"},
            layout=ipywidgets.Layout(width="100%"),
        ),
    )


def chosen_in(controls: Sequence[ipywidgets.Widget]) -> set[int]:
    """Places of the options that are chosen in what :func:`as_controls` made."""
    if isinstance(controls[0], ipywidgets.RadioButtons):
        return set() if controls[0].value is None else {controls[0].value}
    return {place for place, control in enumerate(controls) if control.value}
