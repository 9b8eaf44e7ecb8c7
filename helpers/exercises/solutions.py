"""The solutions of the exercises, read from the text twins of the notebooks: their only source."""

from __future__ import annotations

import re
from pathlib import Path

TWINS = Path(__file__).resolve().parents[2] / "notebooks" / "paired"


def solution(name: str, twins: Path = TWINS) -> str:
    """The code of the cell that is tagged ``exercise:NAME``, without the lines that mark the solution.

    A lesson whose answers stand in a notebook of their own, ``..._solution``, is read there.

    Parameters
    ----------
    name : str
        Name of the exercise.
    twins : pathlib.Path
        Folder with the twins, in jupytext's percent format.

    Returns
    -------
    str

    Raises
    ------
    LookupError
        If no cell has the tag.
    OSError
        If a twin cannot be read.
    """
    answered = sorted(twins.glob("*_solution.py"))
    names = {path.stem.removesuffix("_solution") for path in answered}
    for path in [*answered, *sorted(path for path in twins.glob("*.py") if path.stem not in names)]:
        code = tagged(path.read_text(encoding="utf-8"), f"exercise:{name}")
        if code:
            return re.sub(r"^[ \t]*# (solution:.*|end of solution)\n?", "", code, flags=re.MULTILINE).strip()
    raise LookupError(f"No cell is tagged exercise:{name}.")


def tagged(twin: str, tag: str) -> str:
    """The code cells of a twin that carry a tag, one below the other; empty if there is none."""
    cells = re.split(r"^# %%", twin, flags=re.MULTILINE)[1:]
    heads = [cell.partition("\n") for cell in cells]
    found = [body.strip() for head, _, body in heads if f'"{tag}"' in head and not head.startswith(" [markdown]")]
    return "\n\n".join(found)
