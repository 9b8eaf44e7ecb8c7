"""The sample folders: layout, names, repeatability, what happens when drawing is cut short, and the tool."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers.sample import sets

SMALL = {"size": 32}


def files(folder: Path) -> dict[str, str]:
    """Every file's contents as a digest, by its path inside the folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != sets.MANIFEST
    }


def pets(data: Path, **options) -> Path:
    return sets.cats_and_dogs(data, **{"train": 3, "validation": 2} | SMALL | options)


def figures(data: Path, **options) -> Path:
    return sets.horses_and_humans(data, **{"per_class": 4} | SMALL | options)


def test_cats_and_dogs_layout(tmp_path):
    folder = pets(tmp_path)
    assert folder.parent == tmp_path / "sample" and folder.name.startswith("cats-and-dogs-")
    assert set(files(folder)) == {
        *(f"train/{kind}s/{kind}.{number}.jpg" for kind in ("cat", "dog") for number in range(3)),
        *(f"validation/{kind}s/{kind}.{number}.jpg" for kind in ("cat", "dog") for number in (3, 4)),
    }


def test_horses_and_humans_layout(tmp_path):
    new_ones = figures(tmp_path)
    assert {path.name for path in (new_ones / "horses").iterdir()} == {f"horse{n}-000.png" for n in range(1, 5)}
    two = figures(tmp_path, individuals=2, background="plain")
    assert {path.name for path in (two / "humans").iterdir()} == {
        "human01-00.png", "human01-01.png", "human02-00.png", "human02-01.png",
    }  # fmt: skip
    assert {sets.individual_of(path) for path in (two / "horses").iterdir()} == {"horse1", "horse2"}


@pytest.mark.parametrize("draw", [pets, figures])
def test_every_photo_is_rgb_of_the_size(draw, tmp_path):
    for path in draw(tmp_path, size=40).rglob("*-*.png" if draw is figures else "*.jpg"):
        with Image.open(path) as photo:
            assert photo.size == (40, 40) and photo.convert("RGB").getextrema() and photo.mode == "RGB"


@pytest.mark.parametrize("draw", [pets, figures])
def test_a_seed_repeats_bit_for_bit_and_another_differs(draw, tmp_path):
    first = files(draw(tmp_path / "a"))
    assert first == files(draw(tmp_path / "b"))
    assert not set(first.values()) & set(files(draw(tmp_path / "a", seed=1)).values())
    assert len(set(first.values())) == len(first)


def test_another_process_draws_the_same(tmp_path):
    script = "import sys, pathlib; from helpers import sample; "
    script += "sample.horses_and_humans(pathlib.Path(sys.argv[1]), per_class=4, size=32); "
    script += "assert 'tensorflow' not in sys.modules"
    root = Path(sets.__file__).parents[2]
    subprocess.run([sys.executable, "-c", script, tmp_path / "there"], check=True, cwd=root)
    (there,) = (tmp_path / "there" / "sample").iterdir()
    here = figures(tmp_path / "here")
    assert here.name == there.name and files(here) == files(there)


def test_another_stream_draws_other_figures_and_photos(tmp_path):
    train, many = figures(tmp_path), figures(tmp_path, stream="many")
    assert not set(files(train).values()) & set(files(many).values())


def test_a_photo_does_not_depend_on_how_many_are_drawn(tmp_path):
    few, more = files(figures(tmp_path)), files(figures(tmp_path, per_class=6))
    assert few.items() <= more.items()
    train = files(pets(tmp_path)), files(pets(tmp_path, train=5, validation=1))
    assert {k: v for k, v in train[0].items() if k.startswith("train")}.items() <= train[1].items()


