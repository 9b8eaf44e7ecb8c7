"""Grading, the sheet, and the bank itself: its numbers, its sources, its fairness."""

import ast
import re
import tomllib

import pytest
from quiz_numbers import ALLOWED, AUGMENTATION, CATS, HAPPY, HORSES, error_bar

from helpers.quizzes import grading
from helpers.quizzes.bank import Option, Question

BANK = grading.load()
TABLES = tomllib.loads(grading.BANK.read_text(encoding="utf-8"))["questions"]
SEVERAL = [question for question in BANK if question.several]
SINGLE = [question for question in BANK if not question.several]

# Where the five documents ask a question, or state what one of the course's quizzes asks.
ASKED = [f"S3:{line}" for line in (304, 308, 312, 316, 320, 324, 330, 336)] + ["S1:114"]
ASKED += [f"S2:{line}" for line in (18, 20, 21, 22, 25, 26, 27, 28, 29, 31, 33, 34)]
ASKED += [f"S2:{line}" for line in (165, 166, 167, 168, 175, 176, 179, 181, 184)]
ASKED += [f"S2:{line}" for line in (191, 192, 193, 194, 196, 197, 198, 199, 206, 207, 208, 209, 210, 211, 212)]

NUMBER = re.compile(r"(?<![\w.])(?:\d{1,3}(?:,\d{3})+|\d+)?(?:(?<=\d)\.\d+|(?<!\d)\.\d+)?(?:(?<=\d)e-?\d+)?(?!\w)")


def numbers_in(text):
    return [found for found in NUMBER.findall(text) if found]


def claimed_by(question):
    """All texts of a question that must be true: everything but its wrong options."""
    right = [option.text for option in question.options if option.correct]
    feedback = [option.feedback for option in question.options]
    return [question.text, question.code, question.explanation, *right, *feedback]


def agrees(shown, value):
    shown = shown.replace(",", "")
    decimals = len(shown.partition(".")[2])
    if "e" in shown or not decimals:
        return value == float(shown)
    return abs(value - float(shown)) <= 0.5 * 10**-decimals + 1e-12


def make(*correct, several=False):
    options = tuple(Option(f"option {i}", right, f"reason {i}") for i, right in enumerate(correct))
    return Question("a-name", "03", "Which?", options, "Because.", several=several)


# ------------------------------------------------------------------------------------ grading


def test_an_answer_is_told_why_it_is_right_or_wrong():
    question = make(False, True, False)
    right, wrong, none = (grading.grade(question, chosen) for chosen in ({1}, {2}, []))
    assert (right.correct, right.attempted, right.verdict, right.nudge) == (True, True, "Correct.", "")
    assert (right.remarks, wrong.remarks, none.remarks) == (((1, "reason 1"),), ((2, "reason 2"),), ())
    assert (wrong.correct, wrong.attempted, wrong.verdict) == (False, True, "Not yet.") and wrong.nudge
    assert (none.correct, none.attempted) == (False, False) and "Choose an answer" in none.verdict


def test_exactly_the_right_set_is_correct():
    for question in BANK:
        assert grading.grade(question, question.answer).correct
        for place in range(len(question.options)):
            assert not grading.grade(question, question.answer ^ {place}).correct


@pytest.mark.parametrize(
    ("chosen", "nudge"),
    [
        ({0}, "What you chose is right, but not complete"),
        ({0, 1, 2}, "Nothing is missing, but not everything"),
        ({0, 2}, "Not everything that you chose belongs there, and something is missing"),
        ({3}, "Not everything that you chose belongs there, and something is missing"),
    ],
)
def test_the_nudge_says_what_kind_of_mistake_it_is_and_not_which(chosen, nudge):
    grade = grading.grade(make(True, True, False, False, several=True), chosen)
    assert not grade.correct and grade.nudge.startswith(nudge)
    assert [place for place, _ in grade.remarks] == sorted(chosen)
    assert not re.search(r"option \d|reason \d|\b[A-E]\b", grade.nudge)


def test_a_lesson_without_questions_is_refused_with_a_list():
    with pytest.raises(ValueError, match=r"no questions for lesson '3'; expected one of 01, 02, 03"):
        grading.of_lesson("3", BANK)


