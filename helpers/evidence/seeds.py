"""What several seeds of one setting say together: a mean with its error, a table, and a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from scipy import stats

from helpers.plotting.figures import COLOURS, new_figure


def mean_and_margin(values: Sequence[float]) -> tuple[float, float]:
    """Mean, and half of its 95 % interval.

    Parameters
    ----------
    values : sequence of float (seeds,)
        One measurement per seed.

    Returns
    -------
    mean, half : float
        ``mean ± half`` holds the true mean in 95 of 100 such experiments, if the seeds' values are normally
        distributed; nan for a single seed, which says nothing about others. Source: Student's t.

    Raises
    ------
    ValueError
        If there is no value, or one that is no number.
    """
    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or not len(values) or not np.all(np.isfinite(values)):
        raise ValueError(f"values are {values.tolist()}; expected one finite number for each seed.")
    if len(values) == 1:
        return float(values[0]), float("nan")
    return float(values.mean()), float(stats.t.ppf(0.975, len(values) - 1) * stats.sem(values))


def as_table(columns: Mapping[str, Mapping[str, Sequence[float]]]) -> str:
    """One line per setting, with mean ± error of each quantity.

    Parameters
    ----------
    columns : mapping
        Quantity to setting to values (seeds,). All quantities have the same settings.
    """
    settings = list(next(iter(columns.values())))
    width = max(map(len, [*settings, "setting"])) + 2
    head = f"{'setting':<{width}}" + "".join(f"{quantity:>24}" for quantity in columns)
    lines = [head.rstrip()]
    for setting in settings:
        cells = []
        for measured in columns.values():
            mean, half = mean_and_margin(measured[setting])
            cells.append(f"{mean:.3f}" + (f" ± {half:.3f}" if np.isfinite(half) else ""))
        lines.append(f"{setting:<{width}}" + "".join(f"{cell:>24}" for cell in cells))
    return "\n".join(lines)


def describe(measured: Mapping[str, Sequence[float]], quantity: str) -> str:
    """Which setting has the highest mean and which the lowest, and whether the seeds can tell the two apart.

    The two ends of several settings lie apart by chance alone, the more, the more settings there are. So they are
    judged by Tukey's test for all pairs at once: if all settings were the same, it would be wrong in 5 of 100 cases.

    Parameters
    ----------
    measured : mapping of str to sequence of float
        Setting to values (seeds,); at least two settings.
    quantity : str
        What was measured.
    """
    means = {name: mean_and_margin(values)[0] for name, values in measured.items()}
    best, worst = max(means, key=means.get), min(means, key=means.get)
    seeds = min(len(values) for values in measured.values())
    if seeds < 2:
        verdict = "with one seed, nobody can tell whether that is chance"
    else:
        values = [np.asarray(found, dtype=float) for found in measured.values()]
        freedom = sum(map(len, values)) - len(values)
        variance = sum(np.sum((found - found.mean()) ** 2) for found in values) / freedom
        error = np.sqrt(variance / 2 * (1 / len(measured[best]) + 1 / len(measured[worst])))
        with np.errstate(divide="ignore", invalid="ignore"):  # values without any spread
            chance = stats.studentized_range.sf((means[best] - means[worst]) / error, len(values), freedom)
        apart = means[best] > means[worst] and not chance >= 0.05
        verdict = "that is more than chance between seeds explains"
        verdict = verdict if apart else "that is no more than chance between seeds may do"
    return (
        f"{quantity} is highest with {best} ({means[best]:.3f}) and lowest with {worst} ({means[worst]:.3f}), "
        f"means of {seeds} seed{'s' if seeds > 1 else ''}; {verdict}."
    )


def plot_seeds(measured: Mapping[str, Sequence[float]], *, quantity: str, title: str | None = None) -> Figure:
    """One row per setting: a dot for every seed, the mean, and its 95 % interval.

    Parameters
    ----------
    measured : mapping of str to sequence of float
        Setting to values (seeds,).
    quantity : str
        What was measured, with its unit.
    title : str, optional

    Raises
    ------
    ValueError
        As :func:`mean_and_margin`.
    """
    figure = new_figure(1.3 + 0.45 * len(measured))
    axes = figure.subplots()
    for row, values in enumerate(measured.values()):
        mean, half = mean_and_margin(values)
        axes.plot(values, np.full(len(values), row), "o", color=COLOURS[0], alpha=0.5, markersize=5)
        axes.errorbar(mean, row, xerr=half, fmt="D", color=COLOURS[1], capsize=5, markersize=6)
    axes.set_yticks(range(len(measured)), list(measured))
    axes.set_ylim(len(measured) - 0.5, -0.5)
    axes.set(xlabel=f"{quantity}; circles: seeds, diamond: mean with 95 % interval", title=title or "")
    axes.grid(axis="x", color="#DDDDDD", linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    return figure
