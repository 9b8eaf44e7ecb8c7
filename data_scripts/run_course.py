"""Run the lessons without a browser, collect their claims, and say what held.

python -m data_scripts.run_course                      every lesson, once
python -m data_scripts.run_course --lessons 01 03      only these
python -m data_scripts.run_course --seeds 0 1 2        the lessons whose claims rest on a
                                                       training, once per seed

Two lessons run at a time, where there are two cores. What is known so far is written after each of them.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from helpers import files, runtime
from helpers.evidence import claims as claimed

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
ONE_THREAD = {"TF_NUM_INTRAOP_THREADS": "1", "OMP_NUM_THREADS": "1"}  # where lessons share the cores

Result = dict[str, Any]


def lessons(wanted: Sequence[str] = (), folder: Path = NOTEBOOKS) -> list[Path]:
    """The lessons' notebooks in order; exercises with gaps are left out, their solutions are in.

    Parameters
    ----------
    wanted : sequence of str
        Numbers, or beginnings of file names; empty: all of them. See :func:`is_meant`.
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
        if not any(is_meant(book, name) for book in books):
            there = ", ".join(book.stem for book in books)
            raise ValueError(f"No lesson is meant by {name!r}; there are: {there}.")
    return [book for book in books if not wanted or any(is_meant(book, name) for name in wanted)]


