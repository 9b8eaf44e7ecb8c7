"""Record the trainings on the real photos that lessons show, from the lessons' own cells.

    python -m data_scripts.record                work through notebooks/reference/runs.toml; skip what is recorded
    python -m data_scripts.record --status       what is recorded, what is under way, and how long the rest takes
    python -m data_scripts.record --only 04_150  only records whose name begins so
    python -m data_scripts.record --verify       two epochs of every part again: do they agree with the record?

It may be killed at any time and started again: a training goes on after its last whole epoch. Its state lies in
COURSE_DATA/recording, outside the project. On a machine that is used for something else, run it with nice: what is
compared are CPU-seconds, and every record holds how fast the machine was.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import gc
import hashlib
import importlib
import json
import linecache
import re
import shutil
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import keras
import nbformat
import numpy as np
import tensorflow as tf
from tensorflow.keras.preprocessing.image import ImageDataGenerator

from data_scripts import run_course
from helpers import files, runtime
from helpers.augmentation import generator_settings
from helpers.datasets import downloads
from helpers.evidence import records
from helpers.training import runs, states, validation_sets

LIST = records.REFERENCE / "runs.toml"
AGREE = 0.03  # largest difference of an accuracy in two epochs that are trained again


@dataclass(frozen=True)
class Job:
    """One training of the list.

    Attributes
    ----------
    name, lesson, what, part, seed : str, str, str, str, int
        The record's file, the lesson's number, in words, which cells, and the seed.
    epochs : int
        How many it takes.
    cpu : float
        CPU-seconds of an epoch, about; for the time left, until they are measured.
    set : dict
        Names of the lesson that get another value.
    call : str or None
        What to compute for the run, in place of the cells tagged ``record:PART``.
    also : str or None
        ``'module:function'`` that is called with network and image size at the end; what it returns goes into the run.
    rounds : int or None
        For what is to be compared by its cost: so many rounds, in each of which every part of the record is trained
        for two epochs, one part after the other, so that whatever else the machine does meets them all.
    profile : str
        ``'full'`` (the real photos), or ``'sample'``.
    """

    name: str
    lesson: str
    what: str
    part: str
    seed: int
    epochs: int
    cpu: float = 50.0
    set: dict[str, Any] = field(default_factory=dict)
    call: str | None = None
    also: str | None = None
    rounds: int | None = None
    profile: str = "full"

    def folder(self, settings: runtime.Settings) -> Path:
        """Where its state is, while it is under way."""
        part = re.sub(r"[^0-9A-Za-z]+", "_", self.part)  # as Windows wants it
        return settings.data / "recording" / f"{self.name}-{part}-{self.seed}"

    def __str__(self) -> str:
        return f"{self.name}, {self.part}, seed {self.seed}"


def jobs(path: Path = LIST, only: str = "") -> list[Job]:
    """The trainings of the list, in its order.

    Raises
    ------
    ValueError
        If an entry lacks something or holds what is not known, or none begins with `only`.
    """
    found = []
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["run"]:
        try:
            parts, seeds = entry.pop("parts"), entry.pop("seeds")
            found += [Job(**entry, part=part, seed=seed) for seed in seeds for part in parts]
        except (KeyError, TypeError) as problem:
            raise ValueError(f"An entry of {path.name} cannot be used: {entry}: {problem}.") from problem
    wanted = [job for job in found if job.name.startswith(only)]
    if not wanted:
        there = ", ".join(dict.fromkeys(job.name for job in found))
        raise ValueError(f"No record begins with {only!r}; there are: {there}.")
    return wanted


def cells(job: Job) -> Iterator[tuple[str, str]]:
    """What is executed for a job: a name for tracebacks and the source, cell by cell, in the lesson's order."""
    (book,) = run_course.lessons([job.lesson])
    wanted = {"record"} if job.call else {"record", f"record:{job.part}"}
    tags = set()
    for number, cell in enumerate(nbformat.read(book, as_version=4).cells):
        if wanted & set(cell.metadata.get("tags", [])):
            tags |= wanted & set(cell.metadata["tags"])
            yield f"{book.name}, cell {number}", cell.source
    if tags != wanted:
        raise ValueError(f"{book.name} has no cell tagged {', '.join(sorted(wanted - tags))}.")


