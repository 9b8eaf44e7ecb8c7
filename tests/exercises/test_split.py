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


def copy(photos, target):
    target.mkdir(parents=True, exist_ok=True)
    for photo in photos:
        shutil.copyfile(photo, target / photo.name)


def prepared(source, seed):
    photos, skipped = usable(source)
    for name, reason in skipped.items():
        print(f"{name} {reason}, so ignoring.")
    random.Random(seed).shuffle(photos)
    return photos


def right_split(source, training_dir, testing_dir, split_size, seed=0):
    photos = prepared(source, seed)
    cut = int(len(photos) * split_size)
    copy(photos[:cut], training_dir)
    copy(photos[cut:], testing_dir)


def with_numpy(source, training_dir, testing_dir, split_size, seed=0):
    photos = prepared(source, 0)
    order = np.random.default_rng(seed).permutation(len(photos))
    cut = int(len(photos) * split_size)
    copy([photos[i] for i in order[:cut]], training_dir)
    copy([photos[i] for i in order[cut:]], testing_dir)


def with_the_global_stream(source, training_dir, testing_dir, split_size, seed=0):
    random.seed(seed)
    photos = sorted(prepared(source, 0))
    chosen = random.sample(photos, int(len(photos) * split_size))
    copy(chosen, training_dir)
    copy([photo for photo in photos if photo not in chosen], testing_dir)


def with_new_names(source, training_dir, testing_dir, split_size, seed=0):
    photos = prepared(source, seed)
    cut = int(len(photos) * split_size)
    for target, chosen in ((training_dir, photos[:cut]), (testing_dir, photos[cut:])):
        target.mkdir(parents=True)
        for number, photo in enumerate(chosen):
            shutil.copyfile(photo, target / f"{number}{photo.suffix}")


def test_right_splits_pass():
    functions = (right_split, with_numpy, with_the_global_stream, with_new_names)
    all_pass(split.split_data, {function.__name__: [function] for function in functions})
    message = said(split.split_data, right_split, status=PASSED)
    assert message.startswith("18 of 20 photos for training, 2 for testing")


def variant(cut=None, photos=None, copier=copy):
    """A split that differs from the right one in how it lists its photos, or in what it takes of them."""

    def split_data(source, training_dir, testing_dir, split_size, seed=0):
        listed = photos(source, seed) if photos else prepared(source, seed)
        count = int(len(listed) * split_size)
        training, testing = cut(listed, count, split_size) if cut else (listed[:count], listed[count:])
        copier(training, training_dir)
        copier(testing, testing_dir)

    return split_data


def shuffled(photos, seed):
    photos = sorted(photos)
    random.Random(seed).shuffle(photos)
    return photos


def moving(photos, target):
    target.mkdir(parents=True, exist_ok=True)
    for photo in photos:
        shutil.move(photo, target / photo.name)


def saving_again(photos, target):
    target.mkdir(parents=True, exist_ok=True)
    for photo in photos:
        Image.open(photo).rotate(90).save(target / photo.name)


def sorted_photos(source, seed):
    return sorted(prepared(source, seed))


def not_empty(source, seed):
    return shuffled([path for path in source.iterdir() if path.stat().st_size], seed)


def named_as_photos(source, seed):
    return [path for path in not_empty(source, seed) if path.suffix.lower() in (".jpg", ".png")]


def readable_header(source, seed):
    def opens(path):
        try:
            Image.open(path)
        except OSError:
            return False
        return True

    return [path for path in named_as_photos(source, seed) if opens(path)]


def small_letters(source, seed):
    return [path for path in prepared(source, seed) if path.suffix == ".jpg"]


def silent(source, seed):
    return shuffled(usable(source)[0], seed)


def counting_entries(source, training_dir, testing_dir, split_size, seed=0):
    photos = prepared(source, seed)
    cut = int(len(list(source.iterdir())) * split_size)
    copy(photos[:cut], training_dir)
    copy(photos[cut:], testing_dir)


def without_folders(source, training_dir, testing_dir, split_size, seed=0):
    for photo in prepared(source, seed):
        shutil.copyfile(photo, training_dir / photo.name)