def test_a_second_call_draws_nothing(tmp_path, monkeypatch):
    folder = pets(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    monkeypatch.setattr(sets, "pet_photo", None)
    assert pets(tmp_path) == folder
    assert before == {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_drawing_that_breaks_off_leaves_nothing_that_passes_for_whole(tmp_path, monkeypatch):
    drawn = []

    def breaks_off(*arguments):
        drawn.append(arguments)
        if len(drawn) == 4:
            raise KeyboardInterrupt
        return Image.new("RGB", (32, 32))

    with monkeypatch.context() as broken:
        broken.setattr(sets, "pet_photo", breaks_off)
        with pytest.raises(KeyboardInterrupt):
            pets(tmp_path)
    assert list((tmp_path / "sample").iterdir()) == []
    assert len(files(pets(tmp_path))) == 10


def test_what_a_killed_run_left_behind_does_no_harm(tmp_path):
    whole = pets(tmp_path / "other")
    leftover = tmp_path / "sample" / f".{whole.name}.0123abcd"
    (leftover / "train" / "cats").mkdir(parents=True)
    assert files(pets(tmp_path)) == files(whole)
    assert leftover.is_dir()


def test_the_slower_of_two_processes_takes_the_folder_of_the_quicker(tmp_path, monkeypatch):
    real, inside = sets.pet_photo, []

    def meanwhile(*arguments):
        if not inside:
            inside.append(True)
            inside.append(pets(tmp_path))
        return real(*arguments)

    monkeypatch.setattr(sets, "pet_photo", meanwhile)
    folder = pets(tmp_path)
    assert folder == inside[1] and len(files(folder)) == 10
    assert list((tmp_path / "sample").iterdir()) == [folder]


def test_a_folder_in_the_way_is_named(tmp_path):
    folder = pets(tmp_path)
    (folder / sets.MANIFEST).unlink()
    with pytest.raises(FileExistsError, match="Delete that folder"):
        pets(tmp_path)
    assert list(folder.parent.iterdir()) == [folder]


def test_poses_keep_their_promise():
    drawn = [sets.RECLINING.draw(np.random.default_rng(seed)) for seed in range(600)]
    for values, reach in (
        ([pose.rotation for pose in drawn], (-40, 40)),
        ([pose.scale for pose in drawn], (0.75, 1.2)),
        ([pose.shift[0] for pose in drawn], (-0.15, 0.15)),
        ([pose.shift[1] for pose in drawn], (-0.15, 0.15)),
    ):
        slack = 0.03 * (reach[1] - reach[0])
        assert reach[0] <= min(values) < reach[0] + slack and reach[1] - slack < max(values) <= reach[1]
    assert 0.4 < np.mean([pose.mirrored for pose in drawn]) < 0.6
    upright = [sets.UPRIGHT.draw(np.random.default_rng(seed)) for seed in range(100)]
    assert not any(pose.mirrored for pose in upright) and max(abs(pose.rotation) for pose in upright) <= 4


def test_every_argument_changes_the_set(tmp_path):
    options = [{}, {"seed": 1}, {"poses": sets.UPRIGHT}, {"background": "plain"}, {"figures": 2}, {"stream": "x"}]
    assert len({figures(tmp_path, per_class=2, **chosen) for chosen in options[:4] + options[5:]}) == 5
    assert figures(tmp_path, per_class=2, individuals=2) == figures(tmp_path, per_class=2)
    assert pets(tmp_path) != pets(tmp_path, validation_poses=sets.UPRIGHT)


def test_plain_ground_is_white(tmp_path):
    for path in (figures(tmp_path, background="plain") / "humans").iterdir():
        with Image.open(path) as photo:
            assert np.median(np.asarray(photo)) > 250


def test_pet_images_holds_whole_and_bad_files(tmp_path):
    folder = sets.pet_images(tmp_path, per_class=3, **SMALL)
    assert folder.name == "PetImages"
    for name, empty in (("Cat", "666.jpg"), ("Dog", "11702.jpg")):
        kept = {path.name: path for path in (folder / name).iterdir()}
        assert set(kept) == {"0.jpg", "1.jpg", "2.jpg", "3.jpg", empty, "Thumbs.db"}
        assert kept[empty].stat().st_size == 0 and kept["Thumbs.db"].read_bytes() == b"not an image"
        for number in range(3):
            with Image.open(kept[f"{number}.jpg"]) as photo:
                assert photo.convert("RGB").size == (32, 32)
        with pytest.raises(OSError, match="(?i)truncated"), Image.open(kept["3.jpg"]) as photo:
            photo.load()


def test_pet_images_leaves_out_the_number_of_the_empty_file(tmp_path, monkeypatch):
    monkeypatch.setattr(sets, "pet_photo", lambda *_: Image.new("RGB", (32, 32)))
    cats = sets.pet_images(tmp_path, per_class=700, **SMALL) / "Cat"
    assert (cats / "666.jpg").stat().st_size == 0
    assert len(list(cats.glob("*.jpg"))) == 702 and (cats / "701.jpg").is_file()


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("horse1-198.png", "horse1"),
        ("horse12-000.png", "horse12"),
        ("human01-00.png", "human01"),
        ("horses/horse03-204.png", "horse03"),
        (Path("validation/humans/valhuman02-13.png"), "valhuman02"),
        ("valhorse4-7.jpg", "valhorse4"),
    ],
)
def test_figure_of(name, figure):
    assert sets.individual_of(name) == figure


