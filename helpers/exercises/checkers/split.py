"""``split_data`` of lesson 5, run on a scratch folder with good and bad files."""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from helpers.exercises.checkers.outcome import NotChecked, NotYet, joined, need_function, run
from helpers.exercises.exercise import exercise

ARGUMENTS = "source, training_dir, testing_dir, split_size, seed=0"
BAD = {
    "empty.jpg": "has zero length",
    "Thumbs.db": "is no photo at all",
    "notes.txt": "is no photo at all",
    "broken.jpg": "cannot be decoded",
    "half.jpg": "breaks off in the middle",
}

# What to say where an error holds all of these words.
ADVICE = {
    ("FileNotFoundError",): "Make the folder before you copy into it: training_dir.mkdir(parents=True, exist_ok=True).",
    ("FileExistsError",): "The folder of the class before it is there already: mkdir(parents=True, exist_ok=True).",
    ("TypeError", "Path"): "source is a pathlib.Path: join names to it with a slash, source / name.",
}


@dataclass(frozen=True)
class _Halves:
    """Names of the photos that arrived on each side, and what was printed meanwhile."""

    training: frozenset[str]
    testing: frozenset[str]
    printed: str


@exercise(
    "05",
    "Make one list of the usable photos, shuffle it once, and cut it at one place.",
    "usable(source) gives that list and a dictionary of the other files with reasons. random.Random(seed) shuffles it "
    "the same way for the same seed.",
    "cut = int(len(photos) * split_size). photos[:cut] is for training. What is photos[cut:]?",
    "For each folder: target.mkdir(parents=True), then shutil.copyfile(photo, target / photo.name) for each photo.",
)
def split_data(split_data: object) -> str:
    """Check a function ``split_data(source, training_dir, testing_dir, split_size, seed=0)``."""
    need_function(split_data, f"split_data({ARGUMENTS})")
    _check_signature(split_data)
    try:
        with tempfile.TemporaryDirectory(prefix="split-", ignore_cleanup_errors=True) as name:
            try:
                return _check_splits(split_data, Path(name))
            except NotYet as verdict:
                raise NotYet(str(verdict).replace(name, "scratch").replace(repr(name)[1:-1], "scratch")) from None
    except OSError as error:  # those of the learner's function are told from ours by `run`
        raise NotChecked(
            f"The scratch folder cannot be made or written to ({error.strerror}). Make room on the disk, try again."
        ) from None


def _check_splits(function: Callable, scratch: Path) -> str:
    many, few = _source(scratch / "many", 20), _source(scratch / "few", 3)

    def split(source: Path, fraction: float, seed: int, run_name: str) -> _Halves:
        return _split(function, source, scratch / run_name, fraction, seed)

    first = split(many, 0.6, 0, "seed 0")
    split(few, 0.9, 0, "seed 0")  # beside it, as dogs beside cats
    last, again = split(many, 0.9, 0, "last"), split(many, 0.6, 0, "again")  # chance repeats it once in 125,970
    if (again.training, again.testing) != (first.training, first.testing):
        raise NotYet(
            "Two calls with seed=0 gave two different splits, so no result could be repeated. Shuffle with a generator "
            "of your own: random.Random(seed).shuffle(photos)."
        )
    others = [split(many, 0.6, seed, f"seed {seed}") for seed in (1, 2, 3)]
    if all(halves.training == first.training for halves in others):
        names, cut = sorted(first.training | first.testing), len(first.training)
        if first.training in (frozenset(names[:cut]), frozenset(names[-cut:])):
            raise NotYet(
                "Training gets the files in the order of their names, whatever the seed. Names may follow the day, the "
                "place or the animal: shuffle before you cut, with random.Random(seed)."
            )
        raise NotYet("The seeds 0, 1, 2 and 3 all give the same split. Use the argument: random.Random(seed).")
    for name in BAD:
        if name not in last.printed:
            raise NotYet(
                f"{name} was left out, rightly, but without a word. Print its name and the reason, so that nobody "
                "wonders where a file went."
            )
    return (
        f"{len(last.training)} of 20 photos for training, {len(last.testing)} for testing, none in both, none lost, "
        f"the {len(BAD)} bad files left out, the source untouched; another seed gives another split."
    )


def _split(function: Callable, source: Path, base: Path, fraction: float, seed: int) -> _Halves:
    """Call `function` on one class folder, and judge what it left behind."""
    training, testing = (base / part / source.name for part in ("training", "testing"))
    before = _contents(source)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            run(function, source, training, testing, fraction, seed=seed, call="split_data(...)")
        except NotYet as verdict:
            told = str(verdict)
            advice = [text for words, text in ADVICE.items() if all(word in told for word in words)]
            raise NotYet(" ".join([told, *advice[:1]])) from None
    after, sides = _contents(source), (_contents(training), _contents(testing))
    _check_source(before, after, {digest for side in sides for digest in side.values()})
    names = {digest: name for name, digest in before.items()}
    if not any(sides):
        raise NotYet("Neither training_dir nor testing_dir holds a file afterwards. Copy the photos into them.")
    for side, folder in zip(sides, ("training", "testing"), strict=True):
        for name, digest in side.items():
            if digest not in names:
                raise NotYet(
                    f"{name} in {folder} is no copy: its bytes differ from every file of the source. Copy the file, "
                    "for example with shutil.copyfile, instead of opening and saving the picture."
                )
    halves = _Halves(*(frozenset(names[digest] for digest in side.values()) for side in sides), printed.getvalue())
    _check_halves(halves, frozenset(before) - set(BAD), fraction)
    return halves


