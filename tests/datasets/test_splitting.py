"""Splitting, and what is a photo: every usable one on exactly one side, nothing else touched."""

import json
import os
import random
import shutil
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from helpers.datasets.photo_files import check_folder
from helpers.datasets.splitting import check_disjoint, split, usable

ODD = Path(__file__).resolve().parents[3] / "shared" / "datasets" / "odd-images"


def draw(path, colour=0, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (9, 7), (colour, 100, 200)).save(path, **options)


@pytest.fixture
def source(tmp_path):
    """Twenty photos that all differ."""
    folder = tmp_path / "PetImages" / "Cat"
    for number in range(20):
        draw(folder / f"{number}.jpg", colour=12 * number)
    return folder


@pytest.fixture
def targets(tmp_path):
    return tmp_path / "split" / "training" / "cats", tmp_path / "split" / "testing" / "cats"


def snapshot(folder):
    """Every path below `folder`, with the bytes of the files."""
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def names(paths):
    return [path.name for path in paths]


def test_every_photo_lands_on_exactly_one_side(source, targets):
    before = snapshot(source)
    result = split(source, *targets, 0.9)
    assert (len(result.training), len(result.testing), result.skipped, result.reused) == (18, 2, {}, False)
    assert sorted(names(result.training + result.testing)) == sorted(os.listdir(source))
    assert sorted(names(result.training)) == sorted(os.listdir(targets[0]))
    assert sorted(names(result.testing)) == sorted(os.listdir(targets[1]))
    assert all(copy.read_bytes() == (source / copy.name).read_bytes() for copy in result.training + result.testing)
    assert check_disjoint(*targets) == []
    assert snapshot(source) == before
    assert result.report() == "18 for training, 2 for testing"


@pytest.mark.parametrize(("fraction", "n_training"), [(0.5, 10), (0.33, 6), (0.06, 1), (0.99, 19)])
def test_the_fraction_is_rounded_down_as_in_the_course(source, targets, fraction, n_training):
    assert len(split(source, *targets, fraction).training) == n_training


def test_the_seed_decides_and_not_the_order_of_the_listing(source, tmp_path, monkeypatch):
    def testing(name, seed):
        return names(split(source, tmp_path / name / "training", tmp_path / name / "testing", 0.7, seed=seed).testing)

    first = testing("a", 1)
    listing = Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda self: iter(sorted(listing(self), reverse=True)))
    random.seed(99)
    assert testing("b", 1) == first
    assert testing("c", 2) != first


def test_the_shuffle_stays_what_it_was(source, targets):
    assert names(split(source, *targets, 0.8, seed=0).testing) == ["16.jpg", "1.jpg", "3.jpg", "2.jpg"]


@pytest.mark.parametrize("fraction", [0, 1, -0.1, 1.5, 90, float("nan"), float("inf"), True, "0.9", None])
def test_a_fraction_that_makes_no_sense_is_refused(source, targets, fraction):
    with pytest.raises(ValueError, match="fraction is .* expected a number above 0 and below 1"):
        split(source, *targets, fraction)
    assert not targets[0].parent.parent.exists()


@pytest.mark.parametrize("fraction", [0.01, 0.04])
def test_a_side_that_would_be_empty_is_refused(source, targets, fraction):
    with pytest.raises(ValueError, match="20 usable photos, .* 0 into training and 20 into testing"):
        split(source, *targets, fraction)


def test_a_class_without_usable_photos_is_refused(tmp_path, targets):
    (tmp_path / "Cat").mkdir()
    (tmp_path / "Cat" / "Thumbs.db").write_bytes(b"not an image")
    with pytest.raises(ValueError, match="has 0 usable photos"):
        split(tmp_path / "Cat", *targets, 0.9)


@pytest.mark.parametrize("seed", [True, 1.5, "0", None])
def test_a_seed_that_is_no_whole_number_is_refused(source, targets, seed):
    with pytest.raises(ValueError, match="seed is .* expected a whole number"):
        split(source, *targets, 0.9, seed=seed)


def test_a_missing_source_is_refused_and_says_what_is_there(source, targets):
    with pytest.raises(FileNotFoundError, match="Cats does not exist. .*PetImages holds: Cat. Check the path"):
        split(source.with_name("Cats"), *targets, 0.9)
    with pytest.raises(NotADirectoryError, match="is a file; expected a folder"):
        split(source / "0.jpg", *targets, 0.9)


