"""The bank's form: every field of every question is there and as expected, and a mistake is named."""

import re
import tomllib

import pytest

from helpers.quizzes import bank

PATTERNS = {
    "id": r"[a-z0-9]+(-[a-z0-9]+)*",  # words in small letters
    "lesson": r"\d\d",
    "source": r"ours|S\d:\d+(, S\d:\d+)*",  # or a document and a line
}
TEXTS = ("question", "explanation", "code", "see")


def problems(table):
    """What is wrong with a question as it stands in the file."""
    found = [name for name, pattern in PATTERNS.items() if not re.fullmatch(pattern, str(table.get(name)))]
    found += [name for name in TEXTS if name in table and not str(table[name]).strip()]
    options = table.get("options", [])
    if not 2 <= len(options) <= len(bank.LETTERS):
        found.append("number of options")
    if not all(option["text"].strip() and option["feedback"].strip() for option in options):
        found.append("an option without a text")
    if not all(isinstance(option["correct"], bool) for option in options):
        found.append("correct")
    if len({option["text"] for option in options}) < len(options):
        found.append("two options are the same")
    right = sum(option["correct"] for option in options)
    if not right or right > 1 and not table.get("several"):
        found.append("right options")
    if not isinstance(table.get("several", False), bool):
        found.append("several")
    return found


TABLES = tomllib.loads(bank.BANK.read_text(encoding="utf-8"))["questions"]


def test_every_question_is_as_the_head_of_the_bank_says():
    assert not {table["id"]: problems(table) for table in TABLES if problems(table)}


def test_every_name_is_used_once():
    assert len({table["id"] for table in TABLES}) == len(TABLES)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "Two Words"},
        {"lesson": "3"},
        {"source": "S3"},
        {"question": " "},
        {"options": TABLES[0]["options"][:1]},
        {"options": TABLES[0]["options"] * 2},
        {"options": [{**option, "correct": True} for option in TABLES[0]["options"]]},
        {"options": [{**option, "correct": False} for option in TABLES[0]["options"]]},
        {"options": [{**option, "correct": 1} for option in TABLES[0]["options"]]},
        {"several": "yes"},
    ],
)
def test_a_mistake_would_be_noticed(change):
    assert not problems(TABLES[0]) and problems({**TABLES[0], **change})


def test_a_question_is_read_with_all_it_has():
    table = next(table for table in TABLES if table.get("several") and table.get("computed"))
    question = next(question for question in bank.load() if question.id == table["id"])
    assert question.text == f"{table['question']} Choose all that apply."
    assert [option.text for option in question.options] == [option["text"] for option in table["options"]]
    assert question.answer == {i for i, option in enumerate(table["options"]) if option["correct"]}
    assert question.item == f"{table['lesson']}.quiz.{table['id']}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[questions]", "after 0 good questions: .*line 1"),
        ("", "'questions'"),
        ("[[questions]]\nid = 'a'\n", "missing"),
        ("[[questions]]\nid='a'\nsource='ours'\nquestion='Q'\noptions=[]\nhint='x'\n", "'hint'"),
    ],
)
def test_a_bank_that_cannot_be_read_is_named_with_the_place(text, said, tmp_path, monkeypatch):
    monkeypatch.setattr(bank, "BANK", tmp_path / "some.toml")
    bank.BANK.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=f"some.toml, .*{said}"):
        bank.load()
