"""The words and the HTML of a quiz."""

import re

import pytest

from helpers.quizzes import grading, page
from helpers.quizzes.bank import Option, Question

QUESTION = Question(
    "a-name",
    "03",
    "Is `a < b` & more?",
    (Option("`x`", True, "For `x` <yes>."), Option("y & z", False, "Not y.")),
    "Because `a` < b.",
    code='if a < b:\n    print("x")',
    see="A `b` section",
)


def test_text_and_code_of_a_question_are_escaped():
    text = page.as_question(QUESTION)
    assert "<p>Is <code>a &lt; b</code> &amp; more?</p>" in text
    assert "<pre><code>if a &lt; b:\n    print(&quot;x&quot;)</code></pre>" in text


def test_feedback_is_said_in_words_and_marked_for_screen_readers():
    right = page.as_feedback(QUESTION, grading.grade(QUESTION, {0}))
    assert right.startswith(
        '<div role="status" aria-live="polite"><p><b>Correct.</b> A: For <code>x</code> &lt;yes&gt;.'
    )
    assert "Because <code>a</code> &lt; b." in right and "To read again" not in right
    wrong = page.as_feedback(QUESTION, grading.grade(QUESTION, {1}))
    assert "<b>Not yet.</b> B: Not y." in wrong and "the section “A <code>b</code> section”" in wrong
    assert "Because" not in wrong


def test_feedback_says_when_an_answer_does_not_count_or_is_not_saved():
    grade = grading.grade(QUESTION, {0})
    assert "not counted" in page.as_feedback(QUESTION, grade, shown=True)
    assert "could not be saved" in page.as_feedback(QUESTION, grade, saved=False)
    assert not re.search("not counted|not be saved", page.as_feedback(QUESTION, grade))
    assert "not counted" not in page.as_feedback(QUESTION, grading.grade(QUESTION, {1}), shown=True)


def test_the_answer_has_a_reason_for_every_option():
    answer = page.as_answer(QUESTION)
    assert "The answer is A." in answer and "A is right. For" in answer and "B is wrong. Not y." in answer
    both = Question("b", "03", "?", (Option("x", True, "1."), Option("y", True, "2.")), "E.", several=True)
    assert "The answer is A and B." in page.as_answer(both)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((2, 7, 3, 0), "Question 2 of 7. 3 of 7 correct."),
        ((2, 7, 3, 1), "Question 2 of 7. 3 of 7 correct, 1 answer shown."),
        ((2, 7, 3, 2), "Question 2 of 7. 3 of 7 correct, 2 answers shown."),
        ((7, 7, 5, 0, [3, 5]), "Question 7 of 7. 5 of 7 correct. There is no further question. Still open: 3, 5."),
        (
            (7, 7, 6, 1, []),
            "Question 7 of 7. 6 of 7 correct, 1 answer shown. There is no further question. None is open.",
        ),
        ((1, 7, 0, 0, [1]), "Question 1 of 7. 0 of 7 correct. This is the first question. Still open: 1."),
        ((1, 1, 0, 0, [1]), "Question 1 of 1. 0 of 1 correct. There is no further question. Still open: 1."),
    ],
)
def test_the_score_is_a_sentence(arguments, sentence):
    assert page.as_score(*arguments) == sentence


def test_the_still_page_folds_every_answer_away_and_is_the_same_each_time():
    asked = grading.of_lesson("01", grading.load())
    still = page.as_still(asked)
    assert still == page.as_still(grading.of_lesson("01", grading.load()))
    open_part = re.sub(r"<details>.*?</details>", "", still, flags=re.DOTALL)
    assert "The answer is" not in open_part and "is right" not in open_part
    assert len(set(re.findall(r"<summary>(.*?)</summary>", still))) == len(asked)
    assert "`" not in still and "<script" not in still
    assert len(still) < 40_000
