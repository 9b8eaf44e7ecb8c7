"""The quiz widget, operated as a learner would, without a front end."""

import html
import re
import sys
import threading

import ipywidgets
import numpy as np
import pytest

from helpers.quizzes import grading
from helpers.quizzes.bank import Option, Question
from helpers.widgets import questions as widget
from helpers.widgets import shell


def question(name, *correct, several=False, see=""):
    options = tuple(Option(f"text `{i}` of {name}", right, f"reason {i} of {name}") for i, right in enumerate(correct))
    return Question(name, "03", f"Which {name}?", options, f"Explanation of {name}.", see=see, several=several)


QUESTIONS = [
    question("first", False, True, False, see="A section"),
    question("second", True, False, True, False, several=True),
    question("third", True, False),
]


class Learner:
    """Finds controls by what is written on them."""

    def __init__(self, box):
        self.box = box

    def _all(self, kind, widget=None):
        for child in (widget or self.box).children:
            if isinstance(child, kind):
                yield child
            elif isinstance(child, ipywidgets.Box):
                yield from self._all(kind, child)

    def button(self, name):
        (found,) = [button for button in self._all(ipywidgets.Button) if button.description == name]
        return found

    def press(self, name):
        assert not self.button(name).disabled, f"{name} cannot be pressed"
        self.button(name).click()

    def choose(self, *places):
        radios = list(self._all(ipywidgets.RadioButtons))
        if radios:
            radios[0].value = places[0]
        for place, checkbox in enumerate(self._all(ipywidgets.Checkbox)):
            checkbox.value = place in places

    def answer(self, *places):
        self.choose(*places)
        self.press("Check")

    @property
    def labels(self):
        radios = [label for radio in self._all(ipywidgets.RadioButtons) for label, _ in radio.options]
        return radios + [checkbox.description for checkbox in self._all(ipywidgets.Checkbox)]

    @property
    def page(self):
        return [html.unescape(re.sub(r"<[^>]+>", " ", part.value)) for part in self._all(ipywidgets.HTML)]

    @property
    def score(self):
        return " ".join(self.page[1].split())

    @property
    def feedback(self):
        return " ".join(self.page[3].split())


@pytest.fixture
def kept():
    return []


@pytest.fixture
def learner(kept):
    return Learner(widget.make_quiz("03", questions=QUESTIONS, record=lambda *entry: kept.append(entry)))


def test_it_begins_with_the_first_question_and_nothing_chosen(learner):
    assert learner.score == "Question 1 of 3. 0 of 3 correct."
    assert "Which first?" in learner.page[2] and learner.feedback == ""
    assert learner.labels == ["A. text 0 of first", "B. text 1 of first", "C. text 2 of first"]
    assert learner.button("Show the answer").disabled


def test_a_wrong_answer_gets_its_reason_and_may_be_changed(learner, kept):
    learner.answer(0)
    assert learner.feedback.startswith("Not yet. A: reason 0 of first Think again")
    assert "the section “A section”" in learner.feedback
    assert "reason 1" not in learner.feedback and "Explanation" not in learner.feedback
    learner.answer(1)
    assert learner.feedback == "Correct. B: reason 1 of first Explanation of first."
    assert learner.score == "Question 1 of 3. 1 of 3 correct."
    assert kept == [("03.quiz.first", False), ("03.quiz.first", True)]


def test_checking_without_a_choice_asks_for_one_and_is_no_try(learner, kept):
    learner.press("Check")
    assert "Choose an answer" in learner.feedback
    assert learner.button("Show the answer").disabled and kept == []


def test_checkboxes_tell_about_each_tick_and_hide_what_is_missing(learner, kept):
    learner.press("Next")
    assert "Choose all that apply." not in learner.page[2]  # the bank adds it, these questions are made by hand
    learner.answer(0)
    assert "Not yet. A belongs there. reason 0 of second What you chose is right, but not complete" in learner.feedback
    assert "reason 2" not in learner.feedback
    learner.answer(0, 1)
    assert "B does not belong there. reason 1 of second" in learner.feedback
    learner.answer(0, 2)
    assert learner.feedback.startswith("Correct. A belongs there.") and "C belongs there." in learner.feedback
    assert [passed for _, passed in kept] == [False, False, True]


def test_ticking_everything_is_not_correct(learner):
    learner.press("Next")
    learner.answer(0, 1, 2, 3)
    assert learner.feedback.startswith("Not yet.") and "Nothing is missing, but" in learner.feedback
    assert learner.score.endswith("0 of 3 correct.")


def test_the_answer_is_shown_only_after_a_try_and_then_no_longer_counts(learner, kept):
    learner.button("Show the answer").click()  # a disabled button sends nothing, but it should not matter
    assert learner.feedback == ""
    learner.answer(2)
    learner.press("Show the answer")
    assert learner.feedback.startswith("The answer is B. A is wrong. reason 0 of first B is right. reason 1 of first")
    assert learner.score == "Question 1 of 3. 0 of 3 correct, 1 answer shown."
    learner.answer(1)
    assert learner.feedback.startswith("Correct.") and "It is not counted" in learner.feedback
    assert learner.score == "Question 1 of 3. 0 of 3 correct, 1 answer shown."
    assert kept == [("03.quiz.first", False)]


def test_a_question_once_right_stays_right(learner, kept):
    learner.answer(1)
    learner.answer(0)
    assert learner.feedback.startswith("Not yet.") and learner.score.endswith("1 of 3 correct.")
    learner.press("Show the answer")
    assert learner.score == "Question 1 of 3. 1 of 3 correct."
    assert kept == [("03.quiz.first", True)]