@pytest.mark.parametrize("name", ["cat.0.jpg", "horse-1.png", "human01.png", "seahorse1-000.png", ""])
def test_figure_of_other_names(name):
    with pytest.raises(ValueError, match="does not name an individual; expected"):
        sets.individual_of(name)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda data: sets.cats_and_dogs(data, train=0), "train is 0; expected at least 1"),
        (lambda data: sets.cats_and_dogs(data, validation=-1), "validation is -1"),
        (lambda data: sets.cats_and_dogs(data, seed=-1), "seed is -1"),
        (lambda data: sets.cats_and_dogs(data, size=31), "size is 31; expected 32 to 512"),
        (lambda data: sets.pet_images(data, size=513), "size is 513"),
        (lambda data: sets.pet_images(data, per_class=0), "per_class is 0"),
        (lambda data: sets.horses_and_humans(data, per_class=5, individuals=6), "individuals is 6; expected 1 to"),
        (lambda data: sets.horses_and_humans(data, individuals=0), "individuals is 0"),
        (lambda data: sets.horses_and_humans(data, background="beach"), "background is 'beach'; expected 'scene'"),
        (lambda data: sets.Poses(rotation=-1), "rotation is -1"),
        (lambda data: sets.Poses(shift=float("nan")), "shift is nan"),
        (lambda data: sets.Poses(scale=(0, 1)), "scale is"),
        (lambda data: sets.Poses(scale=(1.2, 0.8)), "scale is"),
    ],
)
def test_values_out_of_range_are_named(call, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        call(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_drawing_is_quick(tmp_path):
    started = time.perf_counter()
    sets.cats_and_dogs(tmp_path, train=15, validation=15)
    sets.horses_and_humans(tmp_path, per_class=15)
    assert (time.perf_counter() - started) / 90 < 0.1


def break_class_folder(folder):
    shutil.rmtree(folder / "train" / "cats")


def break_photo(folder):
    path = next((folder / "validation" / "dogs").iterdir())
    path.write_bytes(path.read_bytes()[:50])


def break_manifest(folder):
    (folder / sets.MANIFEST).write_text("{")


def break_manifest_of_an_earlier_version(folder):
    (folder / sets.MANIFEST).write_text('{"drawing": 1}')


def break_everything(folder):
    for path in (folder / "train").rglob("*.png"):
        path.unlink()
    for path in (folder / "train").rglob("*.jpg"):
        path.unlink()


@pytest.mark.parametrize(
    "damage", [break_class_folder, break_photo, break_manifest, break_manifest_of_an_earlier_version, break_everything]
)
def test_a_damaged_set_is_mended_and_nothing_else_is_touched(damage, tmp_path):
    folder = sets.cats_and_dogs(tmp_path, train=3, validation=2, **SMALL)
    whole = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    damage(folder)
    (folder / "mine.txt").write_text("mine")
    assert sets.cats_and_dogs(tmp_path, train=3, validation=2, **SMALL) == folder
    again = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert again.pop(Path("mine.txt")) == b"mine" and again == whole
    assert [path.name for path in (tmp_path / "sample").iterdir()] == [folder.name]