def is_meant(path: Path, name: str) -> bool:
    """True if `name` means this file: a lesson's number, with or without its zero, or the beginning of the file's name.

    >>> [is_meant(Path("01_load.ipynb"), name) for name in ("1", "01", "01_l", "0", "10")]
    [True, True, True, False, False]
    """
    return path.name.split("_")[0] == f"{name:0>2}" if name.isdigit() else bool(name) and path.name.startswith(name)


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
        ``lesson``, ``seconds``, ``ok``, ``error`` (last line of the traceback with the cell, or None),
        ``claims`` (list of the fields of `helpers.evidence.claims.Claim`).
    """
    book = nbformat.read(notebook, as_version=4)
    client = client_for(book, timeout=timeout)
    started, error = time.perf_counter(), None
    try:
        client.execute(env=environ)
    except CellTimeoutError:
        error = f"not done after {timeout} s"
    except DeadKernelError:
        error = "the kernel died"
    except CellExecutionError as problem:
        error = re.sub(r"\x1b\[[0-9;]*m", "", str(problem)).strip().splitlines()[-1]
    if error:
        error += f" (in cell {_last_cell(book)})"
    seconds = time.perf_counter() - started
    out.mkdir(parents=True, exist_ok=True)
    nbformat.write(book, out / notebook.name)
    return {
        "lesson": notebook.stem,
        "seconds": round(seconds, 1),
        "ok": error is None,
        "error": error,
        "claims": claimed.read(book),
    }


def _last_cell(book: nbformat.NotebookNode) -> str:
    """The cell at which a run ended: its number, counted from 1, and its first line."""
    begun = [number for number, cell in enumerate(book.cells, start=1) if cell.metadata.get("execution")]
    number = begun[-1] if begun else 1
    return f"{number}: {book.cells[number - 1].source.strip().splitlines()[0]}"


def run_all(
    books: Sequence[Path],
    out: Path,
    *,
    seeds: Sequence[int],
    jobs: int,
    timeout: int | None,
    keep: Callable[[dict[int, list[Result]]], None],
) -> dict[int, list[Result]]:
    """Run notebooks once per seed, several at a time, with a line for each as it ends.

    Parameters
    ----------
    books : sequence of pathlib.Path
    out : pathlib.Path
        Folder for the executed copies; of several seeds, each in a folder of its own.
    seeds : sequence of int
    jobs : int
        How many to run at a time.
    timeout : int or None
        Seconds that a cell may take; None: any time.
    keep : callable
        Gets what is known so far, after each notebook.

    Returns
    -------
    dict of int to list of dict
        By seed, in the order of `books`, what :func:`run` returned. After Ctrl-C, of those that ended.
    """
    found: dict[tuple[int, Path], Result] = {}

    def known() -> dict[int, list[Result]]:
        return {seed: [found[seed, book] for book in books if (seed, book) in found] for seed in seeds}

    def one(seed: int, book: Path) -> Result:
        environ = os.environ | {"COURSE_SEED": str(seed), "COURSE_PROGRESS": "off"} | (ONE_THREAD if jobs > 1 else {})
        return run(book, out / f"seed{seed}" if len(seeds) > 1 else out, environ=environ, timeout=timeout)

    with ThreadPoolExecutor(jobs) as pool:
        begun = {pool.submit(one, seed, book): (seed, book) for seed in seeds for book in books}
        try:
            for number, done in enumerate(as_completed(begun), start=1):
                seed, book = begun[done]
                found[seed, book] = result = done.result()
                held = sum(claim["holds"] is True for claim in result["claims"])
                judged = sum(claim["holds"] is not None for claim in result["claims"])
                print(
                    f"[{number}/{len(begun)}] {book.stem} (seed {seed}): {result['seconds']:.0f} s, "
                    f"{held} of {judged} claims hold" + (f", {result['error']}" if result["error"] else ""),
                    flush=True,
                )
                keep(known())
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            print(f"Stopped: {len(found)} of {len(begun)} runs had ended.")
    return known()


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
            row["holds"] = claimed.keeps(mean, row["bound"])
            row["bound"] = f"mean {row['bound']}"
        else:
            row["holds"] = None if None in verdicts else all(verdicts)
        del row["cut"]
    return list(rows.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is 1 if a lesson or a claim failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lessons", nargs="*", default=[], metavar="NN", help="numbers of lessons; default: all")
    parser.add_argument("--seeds", nargs="+", type=int, metavar="N", help="run once per seed and compare the claims")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "course", help="folder for the executed copies")
    parser.add_argument(
        "--timeout", type=int, help="seconds a cell may take (default: 600 on the sample, else no limit)"
    )
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="lessons at a time (default: 2)")
    options = parser.parse_args(arguments)
    try:
        settings = runtime.settings()
        books = lessons(options.lessons)
    except ValueError as problem:
        parser.error(str(problem))
    if options.jobs < 1:
        parser.error(f"--jobs is {options.jobs}; expected at least 1.")
    timeout = options.timeout or (None if settings.full else 600)
    judge = _judge_course
    if options.seeds:
        chosen = ", ".join(book.stem for book in books)
        books = [book for book in books if "trained=True" in book.read_text(encoding="utf-8")]
        if not books:
            parser.error(f"No claim of {chosen} rests on a training; leave out --seeds.")
        judge = _judge_claims
    seeds = list(dict.fromkeys(options.seeds or [settings.seed]))
    started = time.perf_counter()

    def keep(results: dict[int, list[Result]]) -> None:
        if options.seeds:
            files.write_json(options.out / "claims.json", over_seeds(results))
            return
        known = {"profile": settings.profile, "epochs_cap": settings.epochs_cap, "seed": settings.seed}
        known |= {"seconds": round(time.perf_counter() - started, 1), "lessons": results[seeds[0]]}
        files.write_json(options.out / "summary.json", known)

    results = run_all(books, options.out, seeds=seeds, jobs=options.jobs, timeout=timeout, keep=keep)
    print(f"\nIt took {time.perf_counter() - started:.0f} s. The executed copies lie in {options.out}.")
    failed = judge(results, len(books))
    return 1 if failed else 0


def _judge_course(results: dict[int, list[Result]], wanted: int) -> bool:
    """Print every claim of every lesson; True if a lesson did not run to its end."""
    ((_, ended),) = results.items()
    for result in ended:
        print(
            f"\n{result['lesson']}: {result['seconds']:.0f} s, {'ran to the end' if result['ok'] else result['error']}"
        )
        print(claimed.as_table(result["claims"]))
    failed = [result["lesson"] for result in ended if not result["ok"]]
    print(f"\n{len(ended) - len(failed)} of {wanted} lessons passed.")
    if failed:
        print(f"Failed: {', '.join(failed)}. The executed copies show where.")
    return bool(failed) or len(ended) < wanted


def _broke_off(run: Result) -> bool:
    """True if a lesson ended before its claims were judged, or after it; a claim that does not hold ends it, too."""
    return not run["claims"] or not run["ok"] and not any(claim["holds"] is False for claim in run["claims"])


def _judge_claims(results: dict[int, list[Result]], wanted: int) -> bool:
    """Print every claim with its value on each seed; True if one does not hold, or a run did not end."""
    rows = over_seeds(results)
    verdicts = {True: "holds", False: "DOES NOT HOLD", None: "not judged"}
    for lesson in sorted({row["lesson"] for row in rows}):
        print(f"\n{lesson}, seeds {' '.join(map(str, results))}")
        for row in (row for row in rows if row["lesson"] == lesson):
            values = "  ".join(f"{value:7.3f}" for value in row["measured"])
            verdict = verdicts[row["holds"]] if row["bound"] else "reported"
            print(f"  {row['name']:<72} {values}  {row['bound']:<14} {verdict}")
    broken = [row["name"] for row in rows if row["holds"] is False]
    judged = sum(row["holds"] is not None for row in rows)
    stopped = [(run, seed) for seed, runs in results.items() for run in runs if _broke_off(run)]
    missing = wanted * len(results) - sum(map(len, results.values()))
    print()
    for run, seed in stopped:
        print(f"Not to its end: {run['lesson']}, seed {seed}: {run['error'] or 'it makes no claims'}")
    verdict = f"{judged - len(broken)} of {judged} claims hold on {len(results)} seeds"
    if stopped or missing:
        verdict += f", and {len(stopped) + missing} of {wanted * len(results)} runs did not end: nothing is proven"
    print(f"{verdict}.")
    return bool(broken or stopped or missing)


if __name__ == "__main__":
    sys.exit(main())
