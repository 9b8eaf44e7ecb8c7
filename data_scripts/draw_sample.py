"""Draw a sample set of photos, or find the one drawn before, and say where it is.

The lessons draw what they need themselves. Use this tool to try other settings: more photos,
other poses, fewer figures. A set is drawn once and kept; the same options find it again.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from helpers import runtime
from helpers.sample import sets as sample
from helpers.sample.drawing import BACKGROUNDS

SETS = ("cats_and_dogs", "horses_and_humans", "pet_images", "happy_or_sad", "rock_paper_scissors")
COLUMNS = 12


def contact_sheet(folder: Path, target: Path, rows: int = 2) -> None:
    """Write one picture that shows the first photos of every class folder.

    Parameters
    ----------
    folder : pathlib.Path
        A set of photos; class folders may lie at any depth. Files that cannot be read are passed over.
    target : pathlib.Path
        The picture to write; its ending (such as .png) chooses the format.
    rows : int
        Rows of twelve photos per class folder.

    Raises
    ------
    OSError, ValueError
        If the picture cannot be written; ValueError for an unknown ending.
    """
    strips = [_readable(paths, rows * COLUMNS) for _, paths in sorted(_classes(folder).items())]
    side = strips[0][0].width
    sheet = Image.new("RGB", (COLUMNS * side, len(strips) * rows * side), "white")
    for strip, photos in enumerate(strips):
        for place, photo in enumerate(photos):
            sheet.paste(photo, (place % COLUMNS * side, (strip * rows + place // COLUMNS) * side))
    sheet.save(target)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool; 0: drawn or found, 2: an option does not work."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        out = runtime.settings().data if options.out is None else options.out
        started = time.perf_counter()
        folder = _draw(options, out)
        seconds = time.perf_counter() - started
        if options.sheet is not None:
            contact_sheet(folder, options.sheet)
    except (OSError, ValueError) as error:
        print(f"{parser.prog}: error: {error}", file=sys.stderr)
        return 2
    for name, paths in sorted(_classes(folder).items()):
        print(f"{name}: {len(paths)} files")
    print(f"{folder} ({seconds:.1f} s)")
    if options.sheet is not None:
        print(f"contact sheet: {options.sheet}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m data_scripts.draw_sample",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"drawing version {sample.DRAWING_VERSION}")
    sets = parser.add_subparsers(dest="set", required=True, metavar="{" + ",".join(SETS) + "}")

    pets = sets.add_parser("cats_and_dogs", help="train and validation folders, as in lessons 2 and 3")
    pets.add_argument("--train", type=int, default=200, help="training photos per class (default: 200)")
    pets.add_argument("--validation", type=int, default=125, help="validation photos per class (default: 125)")
    _add_poses(pets, "train-", sample.UPRIGHT)
    _add_poses(pets, "validation-", sample.RECLINING)

    figures = sets.add_parser("horses_and_humans", help="one folder of horses and one of humans, as in lesson 4")
    figures.add_argument("--per-class", type=int, default=200, help="photos per class (default: 200)")
    figures.add_argument("--individuals", type=int, help="individuals per class (default: a new one in every photo)")
    figures.add_argument("--background", choices=BACKGROUNDS, default="scene", help="default: scene, a landscape")
    figures.add_argument("--stream", default="train", help="another name draws other photos (default: train)")
    _add_poses(figures, "", sample.STROLLING)

    archive = sets.add_parser("pet_images", help="an unsplit archive with bad files, as in lesson 5")
    archive.add_argument("--per-class", type=int, default=300, help="whole photos per class (default: 300)")

    faces = sets.add_parser("happy_or_sad", help="one folder of happy and one of sad faces, as in lesson 7")
    faces.add_argument("--per-class", type=int, default=40, help="photos per class (default: 40)")
    faces.add_argument("--faces", type=int, help="individuals (default: a new one in every photo)")
    faces.add_argument("--stream", default="train", help="another name draws other faces (default: train)")
    _add_poses(faces, "", sample.FACING)

    hands = sets.add_parser(
        "rock_paper_scissors", help="train and validation folders of three classes, as in lesson 10"
    )
    hands.add_argument("--train", type=int, default=120, help="training photos per class (default: 120)")
    hands.add_argument("--validation", type=int, default=40, help="validation photos per class (default: 40)")
    individuals = dict(type=int, nargs=2, default=(12, 4), metavar=("TRAIN", "VALIDATION"))
    hands.add_argument("--individuals", **individuals, help="how many people's hands (default: 12 4)")
    hands.add_argument("--background", choices=BACKGROUNDS, default="plain", help="default: plain, nearly white")

    for part in (pets, figures, archive, faces, hands):
        part.add_argument("--out", type=Path, metavar="DIR", help="data folder (default: the course's own)")
        part.add_argument("--seed", type=int, default=0, help="another seed draws other photos (default: 0)")
        size = 150 if part in (faces, hands) else 128
        part.add_argument("--size", type=int, default=size, help=f"pixels of a side, 32 to 512 (default: {size})")
        part.add_argument("--sheet", type=Path, metavar="FILE.png", help="also write a contact sheet of the set")
    return parser


def _add_poses(parser: argparse.ArgumentParser, prefix: str, poses: sample.Poses) -> None:
    def add(name: str, default: object, text: str, **how: object) -> None:
        shown = " ".join(map(str, default)) if isinstance(default, tuple) else default
        parser.add_argument(f"--{prefix}{name}", default=default, help=f"{text} (default: {shown})", **how)

    add("rotation", poses.rotation, "degrees, to either side", type=float)
    add("scale", poses.scale, "smallest and largest factor on the size", type=float, nargs=2, metavar=("LOW", "HIGH"))
    add("shift", poses.shift, "fraction of the side, in every direction", type=float)
    add("mirror", poses.mirror, "every second figure looks the other way", action=argparse.BooleanOptionalAction)


def _poses(options: argparse.Namespace, prefix: str = "") -> sample.Poses:
    chosen = {name: getattr(options, prefix + name) for name in ("rotation", "scale", "shift", "mirror")}
    return sample.Poses(**chosen | {"scale": tuple(chosen["scale"])})


def _draw(options: argparse.Namespace, out: Path) -> Path:
    common = {"seed": options.seed, "size": options.size}
    if options.set == "cats_and_dogs":
        return sample.cats_and_dogs(
            out,
            train=options.train,
            validation=options.validation,
            train_poses=_poses(options, "train_"),
            validation_poses=_poses(options, "validation_"),
            **common,
        )
    if options.set == "horses_and_humans":
        return sample.horses_and_humans(
            out,
            per_class=options.per_class,
            individuals=options.individuals,
            background=options.background,
            poses=_poses(options),
            stream=options.stream,
            **common,
        )
    if options.set == "happy_or_sad":
        return sample.happy_or_sad(
            out,
            per_class=options.per_class,
            faces=options.faces,
            poses=_poses(options),
            stream=options.stream,
            **common,
        )
    if options.set == "rock_paper_scissors":
        return sample.rock_paper_scissors(
            out,
            train=options.train,
            validation=options.validation,
            individuals=tuple(options.individuals),
            background=options.background,
            **common,
        )
    return sample.pet_images(out, per_class=options.per_class, **common)


def _classes(folder: Path) -> dict[str, list[Path]]:
    """The files of every class folder, by its path inside the set."""
    classes: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*"), key=_natural):
        if path.is_file() and path.parent != folder:
            classes.setdefault(path.parent.relative_to(folder).as_posix(), []).append(path)
    return classes


def _natural(path: Path) -> tuple[int, str]:
    return len(path.name), path.as_posix()


def _readable(paths: Sequence[Path], most: int) -> list[Image.Image]:
    photos: list[Image.Image] = []
    for path in paths:
        try:
            with Image.open(path) as photo:
                photos.append(photo.convert("RGB"))
        except OSError:
            continue
        if len(photos) == most:
            break
    return photos


if __name__ == "__main__":
    sys.exit(main())
