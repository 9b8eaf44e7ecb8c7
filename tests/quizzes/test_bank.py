"""Reading the question bank: what is accepted, and what a mistake in it is answered with."""

import pytest

from helpers.quizzes import bank

GOOD = """
[[questions]]
id = "two-words"
lesson = "03"
source = "S1:114, S2:166"
see = "A heading"
question = "Which?"
code = '''
a = 1
b = 2'''
explanation = "Because."
several = false
computed = [{ shown = "74", from = "(150 - 3 + 1) // 2" }]

[[questions.options]]
text = "This"
correct = true
feedback = "Yes, it is."

[[questions.options]]
text = "That"
correct = false
feedback = "Not that."
"""


def load(tmp_path, text):
    path = tmp_path / "some.toml"
    path.write_text(text, encoding="utf-8")
    return bank.load(path)


def test_a_question_is_read_whole(tmp_path):
    (question,) = load(tmp_path, GOOD)
    assert (question.id, question.lesson, question.source) == ("two-words", "03", "S1:114, S2:166")
    assert (question.text, question.explanation, question.see) == ("Which?", "Because.", "A heading")
    assert question.code == "a = 1\nb = 2"
    assert [option.text for option in question.options] == ["This", "That"]
    assert question.answer == {0}
    assert question.item == "03.quiz.two-words"
    assert question.computed == (bank.Computed("74", "(150 - 3 + 1) // 2"),)


def test_what_is_optional_may_be_left_out(tmp_path):
    lines = [line for line in GOOD.splitlines() if not line.startswith(("see", "several", "computed"))]
    text = "\n".join(lines).replace("code = '''\na = 1\nb = 2'''\n", "")
    (question,) = load(tmp_path, text)
    assert (question.see, question.code, question.several, question.computed) == ("", "", False, ())


def test_several_right_options_are_announced(tmp_path):
    text = GOOD.replace("several = false", "several = true").replace("correct = false", "correct = true")
    (question,) = load(tmp_path, text)
    assert question.text == "Which? Choose all that apply."
    assert (question.answer, question.answer_letters) == ({0, 1}, "A and B")


def test_three_right_options_are_listed_as_one_would_say_them(tmp_path):
    third = '[[questions.options]]\ntext = "More"\ncorrect = true\nfeedback = "Too."\n'
    text = GOOD.replace("several = false", "several = true").replace("correct = false", "correct = true")
    assert load(tmp_path, text + third)[0].answer_letters == "A, B and C"
    assert load(tmp_path, GOOD)[0].answer_letters == "A"


def test_a_question_cannot_be_changed(tmp_path):
    (question,) = load(tmp_path, GOOD)
    with pytest.raises(AttributeError):
        question.text = "Another?"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "two-words"', 'id = "Two Words"', r"'Two Words', field 'id': is 'Two Words'; expected words in small"),
        ('id = "two-words"\n', "", r"question 'number 1', field 'id': is None; expected some text"),
        ('lesson = "03"', 'lesson = "3"', r"'two-words', field 'lesson': is '3'; expected two digits"),
        ('lesson = "03"', "lesson = 3", r"field 'lesson': is 3; expected some text"),
        ('"S1:114, S2:166"', '"a book"', r"field 'source': is 'a book'; expected 'ours', or a document and a line"),
        ('question = "Which?"', 'question = " "', r"field 'question': is ' '; expected some text"),
        ('explanation = "Because."\n', "", r"field 'explanation': is None; expected some text"),
        ("several = false", "several = 1", r"field 'several': is 1; expected true or false"),
        ("correct = true", "correct = false", r"field 'options': 0 are correct; expected one, or more than one with"),
        ("correct = false", "correct = true", r"field 'options': 2 are correct; expected one, or more than one with"),
        ("correct = true", 'correct = "yes"', r"option 1, field 'correct': is 'yes'; expected true or false"),
        ("correct = true\n", "", r"option 1, field 'correct': is None; expected true or false"),
        ('feedback = "Not that."\n', "", r"option 2, field 'feedback': is None; expected some text"),
        ('text = "That"', 'text = "This"', r"field 'options': two have the same text; expected different ones"),
        ("several = false", 'severe = "x"', r"field 'severe': is not known; expected one of code, computed,"),
        ('feedback = "Not that."', 'feedback = "No."\nhint = "x"', r"option 2, field 'hint': is not known"),
        ('from = "(150', 'form = "(150', r"computed, field 'form': is not known; expected one of from, shown"),
    ],
)
def test_a_mistake_is_named_with_question_and_field(tmp_path, old, new, message):
    assert old in GOOD
    with pytest.raises(ValueError, match=message) as caught:
        load(tmp_path, GOOD.replace(old, new))
    assert str(caught.value).startswith("some.toml, question ")
    assert str(tmp_path) not in str(caught.value)


def test_one_option_is_too_few_and_six_are_too_many(tmp_path):
    one = GOOD[: GOOD.rindex("[[questions.options]]")]
    with pytest.raises(ValueError, match="field 'options': there are 1; expected 2 to 5"):
        load(tmp_path, one)
    another = '[[questions.options]]\ntext = "No. {}"\ncorrect = false\nfeedback = "No."\n'
    with pytest.raises(ValueError, match="field 'options': there are 6; expected 2 to 5"):
        load(tmp_path, GOOD + "".join(another.format(i) for i in range(4)))


def test_a_question_without_options_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"field 'options': is None; expected a list of tables"):
        load(tmp_path, GOOD[: GOOD.index("[[questions.options]]")])


@pytest.mark.parametrize("text", ["questions = 3", "questions = ['a']"])
def test_questions_that_are_no_tables_are_refused(tmp_path, text):
    with pytest.raises(ValueError, match=r"some.toml, field 'questions': is .*; expected a list of tables"):
        load(tmp_path, text)


def test_two_questions_of_one_name_are_refused(tmp_path):
    with pytest.raises(ValueError, match="question 'two-words', field 'id': another question has the same"):
        load(tmp_path, GOOD + GOOD)


def test_an_empty_bank_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"some.toml holds no \[\[questions\]\]"):
        load(tmp_path, "")


def test_what_is_not_toml_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"some.toml is not valid TOML: .*line 1"):
        load(tmp_path, "[[questions]")
