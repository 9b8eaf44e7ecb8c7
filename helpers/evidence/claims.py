"""Claims: what a lesson says, beside what it measured, printed, judged and handed on."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

MIME = "application/vnd.image-augmentation-course.claims+json"


@dataclass(frozen=True)
class Claim:
    """One statement of a lesson with its measurement.

    Attributes
    ----------
    name : str
        What was measured, in words.
    measured : float
        The value measured in this run.
    bound : str
        What the lesson says of it, for example ``'>= 0.15'``; ``''`` for a value that is
        only reported.
    holds : bool or None
        Whether the value keeps the bound; None where it is not judged.
    trained : bool
        True if it rests on a training, so that another seed may give another value.
    over_seeds : bool
        True if the bound is meant for the mean over several seeds, not for one.
    note : str
        Why it is not judged; ``''`` where it is.
    """

    name: str
    measured: float
    bound: str
    holds: bool | None
    trained: bool
    over_seeds: bool
    note: str


class Claims:
    """Collects the claims of one lesson; `show` prints and judges them.

    Parameters
    ----------
    cut_short : bool
        True if ``COURSE_EPOCHS`` ended a training early. Claims that rest on a training
        are then listed as not judged, whatever was measured.
    """

    def __init__(self, *, cut_short: bool) -> None:
        self._cut_short = cut_short
        self._claims: list[Claim] = []

    def add(
        self,
        name: str,
        measured: float,
        *,
        at_least: float | None = None,
        at_most: float | None = None,
        equals: float | None = None,
        trained: bool = False,
        over_seeds: bool = False,
    ) -> None:
        """Note a claim. With no bound the value is reported and nothing is claimed.

        Parameters
        ----------
        name : str
            What was measured. Names must be unique within a lesson.
        measured : float
            The value.
        at_least, at_most, equals : float, optional
            The bound; at most one of the three.
        trained : bool
            True if the value rests on a training.
        over_seeds : bool
            True if the bound is meant for the mean over seeds (``make claims`` judges it).

        Raises
        ------
        ValueError
            If the name was used before, or more than one bound is given.
        """
        if any(claim.name == name for claim in self._claims):
            raise ValueError(
                f"The claim {name!r} was added before; run the notebook from its first cell, or rename it."
            )
        given = [
            (sign, limit) for sign, limit in ((">=", at_least), ("<=", at_most), ("=", equals)) if limit is not None
        ]
        if len(given) > 1:
            raise ValueError(f"The claim {name!r} has {len(given)} bounds; expected at most one.")
        measured = float(measured)
        bound, holds, note = "", None, ""
        if given:
            sign, limit = given[0]
            short = f"{limit:.12g}"
            bound = f"{sign} {short if float(short) == limit else repr(float(limit))}"
            if trained and self._cut_short:
                note = "not judged: COURSE_EPOCHS cut the training short"
            elif over_seeds:
                note = "judged over several seeds, by make claims"
            else:
                holds = keeps(measured, bound)
        self._claims.append(Claim(name, measured, bound, holds, trained, over_seeds, note))

    def show(self) -> None:
        """Print the claims as a table, and hand them on in the cell's output.

        Raises
        ------
        AssertionError
            If a claim does not hold; the message names each with its value and bound.
        """
        table = as_table([asdict(claim) for claim in self._claims])
        try:
            from IPython.display import display
        except ImportError:
            print(table)
        else:
            display({MIME: [asdict(claim) for claim in self._claims], "text/plain": table}, raw=True)
        broken = [claim for claim in self._claims if claim.holds is False]
        if broken:
            raise AssertionError(
                "; ".join(f"{claim.name}: measured {claim.measured:.4g}, claimed {claim.bound}" for claim in broken)
            )


def keeps(measured: float, bound: str) -> bool:
    """True if `measured` keeps a bound written as ``'>= 0.15'``, ``'<= 2'`` or ``'= 2000'``."""
    sign, limit = bound.split()
    return {">=": measured >= float(limit), "<=": measured <= float(limit), "=": measured == float(limit)}[sign]


def as_table(claims: list[dict[str, Any]]) -> str:
    """A plain-text table of claims, one line each: name, measured, bound, verdict."""
    verdicts = {True: "holds", False: "DOES NOT HOLD"}
    rows = [("claim", "measured", "bound", "verdict")]
    for claim in claims:
        if claim["holds"] is None:
            verdict = claim["note"] or "reported"
        else:
            verdict = verdicts[claim["holds"]]
        rows.append(
            (
                claim["name"],
                f"{claim['measured']:.0f}" if float(claim["measured"]).is_integer() else f"{claim['measured']:.4g}",
                claim["bound"],
                verdict,
            )
        )
    widths = [*(max(len(row[column]) for row in rows) for column in range(3)), 0]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def read(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """The claims that an executed notebook holds in its outputs.

    Parameters
    ----------
    notebook : dict
        A notebook as nbformat reads it.

    Returns
    -------
    list of dict
        The fields of `Claim`, one dictionary per claim, in order. A measurement that is not a number, which JSON
        has no word for, is nan.
    """
    return [
        {**claim, "measured": math.nan if claim["measured"] is None else float(claim["measured"])}
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        for claim in output.get("data", {}).get(MIME, [])
    ]
