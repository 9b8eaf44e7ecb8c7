"""`split_data`: what a learner gets for right and for wrong ones."""

import random
import shutil
from pathlib import Path

import numpy as np
from judging import all_pass, each_is_told_why, said
from PIL import Image

from helpers.datasets.photo_files import usable
from helpers.exercises.checkers import split
from helpers.exercises.checkers.outcome import NOT_CHECKED, PASSED


def copy(photos, target, one=shutil.copyfile):
    target.mkdir(parents=True, exist_ok=True)
    for photo in photos:
        one(photo, target / photo.name)


def prepared(source, seed):
    photos, skipped = usable(source)
    for name, reason in skipped.items():
        print(f"{name} {reason}, so ignoring.")
    random.Random(seed).shuffle(photos)
    return photos


def variant(cut=lambda p, n, f: (p[:n], p[n:]), photos=prepared, copy=copy):
    """A split that differs from the right one in what it takes of its photos, how it lists or how it copies them."""

    def split_data(source, training_dir, testing_dir, split_size, seed=0):
        listed = photos(source, seed)
        training, testing = cut(listed, int(len(listed) * split_size), split_size)
        copy(training, training_dir)
        copy(testing, testing_dir)

    return split_data


right_split = variant()


def with_numpy(source, seed):
    photos = sorted(prepared(source, 0))
    return [photos[i] for i in np.random.default_rng(seed).permutation(len(photos))]


def with_the_global_stream(source, seed):
    random.seed(seed)
    photos = sorted(prepared(source, 0))
    return random.sample(photos, len(photos))


def with_new_names(photos, target):
    target.mkdir(parents=True)
    for number, photo in enumerate(photos):
        shutil.copyfile(photo, target / f"{number}{photo.suffix}")


def test_right_splits_pass():
    right = [right_split, variant(photos=with_numpy), variant(photos=with_the_global_stream)]
    right.append(variant(copy=with_new_names))
    all_pass(split.split_data, {number: [function] for number, function in enumerate(right)})
    message = said(split.split_data, right_split, status=PASSED)
    assert message.startswith("18 of 20 photos for training, 2 for testing")


def choosing(chosen):
    """Shuffles what is chosen of the entries of the source, without a word."""

    def photos(source, seed):
        found = sorted(path for path in source.iterdir() if chosen(path))
        random.Random(seed).shuffle(found)
        return found

    return photos


def is_photo_by_name(path):
    return path.stat().st_size and path.suffix.lower() in (".jpg", ".png")


def opens(path):
    try:
        return is_photo_by_name(path) and Image.open(path)
    except OSError:
        return False


def seedless_photos(source, seed):
    photos = prepared(source, 0)
    random.SystemRandom().shuffle(photos)
    return photos


def saving_again(photo, target):
    Image.open(photo).rotate(90).save(target)


def counting_entries(source, training_dir, testing_dir, split_size, seed=0):
    photos = prepared(source, seed)
    cut = int(len(list(source.iterdir())) * split_size)
    copy(photos[:cut], training_dir)
    copy(photos[cut:], testing_dir)


def without_folders(photos, target):
    for photo in photos:
        shutil.copyfile(photo, target / photo.name)


def with_folders_of_its_own(source, training_dir, testing_dir, split_size, seed=0):
    training_dir.parent.mkdir(parents=True)
    right_split(source, training_dir, testing_dir, split_size, seed)


def adding_text(source, training_dir, testing_dir, split_size, seed=0):
    return source + "/0.jpg"


def cleaning_up(source, training_dir, testing_dir, split_size, seed=0):
    right_split(source, training_dir, testing_dir, split_size, seed)
    (source / "empty.jpg").unlink()