def with_folders_of_its_own(source, training_dir, testing_dir, split_size, seed=0):
    training_dir.parent.mkdir(parents=True)
    right_split(source, training_dir, testing_dir, split_size, seed)


def adding_text(source, training_dir, testing_dir, split_size, seed=0):
    return source + "/0.jpg"


def cleaning_up(source, training_dir, testing_dir, split_size, seed=0):
    right_split(source, training_dir, testing_dir, split_size, seed)
    (source / "empty.jpg").unlink()


def two_draws(photos, count, fraction):
    rng = random.Random(0)
    return rng.sample(photos, count), rng.sample(photos, len(photos) - count)


def seedless_photos(source, seed):
    photos = prepared(source, 0)
    random.SystemRandom().shuffle(photos)
    return photos


SPLIT_SLIPS = {
    "leaks as the course does": (
        variant(lambda photos, count, f: (photos[:count], photos[: len(photos) - count])),
        "the course's own answer, testing_set = shuffled_set[:testing_length]",
    ),
    "two draws": (variant(lambda photos, count, f: (photos[:count], photos[count - 1 : count + 1])), "Shuffle once"),
    "minus zero": (
        variant(lambda photos, count, f: (photos[:count], photos[-int(len(photos) * (1 - f) + 1e-9) :])),
        "[-0:]",
    ),
    "two roundings": (
        variant(lambda photos, count, f: (photos[:count], photos[count : count + int(len(photos) * (1 - f))])),
        "two roundings",
    ),
    "nothing for testing": (variant(lambda photos, count, f: (photos[:count], [])), "testing_dir got nothing"),
    "one kind of file": (variant(photos=small_letters), "are in neither folder, 1.JPG for one"),
    "swapped": (variant(lambda photos, count, f: (photos[count:], photos[:count])), "The two folders are swapped"),
    "rounds": (
        variant(lambda photos, count, f: (photos[: round(len(photos) * f)], photos[round(len(photos) * f) :])),
        "int() cuts off what round()",
    ),
    "counts bad files": (counting_entries, "the bad files were counted as well"),
    "half": (
        variant(lambda photos, count, f: (photos[:10], photos[10:])),
        "10 are in training; expected int(20 * 0.6)",
    ),
    "sorted": (variant(photos=sorted_photos), "in the order of their names"),
    "one shuffle for all": (variant(photos=lambda source, seed: prepared(source, 3)), "all give the same split"),
    "no seed": (variant(photos=seedless_photos), "Two calls with seed=0 gave two different splits"),
    "copies an empty file": (
        variant(photos=lambda source, seed: shuffled(source.iterdir(), seed)),
        "empty.jpg was copied, though it has zero length",
    ),
    "copies foreign files": (variant(photos=not_empty), "Thumbs.db was copied, though it is no photo"),
    "copies broken files": (variant(photos=named_as_photos), "broken.jpg was copied, though it cannot be decoded"),
    "copies half a file": (variant(photos=readable_header), "half.jpg was copied, though it breaks off"),
    "moves": (variant(copier=moving), "they were moved"),
    "saves again": (variant(copier=saving_again), "is no copy"),
    "deletes": (cleaning_up, "empty.jpg in the source was changed, added or deleted"),
    "copies nothing": (
        variant(copier=lambda photos, target: None),
        "Neither training_dir nor testing_dir holds a file",
    ),
    "no folder": (without_folders, "Make the folder before you copy into it"),
    "folder is there": (with_folders_of_its_own, "The folder of the class before it is there already"),
    "paths as text": (adding_text, "join names to it with a slash"),
    "silent": (variant(photos=silent), "without a word"),
    "no argument seed": (
        lambda source, training_dir, testing_dir, split_size: 0,
        "split_data takes (source, training_dir",
    ),
}


def test_each_slip_of_the_split_is_told_why_and_without_a_path():
    each_is_told_why(split.split_data, SPLIT_SLIPS)
    for name in ("no folder", "deletes"):
        message = said(split.split_data, SPLIT_SLIPS[name][0])
        assert "/tmp" not in message and "split-" not in message


def test_the_leak_is_told_with_how_much_leaks():
    assert said(split.split_data, SPLIT_SLIPS["leaks as the course does"][0]).startswith("All 8 testing photos are in")


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