# ---------------------------------------------------------------------------------- the sheet


def test_the_sheet_in_the_repository_is_in_step_with_the_bank():
    sheet = (grading.BANK.parent / "README.md").read_text(encoding="utf-8")
    assert sheet == grading.sheet(BANK), "write grading.sheet(grading.load()) to notebooks/quizzes/README.md"


def test_the_sheet_has_every_question_and_gives_no_answer_outside_of_what_is_folded():
    sheet, there = grading.sheet(BANK), grading.lessons()
    for question in BANK:
        texts = [question.text, question.explanation, *(option.feedback for option in question.options)]
        assert all((text in sheet) == (question.lesson in there) for text in texts), question.id
    assert sheet.count("<details>") == sheet.count("</details>") == sheet.count("The answer is **") > 40
    open_part = re.sub(r"<details>.*?</details>", "", sheet, flags=re.DOTALL)
    assert "The answer is" not in open_part and "is right." not in open_part
    # A blank line after the summary, or what follows is not read as Markdown.
    assert all("</summary>\n\n" in part for part in sheet.split("<details>")[1:])


def test_the_sheet_links_to_lessons_and_leaves_out_those_that_do_not_exist(tmp_path, monkeypatch):
    monkeypatch.setattr(grading, "NOTEBOOKS", tmp_path)
    (tmp_path / "paired").mkdir()
    (tmp_path / "paired" / "03_some_lesson.py").write_text("# %% [markdown]\n# # 3 · Some lesson\n", encoding="utf-8")
    solution = tmp_path / "paired" / "03_some_lesson_solution.py"
    solution.write_text("# %% [markdown]\n# # 3 · Some lesson (solution)\n", encoding="utf-8")
    sheet = grading.sheet(BANK)
    assert re.findall(r"^## (.*)$", sheet, re.MULTILINE) == ["3 · Some lesson"]
    assert "(../03_some_lesson.ipynb)" in sheet and "(solution)" not in sheet
    assert len(re.findall(r"^### ", sheet, re.MULTILINE)) == len(grading.of_lesson("03", BANK))


# ----------------------------------------------------------------------------------- the bank


def test_there_are_questions_for_every_lesson_that_exists():
    assert all(len(grading.of_lesson(lesson, BANK)) >= 5 for lesson in ("01", "02", "03", "04", "05", "07"))
    assert len(SEVERAL) >= 4
    assert all(len(question.answer) < len(question.options) for question in BANK)


def test_every_question_of_the_five_documents_is_asked():
    sources = {source for table in TABLES for source in table["source"].split(", ")}
    assert [source for source in ASKED if source not in sources] == []


def test_every_number_is_computed_and_is_what_its_expression_gives():
    for question, table in zip(BANK, TABLES, strict=True):
        computed = [(entry["shown"], entry["from"]) for entry in table.get("computed", [])]
        known = {shown for shown, _ in computed}
        found = {number for text in claimed_by(question) for number in numbers_in(text)}
        offered = {number for option in question.options for number in numbers_in(option.text)}
        assert found <= known, f"{question.id}: no computed entry for {sorted(found - known)}"
        assert known <= found | offered, question.id
        given = set(numbers_in(f"{question.text} {question.code}"))
        right = {number for option in question.options if option.correct for number in numbers_in(option.text)}
        for shown, expression in computed:
            value = eval(expression, {"__builtins__": {}, **ALLOWED})
            assert agrees(shown, value), f"{question.id}: {expression} gives {value}"
            if shown in right - given:  # the answer is not merely written down as its own computation
                assert not isinstance(ast.parse(expression, mode="eval").body, ast.Constant), expression