def _check_halves(halves: _Halves, photos: frozenset[str], fraction: float) -> None:
    training, testing = halves.training, halves.testing
    for name, reason in BAD.items():
        if name in training | testing:
            raise NotYet(f"{name} was copied, though it {reason}. Split the photos that usable(source) returns first.")
    expected = int(len(photos) * fraction)
    both = training & testing
    setting = f"With {len(photos)} photos and split_size={fraction:g}"
    if testing == photos:
        none = len(photos) * (1 - fraction) < 1
        raise NotYet(
            f"{setting}, testing holds all of them. "
            + ("photos[-0:] is the whole list, not its last none. " if none else "")
            + "Cut once, at one place: photos[:cut] and photos[cut:]."
        )
    if both and both == testing and len(training) == expected:
        raise NotYet(
            f"All {len(testing)} testing photos are in training as well. That is the course's own answer, "
            "testing_set = shuffled_set[:testing_length], which begins at the front again. Begin where "
            "training ended: photos[cut:]."
        )
    if both:
        raise NotYet(
            f"{len(both)} of {len(testing)} testing photos are in training as well, {min(both)} for one. Shuffle once, "
            "then cut that one list at one place."
        )
    lost = photos - training - testing
    if lost:
        raise NotYet(
            f"{setting}, {len(lost)} {'is' if len(lost) == 1 else 'are'} in neither folder, {min(lost)} for one. "
            f"{_why_lost(halves, len(photos), fraction)}"
        )
    if len(training) != expected:
        raise NotYet(
            f"{setting}, {len(training)} are in training; expected int({len(photos)} * {fraction:g}) = {expected}. "
            f"{_why_so_many(len(training), len(photos), fraction)}"
        )


def _why_lost(halves: _Halves, photos: int, fraction: float) -> str:
    part, rest = int(photos * fraction), int(photos * (1 - fraction))
    if (len(halves.training), len(halves.testing)) == (part, rest):
        return (
            f"int({photos} * {fraction:g}) is {part}, and int({photos} * (1 - {fraction:g})) is {rest}: two roundings. "
            "Cut once, and give testing all that training leaves: photos[cut:]."
        )
    if not halves.testing:
        return "testing_dir got nothing. Copy photos[cut:] there."
    return "Take every photo that usable(source) returns: .jpg, .JPG and .png."


def _why_so_many(training: int, photos: int, fraction: float) -> str:
    expected = int(photos * fraction)
    if training == photos - expected:
        return "The two folders are swapped: training gets the larger part."
    if training == min(photos, int((photos + len(BAD)) * fraction)) and photos > len(BAD):
        return "Count the usable photos, not the entries of the folder: the bad files were counted as well."
    if training == expected + 1:
        return "int() cuts off what round() and math.ceil() would round up."
    return "Copy the first int(count * split_size) photos there."


def _check_source(before: dict[str, str], after: dict[str, str], arrived: set[str]) -> None:
    gone = [name for name in before if name not in after]
    if gone and any(before[name] in arrived for name in gone):
        raise NotYet(
            f"{len(gone)} files are gone from the source: they were moved. Copy them, with shutil.copyfile, so that "
            "you can split again."
        )
    changed = [name for name in after if before.get(name) != after[name]] + gone
    if changed:
        raise NotYet(f"{min(changed)} in the source was changed, added or deleted. Only read from the source.")


def _check_signature(function: Callable) -> None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # written in C: it will show when it is called
        return
    try:
        signature.bind(Path(), Path(), Path(), 0.9, seed=0)
    except TypeError:
        raise NotYet(
            f"split_data takes ({joined(list(signature.parameters), ',') or 'nothing'}); expected ({ARGUMENTS})."
        ) from None


def _contents(folder: Path) -> dict[str, str]:
    """Name to digest of the files in a folder; empty if there is none."""
    if not folder.is_dir():
        return {}
    entries = sorted(entry for entry in folder.iterdir() if entry.is_file())
    return {entry.name: hashlib.sha256(entry.read_bytes()).hexdigest() for entry in entries}


def _source(folder: Path, photos: int) -> Path:
    """A class folder with so many tiny photos, all different, and the files of `BAD`."""
    folder.mkdir()
    for number in range(photos):
        pixels = bytes(place * (number + 3) % 256 for place in range(24 * 24))
        name = f"{number}.{('jpg', 'JPG', 'png')[number % 3]}"
        Image.frombytes("L", (24, 24), pixels).convert("RGB").save(folder / name)
    content = {"empty.jpg": b"", "broken.jpg": b"no photo inside", "half.jpg": (folder / "0.jpg").read_bytes()[:-100]}
    for name in BAD:
        (folder / name).write_bytes(content.get(name, name.encode()))
    return folder
