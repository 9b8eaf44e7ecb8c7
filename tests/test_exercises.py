from helpers.exercises import attempted


def test_a_gap_is_not_an_answer():
    assert not attempted(...)
    assert not attempted(3, None)
    assert attempted(3, "three", 0, False)
