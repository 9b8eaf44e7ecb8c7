"""Download, check and unpack what the lessons need: ``python -m data_scripts.fetch_data --help``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from helpers import runtime
from helpers.datasets import registry, weights
from helpers.datasets.archives import DataError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those the program was started with.

    Returns
    -------
    int
        0, or 1 if a set could not be had.

    Raises
    ------
    SystemExit
        With status 2 if the arguments or the ``COURSE_*`` variables are not understood.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        runtime.settings()
        wanted = _wanted(options)
    except ValueError as error:
        parser.error(str(error))
    if options.list:
        print(table(options.data))
        return 0
    try:
        for name in wanted:
            folder = registry.fetch(name, data=options.data, mirror=options.mirror)
            print(f"{name}: {folder}\n    {_as_text(registry.count(name, data=options.data))}", flush=True)
        if not options.names:
            print(f"weights of MobileNetV2: {weights.fetch(data=options.data, mirror=options.mirror)}", flush=True)
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def table(data: Path | None = None) -> str:
    """All sets with size, photos in the public archive, whether they are on disk, and licence, one to a line."""
    rows = [("name", "MB", "on disk", "photos", "licence")]
    for name in registry.names():
        entry = registry.info(name)
        size = f"{entry.size / 1e6:.1f}" if entry.size else "?"
        present = "yes" if registry.is_present(name, data=data) else "no"
        rows.append((name, size, present, _as_text(entry.counts), entry.licence))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m data_scripts.fetch_data",
        description="Download, check and unpack the photos of the course, and the weights of lesson 9. What is there "
        "already is left as it is.",
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="sets to fetch (default: all that the lessons need, and weights)",
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="where to put them (default: COURSE_DATA)")
    parser.add_argument("--mirror", metavar="URL_OR_FOLDER", help="try this place first (default: COURSE_MIRROR)")
    parser.add_argument("--list", action="store_true", help="list the sets and download nothing")
    return parser


def _wanted(options: argparse.Namespace) -> list[str]:
    names = options.names or registry.names()
    for name in names:
        registry.info(name)  # a wrong name is reported before anything is downloaded
    return names


def _as_text(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{folder} {number:,}" for folder, number in counts.items())


if __name__ == "__main__":
    sys.exit(main())
