"""Record the trainings of lesson 12, for its table and figure: any rung of its ladder, again, from its settings.

    python -m data_scripts.record_recipes ladder                        every rung, seeds 0, 1 and 2
    python -m data_scripts.record_recipes ladder --rungs "decode once" --epochs 2 --out FOLDER
    python -m data_scripts.record_recipes taken_away                    the last rung, each change taken back in turn
    python -m data_scripts.record_recipes held_out                      what was tried, on held-out training photos

What is recorded is what the lesson's cells do: those tagged ``recipe`` are executed, and their `measure` is called.
A record, notebooks/reference/12_ladder.json for example, gets a line for each run as soon as it is done; what it
holds already is not run again. Lesson 3's own recipe takes over an hour, so it has to be asked for:

    python -m data_scripts.record_recipes ladder --rungs "lesson 3" --seeds 0

What was taken away and what was tried, fifty long trainings, was recorded on a GPU in minutes, with KERAS_BACKEND=jax,
--seeds 0 1 2 3 4, and the name of the GPU written into the versions by hand.
"""

from __future__ import annotations

import argparse
import linecache
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat

from data_scripts import run_course
from helpers import datasets, ladders, runtime, sample, training


def recipe_cells(settings: runtime.Settings) -> dict[str, Any]:
    """What the cells of lesson 12 tagged ``recipe`` define, with `settings` in place of the notebook's."""
    (book,) = run_course.lessons(["12"])
    names: dict[str, Any] = {"settings": settings, "runtime": runtime}
    for number, cell in enumerate(nbformat.read(book, as_version=4).cells):
        if "recipe" in cell.metadata.get("tags", []):
            name = f"{book.name}, cell {number}"
            # TensorFlow translates functions for its graphs from their source, which it looks up here.
            linecache.cache[name] = len(cell.source), None, cell.source.splitlines(keepends=True), name
            exec(compile(cell.source, name, "exec"), names)
    return names


def jobs(what: str, cells: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Name to recipe of all that `what` ('ladder', 'taken_away' or 'held_out') stands for."""
    if what == "ladder":
        return {rung: cells["recipe_of"](rung) for rung in (ladders.LESSON, *cells["RUNGS"])}
    if what == "taken_away":
        return {"nothing": cells["recipe_of"](cells["RUNGS"][-1]), **cells["TAKEN_AWAY"]}
    return {
        f"{rung}: {name}": cells["recipe_of"](rung) | change
        for rung, tried in cells["TRIED"].items()
        for name, change in tried.items()
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is 0 once all runs are recorded."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("ladder", "taken_away", "held_out"))
    parser.add_argument("--rungs", nargs="+", metavar="NAME", help="only these; by default all but lesson 3's own")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2], metavar="N")
    parser.add_argument("--epochs", type=int, metavar="N", help="stop after N epochs of each schedule; needs --out")
    parser.add_argument("--out", type=Path, default=training.REFERENCE, help="folder for the records")
    parser.add_argument("--photos", type=Path, help="folder with train/ and validation/, in place of the course's")
    parser.add_argument("--profile", choices=runtime.PROFILES, default="full")
    options = parser.parse_args(arguments)
    partial = options.epochs is not None or options.profile != "full" or options.photos
    if partial and options.out.resolve() == training.REFERENCE.resolve():
        parser.error("this would not be a whole training on the course's photos; name another folder with --out.")
    if options.epochs is not None and options.epochs < 1:
        parser.error(f"--epochs is {options.epochs}; expected at least 1.")
    try:
        settings = replace(runtime.settings(), profile=options.profile, epochs_cap=options.epochs)
    except ValueError as problem:
        parser.error(str(problem))
    cells = recipe_cells(settings)
    recipes = jobs(options.what, cells)
    wanted = options.rungs or [name for name in recipes if name != ladders.LESSON]
    for name in wanted:
        if name not in recipes:
            parser.error(f"there is no {name!r} in {options.what}; there are: {', '.join(recipes)}.")
    folder = options.photos or (
        datasets.fetch("cats_and_dogs_filtered") if settings.full else sample.cats_and_dogs(settings.data, seed=0)
    )
    save = settings.runs / "12_recording.json"
    print(f"Follow the current training in {save}", flush=True)
    record = ladders.Record(options.out / f"12_{options.what}.json")
    for seed in options.seeds:
        for name in wanted:
            found = record.same_training(recipes[name], seed)
            if found is None or len(found["seconds"]) != settings.epochs(recipes[name]["epochs"]):
                found = cells["measure"](recipes[name], seed, folder, save, held_out=options.what == "held_out")
            run = {**found, "name": name, "recipe": recipes[name]}
            record.add(run)
            print(f"{name}, seed {seed}: {ladders.in_words(run)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
