"""The quiz of a lesson, answered by keyboard in a browser."""

import pytest

from helpers.quizzes import grading

LESSON = "03"
CELLS = [f"from helpers.widgets.questions import quiz\nquiz('{LESSON}')"]
QUESTIONS = grading.of_lesson(LESSON, grading.load())


@pytest.fixture(scope="module")
def cell(lab):
    with lab.open(CELLS) as notebook:
        notebook.run()
        cell = notebook.cell(0)
        cell.wait_for(f"Question 1 of {len(QUESTIONS)}.")
        yield cell


def plain(text):
    return text.replace("`", "")


def labels(question):
    return [f"{letter}. {plain(option.text)}" for letter, option in zip("ABCDE", question.options, strict=False)]


def go_to(cell, place):
    """Turn back to the first question, then on to this one."""
    for button, end in (("Back", 1), ("Next", place + 1)):
        while f"Question {end} of " not in cell.text():
            with cell.changes("text"):
                cell.click(button)
    cell.wait_for(f"Question {place + 1} of ")


def choose(cell, question, *places):
    """Choose these answers, and no others."""
    for place, label in enumerate(labels(question)):
        control = cell.checkbox(label) if question.several else cell.radio(label)
        if (place in places) != control.is_checked() and (question.several or place in places):
            cell.press(control, "Space")


def test_nothing_chosen_is_no_answer(cell):
    cell.screenshot("quiz-first")
    with cell.changes("text"):
        cell.click("Check")
    assert "0 of" in cell.text() and "Correct." not in cell.text() and "Not yet." not in cell.text()


def test_the_tab_key_reaches_every_answer_and_the_button(cell):
    place = next(place for place, question in enumerate(QUESTIONS) if not question.several)
    go_to(cell, place)
    question = QUESTIONS[place]
    wrong = [number for number, option in enumerate(question.options) if not option.correct][-1]
    cell.press(cell.radio(labels(question)[0]), *["Tab"] * wrong, "Space")
    assert cell.radio(labels(question)[wrong]).is_checked()
    with cell.changes("text"):
        cell.page.keyboard.press("Tab")
        while not cell.has_focus(cell.button("Check")):
            cell.page.keyboard.press("Tab")
        cell.page.keyboard.press("Enter")
    cell.wait_for("Not yet.")
    assert plain(question.options[wrong].feedback) in cell.text()
    cell.screenshot("quiz-not-yet")


def test_every_question_can_be_answered(cell):
    go_to(cell, 0)
    for place, question in enumerate(QUESTIONS):
        choose(cell, question, *(number for number, option in enumerate(question.options) if option.correct))
        with cell.changes("text"):
            cell.click("Check")
        cell.wait_for("Correct.")
        cell.wait_for(f"{place + 1} of {len(QUESTIONS)} correct")
        assert plain(question.explanation) in cell.text()
        if place + 1 < len(QUESTIONS):
            with cell.changes("text"):
                cell.click("Next", "Space")
    cell.screenshot("quiz-correct")
    with cell.changes("text"):
        cell.click("Next")
    cell.wait_for("There is no further question.")


def test_everything_ticked_is_not_correct_and_the_answer_can_be_shown(cell):
    place = next(place for place, question in enumerate(QUESTIONS) if question.several)
    go_to(cell, place)
    choose(cell, QUESTIONS[place], *range(len(QUESTIONS[place].options)))
    with cell.changes("text"):
        cell.click("Check")
    cell.wait_for("Not yet.")
    cell.screenshot("quiz-several")
    with cell.changes("text"):
        cell.click("Show the answer")
    cell.wait_for("The answer is")
    cell.screenshot("quiz-shown")