def execute(job: Job, settings: runtime.Settings) -> dict[str, Any]:
    """Execute the lesson's cells for a job, its names set as the job says.

    Parameters
    ----------
    job : Job
        What to train.
    settings : helpers.runtime.Settings
        In place of the notebook's.

    Returns
    -------
    dict
        The names that the cells defined; with a call, what it returned as ``result``.
    """
    names: dict[str, Any] = {"settings": settings, "runtime": runtime, "part": job.part}
    unset = {name: tuple(value) if isinstance(value, list) else value for name, value in job.set.items()}
    for title, source in cells(job):
        # TensorFlow translates functions for its graphs from their source, which it looks up here.
        linecache.cache[title] = len(source), None, source.splitlines(keepends=True), title
        before = {name: names.get(name) for name in unset}
        exec(compile(source, title, "exec"), names)
        for name in [name for name in unset if names.get(name) is not before[name]]:
            names[name] = unset[name]
    missing = [name for name in unset if name not in names]
    if missing:
        raise ValueError(f"Lesson {job.lesson} defines no {', '.join(missing)}.")
    if job.call:
        names["result"] = eval(job.call, names)  # from the project's own list
    return names


def train(job: Job, settings: runtime.Settings) -> records.Run:
    """Do a job, or what is left of it; returns the run."""
    folder = job.folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "calibration.json"
    calibrations = json.loads(kept.read_text()) if kept.is_file() else []
    calibrations.append(calibration())
    files.write_json(kept, calibrations)
    names = execute(job, _settings_for(job, settings, folder))
    calibrations.append(calibration())
    run = _curve(names, folder)
    if not run["seconds"] or {len(curve) for curve in run["history"].values()} != {len(run["seconds"])}:
        raise RuntimeError(f"The curve of {job} in {folder} is not whole. Is the disk full? Make room, start again.")
    if not job.call:
        run |= {
            "settings": _settings(names),
            "parameters": names["model"].count_params(),
            "photos": _photos(*(names[name] for name in ("train_dir", "validation_dir") if name in names)),
            "outputs": _outputs(names),
        }
    if job.also:
        module, function = job.also.split(":")
        run |= getattr(importlib.import_module(module), function)(names["model"], names["IMAGE_SIZE"])
    return {"name": job.part, **run, "calibration": calibrations}


def race(group: Sequence[Job], settings: runtime.Settings) -> list[records.Run]:
    """Train the parts of a record in turn, two epochs each, for so many rounds; a run per part.

    A run's ``cpu_seconds`` and ``seconds`` are those of the second epoch, which builds no graph, one per round.
    """
    found: dict[str, records.Run] = {}
    before = calibration()
    for number in range(group[0].rounds):
        for job in group:
            with tempfile.TemporaryDirectory() as place:
                names = execute(job, _settings_for(job, settings, Path(place), epochs_cap=2))
                run = _curve(names, Path(place))
            known = {key: run[key] for key in ("date", "seed", "versions")} | {"cpu_seconds": [], "seconds": []}
            kept = found.setdefault(job.part, {"name": job.part, **known})
            kept["cpu_seconds"].append(run["cpu_seconds"][1])
            kept["seconds"].append(run["seconds"][1])
            print(f"round {number + 1}: {job.part}, {run['cpu_seconds'][1]:.1f} CPU-seconds", flush=True)
    after = calibration()
    return [{**run, "calibration": [before, after]} for run in found.values()]


def verify(job: Job, run: records.Run, settings: runtime.Settings) -> float:
    """Do the first two epochs of a recorded run again; returns the largest difference of an accuracy, 0-1."""
    with tempfile.TemporaryDirectory() as place:
        again = _curve(execute(job, _settings_for(job, settings, Path(place), epochs_cap=2)), Path(place))["history"]
    return max(
        abs(new - old)
        for key in ("accuracy", "val_accuracy")
        for new, old in zip(again[key][:2], run["history"][key], strict=False)
    )


def _curve(names: dict[str, Any], folder: Path) -> records.Run:
    """The run that a call returned, or else the curve that the lesson saved."""
    if isinstance(names.get("result"), dict):
        return names["result"]
    (path,) = folder.glob("*_*.json")
    return json.loads(path.read_text(encoding="utf-8"))


def _settings_for(job: Job, settings: runtime.Settings, folder: Path, epochs_cap: int | None = None) -> _Settings:
    known = {**vars(settings), "profile": job.profile, "seed": job.seed, "epochs_cap": epochs_cap}
    return _Settings(**known, folder=folder)


@dataclass(frozen=True)
class _Settings(runtime.Settings):
    """As the notebook's, but each training has a folder of its own for its state."""

    folder: Path = Path()

    @property
    def runs(self) -> Path:
        return self.folder


def _settings(names: dict[str, Any]) -> dict[str, Any]:
    """The lesson's settings: its names in capitals."""
    plain = (str, int, float, bool, tuple, list, dict, type(None))
    return {name: value for name, value in names.items() if name.isupper() and isinstance(value, plain)}


