"""Records of trainings with different recipes, and their table and figure: lesson 12's ladder."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from helpers.evidence.records import Run
from helpers.evidence.seeds import mean_and_margin
from helpers.plotting.figures import FRACTION, new_figure

LESSON = "lesson 3"  # the rung that the ladder stands on
TARGET = 0.81  # the course's validation accuracy after 100 epochs

def trains_alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """True if two recipes differ at most in ``flip``, which says how to predict."""
    first, second = (json.loads(json.dumps({**recipe, "flip": None})) for recipe in (one, other))
    return first == second


def final_accuracy(run: Run) -> float:
    """Validation accuracy, 0-1, of the last epoch's network, asked as its recipe says."""
    return run["accuracy"]["flipped" if run["recipe"]["flip"] else "plain"]


def cpu_clock(run: Run) -> np.ndarray:
    """Seconds of processor time from the start, reading the photos included, to the end of each epoch.

    float (epochs,); all cores together.
    """
    epochs = np.cumsum(run["cpu_seconds"])
    return run["cpu_seconds_in_all"] - epochs[-1] + epochs


def first_at(run: Run) -> tuple[float, float]:
    """The first epoch, counted from 1, with a validation accuracy of `TARGET`, and the processor seconds until then.

    Both infinite if there is none.
    """
    reached = np.flatnonzero(np.asarray(run["history"]["val_accuracy"]) >= TARGET)
    return (int(reached[0]) + 1, float(cpu_clock(run)[reached[0]])) if len(reached) else (np.inf, np.inf)


def speed_up(runs: Mapping[str, Sequence[Run]], rung: str) -> float:
    """How many times fewer processor seconds to `TARGET` than lesson 3's recipe takes; medians over seeds.

    0 if the rung does not get there. Where lesson 3's own recipe does not, all its seconds count: a lower bound.
    """
    base = np.median([min(first_at(run)[1], cpu_clock(run)[-1]) for run in runs[LESSON]])
    return float(base / np.median([first_at(run)[1] for run in runs[rung]]))


def in_words(run: Run) -> str:
    """One run in a line."""
    epoch, cpu = first_at(run)
    there = f"{TARGET:.0%} after epoch {epoch:.0f}, {cpu:.0f} CPU-seconds" if np.isfinite(epoch) else f"no {TARGET:.0%}"
    return f"{there}; at the end {final_accuracy(run):.3f} after {cpu_clock(run)[-1]:.0f} CPU-seconds"


def as_table(runs: Mapping[str, Sequence[Run]]) -> str:
    """A line per rung: epochs and processor seconds to `TARGET`, the final accuracy, weights, minutes.

    Medians over the seeds; behind the final accuracy, in brackets, its lowest and highest. The minutes are those on the
    clock within the epochs.
    """
    head = ("rung", f"epochs to {TARGET:.0%}", "CPU-s", "accuracy at the end", "CPU-s", "minutes", "weights", "seeds")
    rows = [head]
    for name, found in runs.items():
        epochs, cpu = np.median([first_at(run) for run in found], axis=0)
        end = [final_accuracy(run) for run in found]
        reached = np.isfinite(epochs)
        rows.append(
            (
                name,
                f"{epochs:.0f} of {len(found[0]['seconds'])}" if reached else f"none of {len(found[0]['seconds'])}",
                f"{cpu:,.0f}" if reached else "-",
                f"{np.median(end):.3f}" + (f" ({min(end):.3f} to {max(end):.3f})" if len(end) > 1 else ""),
                f"{np.median([cpu_clock(run)[-1] for run in found]):,.0f}",
                f"{np.median([sum(run['seconds']) for run in found]) / 60:.1f}",
                f"{found[0]['parameters']:,}",
                f"{len(found)}",
            )
        )
    return _aligned(rows)


def as_steps(runs: Mapping[str, Sequence[Run]]) -> str:
    """What each rung changed, compared with the rung before: accuracy at the end, and processor time an epoch.

    Lesson 3's own recipe, with other epochs and one seed, is left out; where a rung has more epochs than the one before
    it, they are part of the step. The accuracies are compared seed by seed; behind ± stands half of the 95 % interval
    of their mean difference, and where that contains 0, the seeds cannot tell.
    """
    rows = [("rung", "accuracy at the end", "", "CPU-seconds an epoch")]
    names = [name for name in runs if name != LESSON]
    for before, name in itertools.pairwise(names):
        mean, half = differences({before: runs[before], name: runs[name]}, before)[name]
        verdict = "cannot tell" if not abs(mean) > half else "higher" if mean > 0 else "lower"
        ratio = cpu_of_an_epoch(runs[name]) / cpu_of_an_epoch(runs[before])
        rows.append((name, f"{mean:+.3f} ± {half:.3f}", verdict, f"{ratio:.2f} times"))
    return _aligned(rows)


