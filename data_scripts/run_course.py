"""Run the lessons without a browser, collect their claims, and say what held.

python -m data_scripts.run_course                      every lesson, once
python -m data_scripts.run_course --lessons 01 03      only these
python -m data_scripts.run_course --seeds 0 1 2        the lessons whose claims rest on a
                                                       training, once per seed
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from helpers import runtime
from helpers.evidence import claims as checkpoints

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"


def lessons(wanted: Sequence[str] = (), folder: Path = NOTEBOOKS) -> list[Path]:
    """The lessons' notebooks in order; exercises with gaps are left out, their solutions are in.

    Parameters
    ----------
    wanted : sequence of str
        Beginnings of file names, such as ``'03'``; empty: all of them.
    folder : pathlib.Path
        Where the notebooks are.

    Raises
    ------
    ValueError
        If nothing begins with one of the names wanted; the message lists what there is.
    """
    numbered = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    books = [path for path in numbered if not path.name.startswith("00_") and not has_solution(path)]
    for name in wanted:
        if not any(book.name.startswith(name) for book in books):
            there = ", ".join(book.stem for book in books)
            raise ValueError(f"No lesson begins with {name!r}; there are: {there}.")
    return [book for book in books if not wanted or any(book.name.startswith(name) for name in wanted)]


def has_solution(notebook: Path) -> bool:
    """True for an exercise whose solution stands beside it as ``NAME_solution.ipynb``."""
    return notebook.with_name(f"{notebook.stem}_solution.ipynb").is_file()


def client_for(book: nbformat.NotebookNode, *, timeout: int | None) -> NotebookClient:
    """What executes `book` in the notebooks' folder; the kernel's own log holds errors only."""
    return NotebookClient(
        book,
        timeout=timeout,
        kernel_name="python3",
        store_widget_state=False,
        extra_arguments=["--Application.log_level=ERROR"],
        resources={"metadata": {"path": NOTEBOOKS}},
    )


def run(notebook: Path, out: Path, *, environ: dict[str, str], timeout: int | None) -> dict[str, Any]:
    """Execute one notebook and keep the executed copy.

    Parameters
    ----------
    notebook : pathlib.Path
        What to run; the file itself is not changed.
    out : pathlib.Path
        Folder for the executed copy.
    environ : dict of str to str
        The kernel's environment.
    timeout : int or None
        Seconds that a cell may take; None: any time.

    Returns
    -------
    dict
        ``lesson``, ``seconds``, ``ok``, ``error`` (last line of the traceback, or None),
        ``claims`` (list of the fields of `helpers.evidence.claims.Claim`).
    """
    book = nbformat.read(notebook, as_version=4)
    client = client_for(book, timeout=timeout)
    started, error = time.perf_counter(), None
    try:
        client.execute(env=environ)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as problem:
        error = re.sub(r"\x1b\[[0-9;]*m", "", str(problem)).strip().splitlines()[-1]
    seconds = time.perf_counter() - started
    out.mkdir(parents=True, exist_ok=True)
    nbformat.write(book, out / notebook.name)
    return {
        "lesson": notebook.stem,
        "seconds": round(seconds, 1),
        "ok": error is None,
        "error": error,
        "claims": checkpoints.read(book),
    }


def run_all(books: Sequence[Path], out: Path, *, seed: int, timeout: int | None) -> list[dict[str, Any]]:
    """Run notebooks one after the other with a progress line each."""
    results = []
    for number, book in enumerate(books, start=1):
        print(f"[{number}/{len(books)}] {book.stem} (seed {seed}) ...", end=" ", flush=True)
        environ = {**os.environ, "COURSE_SEED": str(seed), "COURSE_PROGRESS": "off"}
        result = run(book, out, environ=environ, timeout=timeout)
        held = sum(claim["holds"] is True for claim in result["claims"])
        judged = sum(claim["holds"] is not None for claim in result["claims"])
        print(
            f"{result['seconds']:.0f} s, {held} of {judged} claims hold"
            + (f", {result['error']}" if result["error"] else "")
        )
        results.append(result)
    return results


def over_seeds(results: dict[int, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Put the same claim of several seeds side by side.

    Parameters
    ----------
    results : dict of int to list of dict
        By seed, what `run_all` returned.

    Returns
    -------
    list of dict
        ``lesson``, ``name``, ``seeds``, ``measured`` (a value per seed), ``bound``, ``holds``:
        for a claim over seeds the mean is judged, for any other every seed; None if nothing is.
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for seed, lesson, claim in (
        (seed, result["lesson"], claim)
        for seed, runs in results.items()
        for result in runs
        for claim in result["claims"]
    ):
        if not claim["trained"]:
            continue
        row = rows.setdefault(
            (lesson, claim["name"]),
            {
                "lesson": lesson,
                "name": claim["name"],
                "seeds": [],
                "measured": [],
                "bound": claim["bound"],
                "verdicts": [],
            },
        )
        row["seeds"].append(seed)
        row["measured"].append(claim["measured"])
        row["verdicts"].append(claim["holds"])
        row["over_seeds"] = claim["over_seeds"]
        row["cut"] = claim["note"].startswith("not judged")
    for row in rows.values():
        verdicts = row.pop("verdicts")
        if row.pop("over_seeds") and not row["cut"]:
            mean = sum(row["measured"]) / len(row["measured"])
            row["holds"] = checkpoints.keeps(mean, row["bound"])
            row["bound"] = f"mean {row['bound']}"
        else:
            row["holds"] = None if None in verdicts else all(verdicts)
        del row["cut"]
    return list(rows.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is 1 if a lesson or a claim failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lessons", nargs="*", default=[], metavar="NN", help="beginnings of file names; default: all")
    parser.add_argument("--seeds", nargs="+", type=int, metavar="N", help="run once per seed and compare the claims")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "course", help="folder for the executed copies")
    parser.add_argument(
        "--timeout", type=int, help="seconds a cell may take (default: 600 on the sample, else no limit)"
    )
    options = parser.parse_args(arguments)
    try:
        settings = runtime.settings()
        books = lessons(options.lessons)
    except ValueError as problem:
        parser.error(str(problem))
    timeout = options.timeout or (None if settings.full else 600)
    if options.seeds:
        trained = [book for book in books if "trained=True" in book.read_text(encoding="utf-8")]
        if not trained:
            chosen = ", ".join(book.stem for book in books)
            parser.error(f"No claim of {chosen} rests on a training; leave out --seeds.")
        return _claims(trained, options.out, options.seeds, timeout)
    results = run_all(books, options.out, seed=settings.seed, timeout=timeout)
    summary = {
        "profile": settings.profile,
        "epochs_cap": settings.epochs_cap,
        "seed": settings.seed,
        "seconds": round(sum(result["seconds"] for result in results), 1),
        "lessons": results,
    }
    (options.out / "summary.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    for result in results:
        print(
            f"\n{result['lesson']}: {result['seconds']:.0f} s, {'ran to the end' if result['ok'] else result['error']}"
        )
        print(checkpoints.as_table(result["claims"]))
    failed = [result["lesson"] for result in results if not result["ok"]]
    print(f"\n{len(results) - len(failed)} of {len(results)} lessons passed in {summary['seconds']:.0f} s.")
    if failed:
        print(f"Failed: {', '.join(failed)}. The executed copies in {options.out} show where.")
    return 1 if failed else 0


def _claims(books: Sequence[Path], out: Path, seeds: Sequence[int], timeout: int | None) -> int:
    results = {seed: run_all(books, out / f"seed{seed}", seed=seed, timeout=timeout) for seed in seeds}
    rows = over_seeds(results)
    (out / "claims.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    for lesson in dict.fromkeys(row["lesson"] for row in rows):
        print(f"\n{lesson}, seeds {' '.join(str(seed) for seed in seeds)}")
        for row in (row for row in rows if row["lesson"] == lesson):
            values = "  ".join(f"{value:7.3f}" for value in row["measured"])
            verdict = (
                {True: "holds", False: "DOES NOT HOLD", None: "not judged"}[row["holds"]]
                if row["bound"]
                else "reported"
            )
            print(f"  {row['name']:<72} {values}  {row['bound']:<14} {verdict}")
    broken = [row["name"] for row in rows if row["holds"] is False]
    judged = sum(row["holds"] is not None for row in rows)
    print(f"\n{judged - len(broken)} of {judged} claims hold on {len(seeds)} seeds.")
    stopped = [(run, seed) for seed, runs in results.items() for run in runs if not (run["ok"] and run["claims"])]
    for run, seed in stopped:
        print(f"Not to its end: {run['lesson']}, seed {seed}: {run['error'] or 'it makes no claims'}")
    return 1 if broken or stopped else 0


if __name__ == "__main__":
    sys.exit(main())