def _photos(*folders: Path) -> dict[str, Any]:
    """How many photos of which class there are, and a hash over their names and bytes."""
    digest, counts = hashlib.sha256(), {}
    for folder in folders:
        for path in sorted(Path(folder).glob("*/*")):
            digest.update(f"{path.parent.name}/{path.name}\0".encode() + path.read_bytes())
            key = f"{Path(folder).name}/{path.parent.name}"
            counts[key] = counts.get(key, 0) + 1
    return {"counts": counts, "sha256": digest.hexdigest()}


def _outputs(names: dict[str, Any]) -> dict[str, Any]:
    """What the network says of every validation photo: in each epoch where the lesson asks, else at the end."""
    watching = [value for value in names.values() if isinstance(value, validation_sets.ValidationSets)]
    if watching:
        return {name: records.pack(np.stack(found)) for name, found in watching[0].probabilities.items()}
    photos = validation_sets.load_photos(names["validation_dir"], names["IMAGE_SIZE"])
    return {"validation": records.pack(names["model"].predict(photos.images, batch_size=100, verbose=0).T)}


def calibration() -> dict[str, Any]:
    """How fast this machine is now: two fixed pieces of work, in units of work per CPU-second.

    Returns
    -------
    dict
        ``convolution`` in GFLOP (64 to 64 filters, 3x3, on 20 maps of 75x75) and ``augmentation`` in pictures
        (``ImageDataGenerator``, lesson 3's settings, 150x150), each per CPU-second; the median of five rounds.
    """
    maps = tf.ones((20, 75, 75, 64))
    filters = tf.ones((3, 3, 64, 64))
    gigaflop = 2 * 20 * 75 * 75 * 64 * 64 * 9 / 1e9
    photo = np.zeros((150, 150, 3), "float32")
    generator = ImageDataGenerator(**generator_settings.LESSON.keywords())
    state = np.random.get_state()
    speeds = {
        "convolution": _speed(lambda: tf.nn.conv2d(maps, filters, 1, "SAME").numpy(), 4) * gigaflop,
        "augmentation": _speed(lambda: generator.random_transform(photo), 20),
    }
    np.random.set_state(state)
    now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
    return {"at": now, **{name: round(speed, 1) for name, speed in speeds.items()}}


def _speed(work: Callable[[], Any], times: int) -> float:
    """How often per CPU-second: the median of five rounds, after one that is not counted."""
    rounds = []
    for _ in range(6):
        started = time.process_time()
        for _ in range(times):
            work()
        rounds.append(times / (time.process_time() - started))
    return float(np.median(rounds[1:]))


@dataclass(frozen=True)
class Row:
    """How far a job is: ``done`` epochs of ``total``, its CPU-seconds so far, and what is left of it in CPU-seconds."""

    job: Job
    done: int
    cpu_seconds: float
    clock: float
    recorded: bool
    left: float = 0.0


def status(wanted: Sequence[Job], settings: runtime.Settings, out: Path = records.REFERENCE) -> list[Row]:
    """How far the jobs are, from the records and from the states of the trainings under way."""
    rows = []
    for job in wanted:
        run = records.Record(out / f"{job.name}.json").find(job.part, job.seed)
        recorded = run is not None
        curves = [json.loads(path.read_text(encoding="utf-8")) for path in job.folder(settings).glob("*_*.json")]
        if run is None and curves:
            run = {key: sum((curve[key] for curve in curves), []) for key in ("seconds", "cpu_seconds")}
        cpu = run.get("cpu_seconds", ()) if run else ()
        rows.append(Row(job, len(cpu), sum(cpu), sum(run["seconds"]) if run else 0.0, recorded))
    measured: dict[tuple[str, str], float] = {}
    for row in rows:
        if row.done:
            measured[row.job.name, row.job.part] = row.cpu_seconds / row.done
            measured.setdefault((row.job.name, ""), row.cpu_seconds / row.done)
    done = []
    for row in rows:
        name, part = row.job.name, row.job.part
        epoch = measured.get((name, part)) or measured.get((name, "")) or row.job.cpu
        done.append(replace(row, left=0.0 if row.recorded else (row.job.epochs - row.done) * epoch))
    return done