def test_a_long_listing_is_cut_short(source):
    with pytest.raises(FileNotFoundError, match=r"and 10 more\. Check the path"):
        check_folder(source / "absent" / "deeper")


@pytest.mark.parametrize(
    ("training", "testing", "message"),
    [
        ("out", "out", "training and testing are the same folder"),
        ("out", "out/../out", "training and testing are the same folder"),
        ("out", "out/testing", "training .* and testing .* lie one inside the other"),
        ("out/training", "out", "training .* and testing .* lie one inside the other"),
        ("PetImages/Cat", "out", "source and training are the same folder"),
        ("PetImages/Cat/training", "out", "source .* and training .* lie one inside the other"),
        ("out", "PetImages", "source .* and testing .* lie one inside the other"),
    ],
)
def test_folders_that_overlap_are_refused(source, tmp_path, training, testing, message):
    before = snapshot(tmp_path)
    with pytest.raises(ValueError, match=message):
        split(source, tmp_path / training, tmp_path / testing, 0.9)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("side", [0, 1])
def test_a_target_that_holds_something_is_refused_and_not_touched(source, targets, tmp_path, side):
    draw(targets[side] / "mine.jpg")
    before = snapshot(tmp_path)
    with pytest.raises(FileExistsError, match="is not empty, and split.. did not fill it"):
        split(source, *targets, 0.9)
    assert snapshot(tmp_path) == before


def test_a_target_that_is_a_file_is_refused(source, targets):
    targets[0].parent.mkdir(parents=True)
    targets[0].write_text("mine")
    with pytest.raises(FileExistsError, match="is a file; expected an empty folder"):
        split(source, *targets, 0.9)
    assert targets[0].read_text() == "mine"


def test_targets_that_are_empty_are_filled(source, targets):
    for target in targets:
        target.mkdir(parents=True)
    assert len(split(source, *targets, 0.9).training) == 18


def test_run_again_returns_the_same_split_without_copying(source, targets, tmp_path, monkeypatch):
    draw(source / "empty.jpg")
    (source / "empty.jpg").write_bytes(b"")
    first = split(source, *targets, 0.9, seed=3)
    before = snapshot(tmp_path)
    monkeypatch.setattr(shutil, "copy2", None)
    again = split(source, *targets, 0.9, seed=3)
    assert again.reused
    assert (again.training, again.testing, again.skipped) == (first.training, first.testing, first.skipped)
    assert again.report() == first.report()
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"fraction": 0.8}, "with fraction 0.9, not 0.8"),
        ({"seed": 1}, "with seed 0, not 1"),
    ],
)
def test_run_again_with_other_settings_is_refused(source, targets, tmp_path, change, message):
    split(source, *targets, 0.9)
    before = snapshot(tmp_path)
    with pytest.raises(FileExistsError, match=message):
        split(source, *targets, **{"fraction": 0.9, **change})
    assert snapshot(tmp_path) == before


def test_run_again_from_another_source_is_refused(source, targets):
    split(source, *targets, 0.9)
    shutil.copytree(source, source.with_name("Dog"))
    with pytest.raises(FileExistsError, match="holds a split with source"):
        split(source.with_name("Dog"), *targets, 0.9)


@pytest.mark.parametrize("damage", ["a copy is gone", "a copy is cut", "a stranger", "testing is gone", "a new photo"])
def test_run_again_finds_what_has_changed(source, targets, damage):
    result = split(source, *targets, 0.9)
    if damage == "a copy is gone":
        result.training[0].unlink()
    elif damage == "a copy is cut":
        result.testing[0].write_bytes(b"short")
    elif damage == "a stranger":
        draw(targets[1] / "stranger.jpg")
    elif damage == "testing is gone":
        shutil.rmtree(targets[1])
    else:
        draw(source / "new.jpg")
    with pytest.raises(FileExistsError, match="has changed since it was split"):
        split(source, *targets, 0.9)


def test_after_both_targets_are_deleted_another_split_is_made(source, targets):
    split(source, *targets, 0.9)
    for target in targets:
        shutil.rmtree(target)
    assert len(split(source, *targets, 0.5).training) == 10
    assert split(source, *targets, 0.5).reused


