"""Means over seeds: their errors agree with a simulation, tables and figures show what was handed in."""

import numpy as np
import pytest
from scipy import stats

from helpers.evidence import seeds as measurements


def test_the_interval_holds_the_true_mean_in_95_of_100_experiments():
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(4000):
        mean, half = measurements.mean_and_margin(rng.normal(0.8, 0.03, size=3))
        held += abs(mean - 0.8) <= half
    assert 0.94 < held / 4000 < 0.96


def test_one_seed_says_nothing_about_others():
    mean, half = measurements.mean_and_margin([0.5])
    assert mean == 0.5 and np.isnan(half)


@pytest.mark.parametrize("values", [[], [0.5, float("nan")], [[0.5]]], ids=str)
def test_what_is_no_list_of_numbers_is_refused(values):
    with pytest.raises(ValueError, match="expected one finite number for each seed"):
        measurements.mean_and_margin(values)


def test_the_table_has_a_line_per_setting_and_a_column_per_quantity():
    columns = {"accuracy": {"a": [0.5, 0.7], "long name": [0.9]}, "seconds": {"a": [1, 1], "long name": [2]}}
    lines = measurements.as_table(columns).splitlines()
    assert [line.split()[0] for line in lines] == ["setting", "a", "long"]
    assert "0.600 ± 1.271" in lines[1] and "1.000 ± 0.000" in lines[1] and "±" not in lines[2]


def test_the_sentence_says_whether_the_seeds_can_tell_them_apart():
    near = {"a": [0.70, 0.75, 0.80], "b": [0.71, 0.76, 0.84]}
    far = {"a": [0.70, 0.71, 0.72], "b": [0.90, 0.91, 0.92]}
    assert "no more than chance" in measurements.describe(near, "Accuracy")
    text = measurements.describe(far, "Accuracy")
    assert text.startswith("Accuracy is highest with b (0.910) and lowest with a (0.710), means of 3 seeds")
    assert "more than chance between seeds explains" in text


def test_settings_that_are_all_the_same_are_told_apart_in_five_of_a_hundred_cases():
    rng = np.random.default_rng(0)
    wrong = 0
    for _ in range(200):
        values = {str(name): rng.normal(0.8, 0.03, 5) for name in range(8)}
        wrong += "more than chance between seeds explains" in measurements.describe(values, "Accuracy")
    assert 2 <= wrong <= 20  # 10 of 200 on the average; the limits of single settings would give 44


def test_the_chance_is_that_of_tukey_s_test_for_all_pairs():
    rng = np.random.default_rng(1)
    for sizes in ((3, 3, 3), (2, 5, 4, 3)):
        for shift in (0.0, 0.02, 0.06):
            values = {str(i): rng.normal(0.8 + shift * i, 0.02, size) for i, size in enumerate(sizes)}
            means = [found.mean() for found in values.values()]
            chance = stats.tukey_hsd(*values.values()).pvalue[np.argmax(means), np.argmin(means)]
            said = measurements.describe(values, "Accuracy")
            assert ("more than chance between seeds explains" in said) == (chance < 0.05), (chance, said)


def test_values_without_spread_and_single_seeds_have_a_verdict():
    same = {"a": [0.5, 0.5, 0.5], "b": [0.5, 0.5, 0.5]}
    assert "no more than chance" in measurements.describe(same, "Accuracy")
    apart = {"a": [0.5, 0.5, 0.5], "b": [0.9, 0.9, 0.9]}
    assert "more than chance between seeds explains" in measurements.describe(apart, "Accuracy")
    text = measurements.describe({"a": [0.5], "b": [0.9]}, "Accuracy")
    assert "means of 1 seed; with one seed, nobody can tell" in text


def test_the_figure_has_a_row_and_every_seed():
    measured = {"small": [0.7, 0.8, 0.9], "large": [0.85, 0.86, 0.87]}
    figure = measurements.plot_seeds(measured, quantity="accuracy (0-1)", title="Sizes")
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == list(measured)
    dots = [line.get_xdata().tolist() for line in axes.lines if len(line.get_xdata()) == 3]
    assert dots == list(measured.values())
    assert "accuracy (0-1)" in axes.get_xlabel() and axes.get_title() == "Sizes"
