"""What the tests of the checkers have in common: right answers pass, and each wrong one is told why."""

from helpers.exercises.checkers.outcome import NOT_YET, PASSED, judge


def said(exercise, *answers, status=NOT_YET):
    """The message of a check, which must have this status."""
    found = judge(getattr(exercise, "checker", exercise), *answers)
    assert found.status == status, found
    return found.message


def all_pass(exercise, answers):
    for name, answer in answers.items():
        assert said(exercise, *answer, status=PASSED), name


def each_is_told_why(exercise, slips):
    """`slips`: by name the answers, and a part of what is said; where the parts differ, so do the messages."""
    messages = {name: said(exercise, *answers) for name, (*answers, _) in slips.items()}
    for name, (*_, part) in slips.items():
        assert part in messages[name], name
    assert len(set(messages.values())) >= len({part for *_, part in slips.values()})