@pytest.mark.parametrize("text", ["{}", "[]", "not json"])
def test_a_foreign_file_in_the_place_of_the_manifest_is_not_overwritten(source, targets, text):
    targets[0].parent.mkdir(parents=True)
    manifest = targets[0].with_name("cats.split.json")
    manifest.write_text(text)
    with pytest.raises(FileExistsError, match="was not written by split"):
        split(source, *targets, 0.9)
    assert manifest.read_text() == text


def test_the_manifest_says_where_every_photo_went(source, targets):
    result = split(source, *targets, 0.9)
    manifest = json.loads(targets[0].with_name("cats.split.json").read_text(encoding="utf-8"))
    assert list(manifest["testing_files"]) == names(result.testing)
    assert sorted(os.listdir(targets[0].parent)) == ["cats", "cats.split.json"]
    assert os.listdir(targets[1].parent) == ["cats"]


@pytest.mark.parametrize("existing", [False, True])
@pytest.mark.parametrize("step", ["copy", "rename", "manifest"])
@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_a_failure_on_the_way_leaves_nothing_behind(source, targets, tmp_path, monkeypatch, existing, step, error):
    if existing:
        for target in targets:
            target.mkdir(parents=True)
        draw(targets[0].with_name("dogs") / "other.jpg")
    before = snapshot(tmp_path)
    calls = []
    holder, name, good_calls = {
        "copy": (shutil, "copy2", 15),
        "rename": (Path, "rename", 1),
        "manifest": (os, "replace", 0),
    }[step]
    real = getattr(holder, name)

    def fail_later(*arguments):
        calls.append(arguments)
        if len(calls) > good_calls:
            raise error
        return real(*arguments)

    monkeypatch.setattr(holder, name, fail_later)
    with pytest.raises(type(error)):
        split(source, *targets, 0.9)
    assert snapshot(tmp_path) == before
    monkeypatch.undo()
    assert len(split(source, *targets, 0.9).training) == 18


def test_what_a_killed_run_left_is_named_and_kept(source, targets):
    left = targets[1].with_name(".cats.unfinished")
    draw(left / "0.jpg")
    with pytest.raises(FileExistsError, match="left from a split that was interrupted"):
        split(source, *targets, 0.9)
    assert (left / "0.jpg").exists()


def test_files_that_cannot_be_used_are_skipped_by_name(source, targets):
    whole = (source / "0.jpg").read_bytes()
    draw(source / "whole.png")
    png = (source / "whole.png").read_bytes()
    (source / "666.jpg").write_bytes(b"")
    (source / "Thumbs.db").write_bytes(b"not an image")
    (source / "more.jpg").mkdir()
    (source / "text.jpg").write_bytes(b"not an image either")
    draw(source / "gif.jpg", format="GIF")
    draw(source / "bmp.png", format="BMP")
    for name, data in (("half.jpg", whole[:-6]), ("no-end.jpg", whole[:-2])):
        (source / name).write_bytes(data)
    for name, data in (("half.png", png[:-10]), ("no-end.png", png[:-1])):
        (source / name).write_bytes(data)
    result = split(source, *targets, 0.9)
    cut = "cannot be decoded (it stops before the end of the image)"
    assert result.skipped == {
        "666.jpg": "is zero length",
        "Thumbs.db": "is no .jpg, .jpeg or .png file",
        "bmp.png": "is a BMP inside, not a JPEG or PNG",
        "gif.jpg": "is a GIF inside, not a JPEG or PNG",
        "half.jpg": cut,
        "half.png": cut,
        "more.jpg": "is a folder",
        "no-end.jpg": cut,
        "no-end.png": cut,
        "text.jpg": "is not an image inside",
    }
    assert len(result.training) + len(result.testing) == 21
    lines = result.report().splitlines()
    assert lines[0] == "666.jpg is zero length, so ignoring."
    assert lines[-1] == "18 for training, 3 for testing"


def test_damage_in_the_middle_of_a_png_is_found(tmp_path):
    draw(tmp_path / "a.png")
    data = bytearray((tmp_path / "a.png").read_bytes())
    data[data.index(b"IDAT") + 8] ^= 0xFF
    (tmp_path / "a.png").write_bytes(data)
    photos, skipped = usable(tmp_path)
    assert not photos
    assert skipped["a.png"].startswith("cannot be decoded (")