def test_going_on_and_back_keeps_choices_and_feedback(learner):
    learner.answer(2)
    before = learner.feedback
    learner.press("Next")
    learner.choose(3)
    learner.press("Next")
    assert learner.score.startswith("Question 3 of 3.") and learner.feedback == ""
    learner.press("Back")
    assert [box.value for box in learner._all(ipywidgets.Checkbox)] == [False, False, False, True]
    learner.press("Back")
    assert next(learner._all(ipywidgets.RadioButtons)).value == 2 and learner.feedback == before
    assert not learner.button("Show the answer").disabled


def test_the_ends_say_what_is_still_open(learner):
    learner.press("Back")
    assert learner.score == "Question 1 of 3. 0 of 3 correct. This is the first question. Still open: 1, 2, 3."
    learner.answer(1)
    learner.press("Next")
    learner.press("Next")
    learner.press("Next")
    assert learner.score == "Question 3 of 3. 1 of 3 correct. There is no further question. Still open: 2, 3."
    learner.answer(0)
    learner.press("Back")
    learner.answer(0, 2)
    learner.press("Next")
    learner.press("Next")
    assert learner.score == "Question 3 of 3. 3 of 3 correct. There is no further question. None is open."


def test_a_failing_recorder_is_told_and_breaks_nothing():
    def fails(item, passed):
        raise OSError("the disk is full")

    learner = Learner(widget.make_quiz("03", questions=QUESTIONS, record=fails))
    learner.answer(1)
    assert learner.feedback.startswith("Correct.") and "could not be saved" in learner.feedback
    assert learner.score.endswith("1 of 3 correct.")


def test_without_a_progress_module_the_quiz_goes_on(monkeypatch):
    monkeypatch.setitem(sys.modules, "helpers.exercises.progress", None)
    monkeypatch.delattr("helpers.exercises.progress", raising=False)
    learner = Learner(widget.make_quiz("03", questions=QUESTIONS))
    learner.answer(1)
    assert learner.feedback.startswith("Correct.") and "could not be saved" in learner.feedback


def test_progress_is_recorded_by_the_project_unless_told_otherwise(monkeypatch):
    progress = pytest.importorskip("helpers.exercises.progress")
    kept = []
    monkeypatch.setattr(progress, "record", lambda item, passed: kept.append((item, passed)))
    Learner(widget.make_quiz("03", questions=QUESTIONS)).answer(1)
    assert kept == [("03.quiz.first", True)]


def test_every_control_has_a_description_and_every_option_its_own_text():
    for lesson in sorted({question.lesson for question in grading.load()}):
        learner = Learner(widget.make_quiz(lesson, record=lambda *_: None))
        for number, asked in enumerate(grading.of_lesson(lesson, grading.load()), 1):
            assert learner.score.startswith(f"Question {number} of ")
            kinds = (ipywidgets.Button, ipywidgets.RadioButtons, ipywidgets.Checkbox)
            assert all(control.description for control in learner._all(kinds))
            plain = [option.text.replace("`", "") for option in asked.options]
            assert [label[3:] for label in learner.labels] == plain
            assert [label[:3] for label in learner.labels] == [f"{'ABCDE'[i]}. " for i in range(len(plain))]
            assert bool(list(learner._all(ipywidgets.Checkbox))) == asked.several
            learner.press("Next")


def test_the_right_answers_of_the_bank_pass_and_others_do_not(kept):
    for lesson in sorted({question.lesson for question in grading.load()}):
        asked = grading.of_lesson(lesson, grading.load())
        learner = Learner(widget.make_quiz(lesson, record=lambda *entry: kept.append(entry)))
        for question in asked:
            learner.answer(min(set(range(len(question.options))) - question.answer))
            assert learner.feedback.startswith("Not yet.")
            learner.answer(*question.answer)
            assert learner.feedback.startswith("Correct.")
            learner.press("Next")
        assert learner.score.startswith(f"Question {len(asked)} of {len(asked)}. {len(asked)} of {len(asked)} correct.")
    assert len(kept) == 2 * len(grading.load())


def test_two_quizzes_do_not_share_their_answers(learner):
    other = Learner(widget.make_quiz("03", questions=QUESTIONS, record=lambda *_: None))
    learner.answer(1)
    assert other.score.endswith("0 of 3 correct.") and other.feedback == ""
    assert next(other._all(ipywidgets.RadioButtons)).value is None


def test_it_works_from_another_thread_and_draws_no_random_numbers(learner):
    before = np.random.get_state()[1].tolist()  # noqa: NPY002 - the stream that must be left alone
    thread = threading.Thread(target=learner.answer, args=(1,))
    thread.start()
    thread.join()
    assert learner.feedback.startswith("Correct.")
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


def test_a_lesson_without_questions_is_refused():
    with pytest.raises(ValueError, match="no questions for lesson '99'; expected one of 01"):
        widget.make_quiz("99")


def test_showing_leaves_all_questions_behind_and_returns_nothing(monkeypatch):
    shown = []
    monkeypatch.setattr(shell, "show", lambda *arguments: shown.append(arguments))
    assert widget.quiz("03") is None
    ((box, still, sentence),) = shown
    asked = grading.of_lesson("03", grading.load())
    assert isinstance(box, ipywidgets.VBox)
    assert still.count("<details>") == still.count("</details>") == len(asked)
    assert sentence == f"Quiz of lesson 3 with {len(asked)} questions; notebooks/quizzes/README.md has them all."
