"""Record a training of a lesson on the real photos, for the lessons to plot beside the learner's.

    python -m data_scripts.record_reference 02 --run 02_without --epochs 20 --name 02_real_20_epochs

runs lesson 02 on the full profile, cut to 20 epochs, and keeps the curve that the lesson saved under
the name 02_without as notebooks/reference/02_real_20_epochs.json, with date, versions, seed, machine
and seconds per epoch. The curve so far can be followed in COURSE_DATA/runs/full while it runs.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import replace

from data_scripts import run_course
from helpers import runtime, training


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is 1 if the lesson failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lesson", metavar="NN", help="beginning of the lesson's file name")
    parser.add_argument("--run", required=True, help="name under which the lesson saves the curve")
    parser.add_argument("--name", required=True, help="name of the record, without .json")
    parser.add_argument("--epochs", type=int, required=True, help="cut every training of the lesson to so many epochs")
    options = parser.parse_args(arguments)
    try:
        settings = replace(runtime.settings(), profile="full")
        (book,) = run_course.lessons([options.lesson])
    except ValueError as problem:
        parser.error(str(problem))
    saved = settings.runs / f"{options.run}.json"
    environ = {**os.environ, "COURSE_PROFILE": "full", "COURSE_EPOCHS": str(options.epochs)}
    print(f"Recording {book.stem}; follow it in {saved}", flush=True)
    started = time.time()
    result = run_course.run(book, run_course.ROOT / "build" / "record", environ=environ, timeout=None)
    if not result["ok"] or not saved.is_file() or saved.stat().st_mtime < started - 1:
        reason = result["error"] or f"the lesson saves no curve named {options.run}"
        print(f"Nothing recorded: {reason}", file=sys.stderr)
        return 1
    target = training.REFERENCE / f"{options.name}.json"
    shutil.copyfile(saved, target)
    print(f"Recorded {target.name} in {result['seconds']:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