def as_table(rows: Sequence[Row]) -> str:
    """A line for each part that is not recorded, and one for each record with those that are; then one for all."""
    lines = [f"{'record':<18} {'part':<29} {'seeds':>9} {'epochs':>10} {'CPU-s':>9} {'CPU-s left':>10}  state"]
    for name in dict.fromkeys(row.job.name for row in rows if row.recorded):
        whole = [row for row in rows if row.recorded and row.job.name == name]
        epochs, cpu = sum(row.done for row in whole), sum(row.cpu_seconds for row in whole)
        lines.append(f"{name:<18} {f'{len(whole)} runs':<39} {epochs:>10,} {cpu:>9,.0f} {0:>10}  recorded")
    open_ones: dict[tuple[str, str, bool], list[Row]] = {}
    for row in (row for row in rows if not row.recorded):
        open_ones.setdefault((row.job.name, row.job.part, row.done > 0), []).append(row)
    for (name, part, begun), group in open_ones.items():
        seeds = " ".join(str(row.job.seed) for row in group)
        epochs = f"{sum(row.done for row in group)} of {sum(row.job.epochs for row in group)}"
        cpu, left = sum(row.cpu_seconds for row in group), sum(row.left for row in group)
        state = "under way" if begun else "waiting"
        lines.append(f"{name:<18} {part:<29} {seeds:>9} {epochs:>10} {cpu:>9,.0f} {left:>10,.0f}  {state}")
    whole, left = sum(row.recorded for row in rows), sum(row.left for row in rows)
    cpu, clock = sum(row.cpu_seconds for row in rows), sum(row.clock for row in rows)
    hours = left / (cpu / clock if clock else 1.0) / 3600
    lines.append(f"{whole} of {len(rows)} recorded; {left:,.0f} CPU-seconds left, {hours:.1f} h at this rate.")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is 0 once all runs are recorded."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--status", action="store_true", help="say how far it is, and do nothing")
    parser.add_argument("--verify", action="store_true", help="do two epochs of every recorded part again and compare")
    parser.add_argument("--only", default="", metavar="NAME", help="beginning of the names of the records to make")
    parser.add_argument("--list", type=Path, default=LIST, help="another list than notebooks/reference/runs.toml")
    parser.add_argument("--out", type=Path, default=records.REFERENCE, help="folder for the records")
    options = parser.parse_args(arguments)
    try:
        settings = runtime.settings()
        wanted = jobs(options.list, options.only)
    except ValueError as problem:
        parser.error(str(problem))
    if options.status:
        print(as_table(status(wanted, settings, options.out)))
        return 0
    if options.verify:
        return _verify(wanted, settings, options.out)
    with _alone(settings.data / "recording"):
        return _work(wanted, settings, options.out)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Refuse to work where another recorder does: both would train the same."""
    lock = folder / "recorder.json"
    with contextlib.suppress(FileNotFoundError, ValueError):
        other = json.loads(lock.read_text(encoding="utf-8"))
        if runs.is_alive(other):
            raise SystemExit(f"Another recorder, process {other[0]}, is at work in {folder}. Stop it first, or let it.")
    files.write_json(lock, states.this_process())
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def _work(wanted: Sequence[Job], settings: runtime.Settings, out: Path) -> int:
    """Record what is not recorded, one job after the other."""
    runs.run.takes_finished = True  # what was trained before a kill, and not yet recorded
    for job in wanted:
        record = records.Record(out / f"{job.name}.json")
        if record.find(job.part, job.seed):
            continue
        print(f"{job}: {job.what}", flush=True)
        if job.rounds:
            for run in race([other for other in wanted if other.name == job.name], settings):
                record.add(run)
        else:
            record.add(train(job, settings))
            shutil.rmtree(job.folder(settings))
        print(f"Recorded {job}.\n{as_table(status(wanted, settings, out)).splitlines()[-1]}", flush=True)
        keras.utils.clear_session()
        gc.collect()
    return 0


def _verify(wanted: Sequence[Job], settings: runtime.Settings, out: Path) -> int:
    """Verify the first recorded run of every part, and say of the others why not.

    Another kind of processor rounds otherwise, and a training at a large learning rate makes much of little: there a
    difference is named and is no failure.
    """
    seen, worse, here = set(), 0, runtime.versions()["processor"]
    for job in wanted:
        run = records.Record(out / f"{job.name}.json").find(job.part, job.seed)
        if run is None or (job.name, job.part) in seen:
            continue
        seen.add((job.name, job.part))
        backend = run["versions"]["backend"]
        if "history" not in run:
            verdict = "skipped: it holds no curve"
        elif backend != keras.config.backend():
            verdict = f"skipped: recorded with {backend} below Keras, whose random numbers are others"
        else:
            try:
                difference = verify(job, run, settings)
            except downloads.DownloadError as problem:
                verdict = f"skipped: no real photos ({str(problem).splitlines()[0]})"
            else:
                verdict, there = f"differs by {difference:.4f}", run["versions"]["processor"]
                if difference > AGREE and there == here:
                    worse += 1
                    verdict += f", MORE THAN {AGREE}"
                elif difference > AGREE:
                    verdict += f"; recorded on {there}, and this is {here}, which rounds otherwise"
        print(f"{job}: {verdict}", flush=True)
        keras.utils.clear_session()
    print(f"{len(seen)} parts, {worse} differ by more than {AGREE} on the processor that they were recorded on.")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