def test_other_endings_formats_and_modes_that_are_fine(tmp_path):
    draw(tmp_path / "a.JPG")
    draw(tmp_path / "b.jpeg")
    draw(tmp_path / "c.jpg", format="PNG")
    draw(tmp_path / "d.jpg", format="MPO", save_all=True)
    for name, mode in (("e.png", "RGBA"), ("f.jpg", "CMYK"), ("g.jpg", "L"), ("h.png", "I;16"), ("i.png", "P")):
        Image.new(mode, (5, 5)).save(tmp_path / name)
    draw(tmp_path / "j.jpg", progressive=True)
    (tmp_path / "k.jpg").write_bytes((tmp_path / "a.JPG").read_bytes() + b"trailing bytes")
    photos, skipped = usable(tmp_path)
    assert skipped == {}
    assert [photo.name[0] for photo in photos] == list("abcdefghijk")


@pytest.mark.skipif(not ODD.is_dir(), reason="no folder shared/datasets/odd-images beside the project")
def test_odd_photos_from_the_wild():
    photos, skipped = usable(ODD)
    good = ["hopper_bad_exif.jpg", "hopper_gray.jpg", "jpeg_ff00_header.jpg", "junk_jpeg_header.jpg"]
    assert names(photos) == [*good, "pil_sample_cmyk.jpg"]
    assert {name: reason.split()[1] for name, reason in skipped.items()} == {
        "bmp_named.jpg": "a",
        "broken.png": "not",
        "gif_named.jpg": "a",
        "truncated_image.png": "be",
        "truncated_jpeg.jpg": "be",
        "zero_length.jpg": "zero",
    }


def test_check_disjoint_finds_the_leak_of_the_courses_answer(source, tmp_path):
    photos = sorted(source.iterdir())
    for name, part in (("training", photos[:18]), ("testing", photos[:2])):  # [:n], where [-n:] was meant
        (tmp_path / name).mkdir()
        for photo in part:
            shutil.copy(photo, tmp_path / name / f"{name}-{photo.name}")
    shared = check_disjoint(tmp_path / "training", tmp_path / "testing")
    assert names(shared) == ["testing-0.jpg", "testing-1.jpg"]


def test_check_disjoint_refuses_to_compare_nothing(source, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="holds no .jpg, .jpeg or .png file"):
        check_disjoint(source, tmp_path / "empty")
    with pytest.raises(FileNotFoundError, match="does not exist"):
        check_disjoint(tmp_path / "absent", source)


def test_keras_reads_the_copies_and_nothing_else(source, targets):
    keras = pytest.importorskip("keras")
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    split(source, *targets, 0.9)
    root = targets[0].parent
    flow = ImageDataGenerator().flow_from_directory(root, class_mode="binary")
    assert (flow.samples, flow.class_indices) == (18, {"cats": 0})
    dataset = keras.utils.image_dataset_from_directory(root, label_mode=None)
    assert len(dataset.file_paths) == 18
    assert keras.utils.image_dataset_from_directory(root).class_names == ["cats"]


@pytest.mark.real
def test_the_real_archive(tmp_path):
    archive = Path(os.environ.get("COURSE_MIRROR") or "absent") / "kagglecatsanddogs_5340.zip"
    if not archive.is_file():
        pytest.skip("COURSE_MIRROR names no folder with kagglecatsanddogs_5340.zip")
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path)
        photos = sum(name.endswith(".jpg") for name in opened.namelist())
    parts = {}
    for name, empty in (("Cat", "666.jpg"), ("Dog", "11702.jpg")):
        part = split(tmp_path / "PetImages" / name, tmp_path / "training" / name, tmp_path / "testing" / name, 0.9)
        assert f"{empty} is zero length, so ignoring." in part.report().splitlines()
        assert "Thumbs.db is no .jpg, .jpeg or .png file, so ignoring." in part.report().splitlines()
        parts[name] = part
    if photos == 3002:  # the stand-in for the archive, with 1500 usable photos of each class
        assert [(len(part.training), len(part.testing)) for part in parts.values()] == [(1350, 150)] * 2
        assert check_disjoint(tmp_path / "training", tmp_path / "testing") == []
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    for folder in ("training", "testing"):
        flow = ImageDataGenerator().flow_from_directory(tmp_path / folder)
        assert flow.samples == sum(len(getattr(part, folder)) for part in parts.values())