def test_the_test_of_the_numbers_can_fail():
    assert numbers_in("1,027 photos in 9, by `Conv2D(16, (3, 3))` of float32 at .999 and 1e-4, 0.2.") == [
        "1,027", "9", "16", "3", "3", ".999", "1e-4", "0.2",
    ]  # fmt: skip
    assert agrees("74", (150 - 3 + 1) // 2) and not agrees("75", 74) and not agrees("74", 74.3)
    assert agrees("0.027", error_bar(0.75, 1000)) and not agrees("0.026", error_bar(0.75, 1000))
    assert agrees("3,453,121", 3453121) and not agrees("3,453,121", 3453122) and agrees("1e-4", 0.0001)


def test_the_settings_are_those_of_the_lessons():
    def twin(lesson):
        name = grading.lessons()[lesson][1].replace(".ipynb", ".py")
        return (grading.NOTEBOOKS / "paired" / name).read_text(encoding="utf-8")

    assert f"({CATS['image']}, {CATS['image']}), {CATS['batch']}, 100" in twin("02")
    filters = ", ".join(map(str, CATS["filters"]))
    assert f"FILTERS, DENSE, LEARNING_RATE = ({filters}), {CATS['dense']}, 1e-4" in twin("02")
    assert f"equals={CATS['train']} if settings.full" in twin("02")
    assert f"equals={CATS['validation']} if settings.full" in twin("02")
    assert f"({HORSES['image']}, {HORSES['image']}), {HORSES['batch']}, 100" in twin("04")
    filters = ", ".join(map(str, HORSES["filters"]))
    assert f"FILTERS, DENSE, LEARNING_RATE = ({filters}), {HORSES['dense']}" in twin("04")
    for name in ("train", "validation", "validation_figures"):
        assert f"equals={HORSES[name]} if settings.full" in twin("04")
    found = re.search(r"AUGMENTATION = (dict\(.*?\n\))", twin("03"), re.DOTALL)
    assert eval(found.group(1), {"__builtins__": {}, "dict": dict}) == AUGMENTATION
    assert f'claims.add("photos", len(paths), equals={HAPPY["train"]})' in twin("07")
    assert f"), {HAPPY['batch']}, 15" in twin("07") and f"accuracy={HAPPY['threshold']}" in twin("07")


def test_the_section_to_read_again_is_in_the_lesson():
    for question in BANK:
        twins = sorted((grading.NOTEBOOKS / "paired").glob(f"{question.lesson}_*.py"))
        text = "\n".join(twin.read_text(encoding="utf-8") for twin in twins)
        headings = re.findall(r"^# ##+ (.+)$", text, re.MULTILINE)
        assert not question.see or question.see in headings


def test_a_lesson_shows_its_own_quiz():
    for twin in sorted((grading.NOTEBOOKS / "paired").glob("[0-9]*.py")):
        for called in re.findall(r'^quiz\("(.*?)"\)', twin.read_text(encoding="utf-8"), re.MULTILINE):
            assert called == twin.name[:2] and grading.of_lesson(called, BANK)


def test_the_texts_are_plain_and_short():
    for question in BANK:
        texts = [question.text, question.explanation]
        texts += [text for option in question.options for text in (option.text, option.feedback)]
        for text in texts:
            assert text.count("`") % 2 == 0
            outside = re.sub(r"`[^`]*`", "", text)
            assert not re.search(r"[*_<>\[\]|!]", outside), text
            assert not re.search(r"\b(all|none|both) of (the )?(above|these)\b", outside, re.IGNORECASE)
            assert text == text.strip() and len(text) <= 220
        for option in question.options:
            assert len(option.text) <= 100  # one line in a notebook, even where a front end cuts off
            assert option.feedback[-1] in ".?" and not option.feedback.lower().startswith(("correct", "right", "wrong"))
        assert question.explanation.endswith(".")
        assert len({option.feedback for option in question.options}) == len(question.options)


def test_the_position_of_the_right_answer_gives_nothing_away():
    counts = [0] * 4
    for question in SINGLE:
        counts[min(question.answer)] += 1
    assert max(counts) <= 0.35 * len(SINGLE) and min(counts) >= 0.15 * len(SINGLE), counts


def test_the_length_of_the_right_answer_gives_nothing_away():
    longest = shortest = 0
    for question in SINGLE:
        lengths = [len(option.text) for option in question.options]
        right = lengths.pop(min(question.answer))
        longest, shortest = longest + (right > max(lengths)), shortest + (right < min(lengths))
    assert longest <= 0.4 * len(SINGLE) and shortest <= 0.4 * len(SINGLE), (longest, shortest, len(SINGLE))
