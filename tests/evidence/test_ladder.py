"""Records of recipes, and that table, figure and sentence are made from them and from nothing else."""

import copy

import numpy as np
import pytest

from helpers.evidence import ladder, records

RUNS = records.load("12_ladder")


def run(name, seed=0, val=(0.6, 0.82, 0.8), cpu=(30.0, 10.0, 10.0), flip=False, **more):
    return {
        "name": name,
        "seed": seed,
        "recipe": {"size": 80, "filters": [16, 32], "flip": flip},
        "history": {"val_accuracy": list(val)},
        "seconds": [second / 2 for second in cpu],
        "cpu_seconds": list(cpu),
        "cpu_seconds_in_all": sum(cpu) + 4,
        "parameters": 1000,
        "accuracy": {"plain": val[-1], "flipped": val[-1] + 0.01},
        **more,
    }


LADDER = {
    ladder.LESSON: [run(ladder.LESSON, cpu=(300.0, 300.0, 300.0))],
    "first": [run("first", seed, val=(0.6, 0.7, 0.75 + seed / 100)) for seed in range(3)],
    "second": [run("second", seed, val=(0.6, 0.82, 0.85 + seed / 100), flip=True) for seed in range(3)],
}


def test_the_clock_counts_what_came_before_the_first_epoch():
    np.testing.assert_allclose(ladder.cpu_clock(run("a")), [34, 44, 54])


def test_the_target_is_reached_at_the_first_epoch_that_has_it():
    assert ladder.first_at(run("a")) == (2, 44)
    assert ladder.first_at(run("a", val=(0.81, 0.7, 0.9))) == (1, 34)
    assert ladder.first_at(run("a", val=(0.6, 0.7, 0.8))) == (np.inf, np.inf)


def test_the_final_accuracy_is_the_one_that_the_recipe_asks_for():
    assert ladder.final_accuracy(run("a")) == 0.8
    assert ladder.final_accuracy(run("a", flip=True)) == pytest.approx(0.81)


def test_the_speed_up_is_a_quotient_of_medians_and_0_for_a_rung_that_does_not_get_there():
    assert ladder.speed_up(LADDER, "second") == pytest.approx(604 / 44)
    assert ladder.speed_up(LADDER, "first") == 0
    never = {**LADDER, ladder.LESSON: [run(ladder.LESSON, val=(0.5, 0.6, 0.7), cpu=(300.0, 300.0, 300.0))]}
    assert ladder.speed_up(never, "second") == pytest.approx(904 / 44)


def test_the_table_has_medians_and_the_range_over_seeds():
    lines = ladder.as_table(LADDER).splitlines()
    assert len(lines) == 4 and len({len(line) for line in lines}) == 1
    assert lines[1].split() == "lesson 3 2 of 3 604 0.800 904 7.5 1,000 1".split()
    assert lines[2].split() == "first none of 3 - 0.760 (0.750 to 0.770) 54 0.4 1,000 3".split()
    assert lines[3].split() == "second 2 of 3 44 0.870 (0.860 to 0.880) 54 0.4 1,000 3".split()


def test_steps_compare_each_rung_with_the_one_before_it():
    (_, line) = ladder.as_steps(LADDER).splitlines()
    assert line.split() == "second +0.110 ± 0.000 higher 1.00 times".split()
    assert "cannot tell" in ladder.as_steps({"a": LADDER["first"], "b": LADDER["first"]})


def test_differences_are_paired_by_seed_and_need_the_same_seeds():
    mean, half = ladder.differences({"a": LADDER["first"], "b": LADDER["second"]}, "a")["b"]
    assert mean == pytest.approx(0.11) and half == pytest.approx(0, abs=1e-9)
    with pytest.raises(ValueError, match=r"b was run with the seeds \[0, 1\], a with \[0, 1, 2\]"):
        ladder.differences({"a": LADDER["first"], "b": LADDER["second"][:2]}, "a")


def drawn(runs):
    (axes,) = ladder.plot_ladder(runs).axes
    return axes


def test_the_figure_has_a_line_and_a_band_for_each_rung():
    axes = drawn(LADDER)
    lines = [line for line in axes.lines if len(line.get_xdata()) == 3]
    assert len(lines) == len(axes.collections) == 3
    np.testing.assert_allclose(lines[0].get_xdata(), [304, 604, 904])
    assert lines[0].get_color() == "black"
    np.testing.assert_allclose(lines[2].get_ydata(), [0.6, 0.82, 0.86])
    assert axes.get_xscale() == "log" and "CPU-seconds" in axes.get_xlabel()


def test_the_sentence_names_the_first_and_the_best_and_those_that_never_get_there():
    assert ladder.describe(LADDER) == (
        "second reaches 81% first, after 44 CPU-seconds; second ends highest, at 0.870. "
        "Not there within their epochs: first."
    )


def test_table_figure_and_sentence_of_the_lesson_follow_the_record():
    changed = copy.deepcopy(RUNS)
    for found in changed["spend it again"]:
        found["accuracy"] = {"plain": 0.123, "flipped": 0.123}
        found["history"]["val_accuracy"] = [0.111] * len(found["seconds"])
        found["cpu_seconds_in_all"] += 1e6
    before, after = ladder.as_table(RUNS).splitlines(), ladder.as_table(changed).splitlines()
    assert ["spend it again" in line for line in before] == [
        a.split() != b.split() for a, b in zip(before, after, strict=True)
    ]
    assert "0.123" in after[-1] and "none of" in after[-1]
    assert ladder.as_steps(changed) != ladder.as_steps(RUNS)
    assert ladder.describe(changed) != ladder.describe(RUNS)
    lowest = [min(line.get_ydata()[-1] for line in drawn(runs).lines) for runs in (RUNS, changed)]
    assert lowest[0] > 0.5 and lowest[1] == 0.111


# ------------------------------------------------------------------------ the records themselves


def test_lesson_3_s_own_recipe_is_recorded_to_its_end():
    (lesson,) = RUNS[ladder.LESSON]
    assert len(lesson["seconds"]) == len(lesson["cpu_seconds"]) == len(lesson["history"]["val_accuracy"]) == 100
    assert lesson["parameters"] == 3_453_121
    assert {"date", "versions", "seed"} <= lesson.keys()