def cpu_of_an_epoch(runs: Sequence[Run]) -> float:
    """Processor seconds of a usual epoch: the first one, which builds the graph, is left out where there are more."""
    return float(np.median([np.median(run["cpu_seconds"][1:] or run["cpu_seconds"]) for run in runs]))


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """Columns of equal width, the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows
    )


def differences(runs: Mapping[str, Sequence[Run]], base: str) -> dict[str, tuple[float, float]]:
    """Final accuracy of each name less that of `base`, seed by seed: mean, and half of its 95 % interval.

    Raises
    ------
    ValueError
        If a name lacks a seed that `base` has.
    """
    ends = {name: {run["seed"]: final_accuracy(run) for run in found} for name, found in runs.items()}
    for name, end in ends.items():
        if end.keys() != ends[base].keys():
            raise ValueError(
                f"{name} was run with the seeds {sorted(end)}, {base} with {sorted(ends[base])}; expected the same."
            )
    return {
        name: mean_and_margin([end[seed] - ends[base][seed] for seed in end])
        for name, end in ends.items()
        if name != base
    }


def plot_ladder(runs: Mapping[str, Sequence[Run]]) -> Figure:
    """Validation accuracy against processor seconds, a curve per rung.

    The line is the median over the seeds, the band goes from the lowest to the highest, and a ring marks where the
    median first reaches `TARGET`. Lesson 3's own recipe is black.

    Parameters
    ----------
    runs : mapping of str to sequence of dict
        Rung to its runs, one per seed, all with the same number of epochs.
    """
    figure = new_figure(5.4)
    axes = figure.subplots()
    colours = matplotlib.colormaps["viridis_r"](np.linspace(0.1, 0.85, max(1, len(runs) - 1)))
    others = iter(colours)
    for number, (name, found) in enumerate(runs.items()):
        colour = "black" if name == LESSON else next(others)
        clock = np.median([cpu_clock(run) for run in found], axis=0)
        curves = np.array([run["history"]["val_accuracy"] for run in found])
        middle = np.median(curves, axis=0)
        axes.fill_between(clock, curves.min(axis=0), curves.max(axis=0), color=colour, alpha=0.12, linewidth=0)
        axes.plot(clock, middle, color=colour, linewidth=1.6, label=f"{number}  {name}")
        axes.annotate(
            str(number), (clock[-1], middle[-1]), color=colour, xytext=(4, 0), textcoords="offset points",
            fontweight="bold", verticalalignment="center",
        )  # fmt: skip
        reached = np.flatnonzero(middle >= TARGET)
        if len(reached):
            axes.plot(clock[reached[0]], middle[reached[0]], "o", markerfacecolor="none", color=colour, markersize=9)
    axes.axhline(TARGET, color="#666666", linestyle=":", linewidth=1)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set(
        xlabel="processor time, all cores (CPU-seconds, logarithmic)",
        ylabel=f"validation accuracy {FRACTION}",
        title=f"Line: median of the seeds; band: lowest to highest; ring: {TARGET:.0%} reached",
    )
    axes.grid(color="#DDDDDD", linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside right upper", frameon=False)
    return figure


def describe(runs: Mapping[str, Sequence[Run]]) -> str:
    """What :func:`plot_ladder` shows, in two sentences."""
    cpu = {name: float(np.median([first_at(run)[1] for run in found])) for name, found in runs.items()}
    end = {name: float(np.median([final_accuracy(run) for run in found])) for name, found in runs.items()}
    quickest, best = min(cpu, key=cpu.get), max(end, key=end.get)
    text = f"{best} ends highest, at {end[best]:.3f}"
    if np.isfinite(cpu[quickest]):
        text = f"{quickest} reaches {TARGET:.0%} first, after {cpu[quickest]:,.0f} CPU-seconds; {text}"
    never = [name for name in runs if np.isinf(cpu[name])]
    return f"{text}." + (f" Not there within their epochs: {', '.join(never)}." if never else "")