SPLIT_SLIPS = {
    "leaks": (variant(lambda p, n, f: (p[:n], p[: len(p) - n])), "the course's own answer, testing_set = shuffled_se"),
    "overlaps": (variant(lambda p, n, f: (p[:n], p[n - 1 : n + 1])), "Shuffle once"),
    "minus zero": (variant(lambda p, n, f: (p[:n], p[-int(len(p) * (1 - f) + 1e-9) :])), "[-0:]"),
    "two roundings": (variant(lambda p, n, f: (p[:n], p[n : n + int(len(p) * (1 - f))])), "two roundings"),
    "nothing for testing": (variant(lambda p, n, f: (p[:n], [])), "testing_dir got nothing"),
    "swapped": (variant(lambda p, n, f: (p[n:], p[:n])), "The two folders are swapped"),
    "rounds": (variant(lambda p, n, f: (p[: round(len(p) * f)], p[round(len(p) * f) :])), "int() cuts off what round"),
    "half": (variant(lambda p, n, f: (p[:10], p[10:])), "10 are in training; expected int(20 * 0.6)"),
    "counts bad files": (counting_entries, "the bad files were counted as well"),
    "one kind of file": (
        variant(photos=lambda source, seed: [path for path in prepared(source, seed) if path.suffix == ".jpg"]),
        "are in neither folder, 1.JPG for one",
    ),
    "sorted": (variant(photos=lambda source, seed: sorted(prepared(source, 0))), "in the order of their names"),
    "one shuffle for all": (variant(photos=lambda source, seed: prepared(source, 3)), "all give the same split"),
    "no seed": (variant(photos=seedless_photos), "Two calls with seed=0 gave two different splits"),
    "copies all": (variant(photos=choosing(lambda path: True)), "empty.jpg was copied, though it has zero length"),
    "foreign files": (variant(photos=choosing(lambda path: path.stat().st_size)), "Thumbs.db was copied, though it is"),
    "broken files": (variant(photos=choosing(is_photo_by_name)), "broken.jpg was copied, though it cannot be decoded"),
    "half a file": (variant(photos=choosing(opens)), "half.jpg was copied, though it breaks off"),
    "silent": (variant(photos=lambda source, seed: choosing(usable(source)[0].__contains__)(source, seed)), "a word"),
    "moves": (variant(copy=lambda photos, target: copy(photos, target, shutil.move)), "they were moved"),
    "saves again": (variant(copy=lambda photos, target: copy(photos, target, saving_again)), "is no copy"),
    "deletes": (cleaning_up, "empty.jpg in the source was changed, added or deleted"),
    "copies nothing": (variant(copy=lambda photos, target: None), "Neither training_dir nor testing_dir holds a file"),
    "no folder": (variant(copy=without_folders), "Make the folder before you copy into it"),
    "folder is there": (with_folders_of_its_own, "The folder of the class before it is there already"),
    "paths as text": (adding_text, "join names to it with a slash"),
    "no argument seed": (lambda source, training_dir, testing_dir, split_size: 0, "split_data takes (source, training"),
}


def test_each_slip_of_the_split_is_told_why_and_without_a_path():
    each_is_told_why(split.split_data, SPLIT_SLIPS)
    for name in ("no folder", "deletes"):
        message = said(split.split_data, SPLIT_SLIPS[name][0])
        assert "/tmp" not in message and "split-" not in message


def test_the_leak_is_told_with_how_much_leaks():
    assert said(split.split_data, SPLIT_SLIPS["leaks"][0]).startswith("All 8 testing photos are in")


def test_the_scratch_folder_is_gone_afterwards(tmp_path, monkeypatch):
    monkeypatch.setattr(split.tempfile, "tempdir", str(tmp_path))
    said(split.split_data, right_split, status=PASSED)
    said(split.split_data, SPLIT_SLIPS["moves"][0])
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_room_is_not_the_learners_fault(tmp_path, monkeypatch):
    def full(source, training_dir, testing_dir, split_size, seed=0):
        raise OSError(28, "No space left on device")

    assert "No space left on device" in said(split.split_data, full, status=NOT_CHECKED)
    monkeypatch.setattr(split.tempfile, "tempdir", str(tmp_path / "not there"))
    message = said(split.split_data, right_split, status=NOT_CHECKED)
    assert message.startswith("The scratch folder cannot be made or written to (No such file")


def test_the_bad_files_are_bad_for_the_course_too(tmp_path):
    photos, skipped = usable(split._source(tmp_path / "cats", 20))
    assert len(photos) == 20 and set(skipped) == set(split.BAD)
    assert len({path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}) == 20 + len(split.BAD)


def test_the_result_instead_of_split_data_cannot_be_checked():
    assert "check(split_data)" in said(split.split_data, Path("training"), status=NOT_CHECKED)
