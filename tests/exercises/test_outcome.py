"""The four outcomes of a check, whatever the checker."""

import random

import keras
import numpy as np
import tensorflow as tf
from judging import said

from helpers.exercises.checkers import outcome
from helpers.exercises.checkers.by_hand import error_bar
from helpers.exercises.checkers.outcome import NOT_ATTEMPTED, NOT_CHECKED, PASSED, NotYet, judge


def double(x):
    return 2 * x


def checks_double(function):
    if outcome.run(function, 3, call="double(3)") != 6:
        raise NotYet("double(3) should be 6.")
    return "It doubles."


def test_an_outcome_reads_as_status_and_message():
    assert str(judge(checks_double, double)) == "Passed. It doubles."
    assert str(judge(checks_double, lambda x: x)) == "Not yet. double(3) should be 6."


def test_a_gap_is_not_attempted_and_is_named():
    def two(first, second, seed=0):
        raise AssertionError("never called")

    assert said(two, ..., 3, status=NOT_ATTEMPTED).startswith("first is still a gap")
    assert said(two, ..., ..., status=NOT_ATTEMPTED).startswith("first and second are still gaps")
    assert said(two, 3, None, status=NOT_ATTEMPTED).startswith("second is None")


def stub_with_words(x):
    """Double it."""
    ...  # your code


def stub_that_passes(x):
    pass


def test_a_function_whose_body_is_a_gap_is_not_attempted():
    for stub in (stub_with_words, stub_that_passes, lambda x: ...):
        assert "still a gap" in said(checks_double, stub, status=NOT_ATTEMPTED)
    for function in (double, lambda x: 0, lambda x: x, print, int, "text", lambda x: [...]):
        assert not outcome.is_stub(function)


def test_a_gap_inside_a_function_is_found_when_it_is_stumbled_over():
    def half_done(x):
        factor = ...
        return factor * x

    def unfinished(x):
        result = ...
        return result

    assert "still a gap" in said(checks_double, half_done, status=NOT_ATTEMPTED)
    assert "still a gap" in said(checks_double, unfinished, status=NOT_ATTEMPTED)


def test_an_exception_in_the_answer_is_named_with_its_line():
    def breaks(x):
        y = 0
        return x / y

    line = breaks.__code__.co_firstlineno + 2
    assert said(checks_double, breaks) == (
        f"double(3) stops with ZeroDivisionError: division by zero, in line {line}, `return x / y`."
    )


def test_the_line_is_the_learners_even_where_a_library_raised():
    def breaks(x):
        return np.zeros(3) @ np.zeros(4)

    message = said(checks_double, breaks)
    assert "`return np.zeros(3) @ np.zeros(4)`" in message and "ValueError" in message


def test_code_without_a_source_is_named_by_its_line_alone():
    space = {}
    exec(compile("def typed(x):\n    return x + 'a'\n", "<nowhere>", "exec"), space)
    message = said(checks_double, space["typed"])
    assert message.startswith("double(3) stops with TypeError: ") and message.endswith("in line 2.")


def test_leaving_python_ends_the_check_only_and_an_interrupt_is_no_verdict():
    def leaves(x):
        raise SystemExit

    def interrupted(x):
        raise KeyboardInterrupt

    assert "SystemExit" in said(checks_double, leaves)
    assert "SystemExit" in said(error_bar, lambda accuracy, photos: leaves(photos))
    assert "interrupted" in said(checks_double, interrupted, status=NOT_CHECKED)


def test_a_checker_that_stops_itself_blames_itself():
    def broken(answer):
        return 1 / 0

    message = said(broken, 3, status=NOT_CHECKED)
    assert message.startswith("The checker itself stopped with ZeroDivisionError: division by zero.")


def test_the_wrong_number_of_answers_is_said_with_the_right_one():
    assert said(checks_double, 1, 2, status=NOT_CHECKED) == "check was given 2 values; expected check(function)."


def test_what_an_answer_prints_is_dropped(capsys):
    def loud(x):
        print("here I am")
        return 2 * x

    assert judge(checks_double, loud).status == PASSED
    assert capsys.readouterr().out == ""


def test_values_are_shown_in_the_same_words_every_time():
    assert outcome.shown({"b", "a"}) == "{'a', 'b'}"
    assert outcome.shown(np.float64(0.5)) == "0.5"
    assert outcome.shown(np.zeros(3)) == "of type ndarray"
    assert outcome.shown(double) == "the function double"
    assert outcome.shown(int) == "the class int"
    assert len(outcome.shown(list(range(100)))) == 60


def test_a_check_changes_no_random_stream():
    def draws():
        shuffled = tf.data.Dataset.range(9).shuffle(9, reshuffle_each_iteration=False)
        return [
            random.random(),
            np.random.random(),
            float(keras.random.uniform(())),
            float(tf.random.uniform(())),
            float(tf.random.get_global_generator().uniform(())),
            [int(number) for number in shuffled],
        ]

    def greedy(answer):
        draws()
        return "Right."

    keras.utils.set_random_seed(4)
    tf.random.get_global_generator().reset_from_seed(4)
    expected = draws()
    keras.utils.set_random_seed(4)
    tf.random.get_global_generator().reset_from_seed(4)
    said(greedy, 1, status=PASSED)
    assert draws() == expected
