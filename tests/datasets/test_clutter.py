"""What file managers and notebooks leave in a folder is nobody's photo and no class, to every reader of folders."""

import numpy as np
import pytest
from PIL import Image

from data_scripts import split_data
from helpers.augmentation.photo_cache import cache_photos
from helpers.datasets import splitting
from helpers.datasets.photo_files import class_folders
from helpers.training import validation_sets

FILES = (".DS_Store", "Thumbs.db", "desktop.ini", "ehthumbs.db", "._photo0.jpg")
FOLDERS = (".ipynb_checkpoints", "__MACOSX", ".Trashes")


def photos(folder, classes=("cats", "dogs"), count=4):
    for number, name in enumerate(classes):
        (folder / name).mkdir(parents=True)
        for photo in range(count):
            Image.new("RGB", (8, 8), (60 * number, 40 * photo, 9)).save(folder / name / f"photo{photo}.jpg")
    return folder


def clutter(folder):
    """Every kind of clutter in a folder and in those below it."""
    for place in [folder, *(path for path in folder.iterdir() if path.is_dir())]:
        for name in FILES:
            (place / name).write_bytes(b"not a photo")
        for name in FOLDERS:
            (place / name).mkdir()
            Image.new("RGB", (8, 8)).save(place / name / "photo0.jpg")
    return folder


@pytest.fixture
def clean(tmp_path):
    return photos(tmp_path / "clean")


@pytest.fixture
def cluttered(tmp_path):
    return clutter(photos(tmp_path / "cluttered"))


def test_classes(cluttered):
    assert [path.name for path in class_folders(cluttered)] == ["cats", "dogs"]


def test_the_cache_and_what_is_loaded_into_memory(clean, cluttered, capsys):
    one, other = cache_photos(clean, (8, 8)), cache_photos(cluttered, (8, 8))
    np.testing.assert_array_equal(one.pixels, other.pixels)
    np.testing.assert_array_equal(one.labels, other.labels)
    assert not other.skipped and one.class_names == other.class_names
    one, other = validation_sets.load_photos(clean, (8, 8)), validation_sets.load_photos(cluttered, (8, 8))
    np.testing.assert_array_equal(one.images, other.images)
    assert other.labels.tolist() == [0] * 4 + [1] * 4


def test_a_split_of_a_cluttered_folder_into_cluttered_ones_can_be_repeated(clean, cluttered, tmp_path):
    expected = splitting.split(clean / "cats", tmp_path / "a" / "train", tmp_path / "a" / "test", 0.5)
    targets = [tmp_path / "b" / "train", tmp_path / "b" / "test"]
    for target in targets:
        target.mkdir(parents=True)
        clutter(target)
    found = splitting.split(cluttered / "cats", *targets, 0.5)
    assert [path.name for path in found.training] == [path.name for path in expected.training]
    for target in targets:
        (target / "desktop.ini").write_bytes(b"changed")
    (cluttered / "cats" / "Thumbs.db").write_bytes(b"changed since")
    again = splitting.split(cluttered / "cats", *targets, 0.5)
    assert again.reused and again.training == found.training
    assert splitting.check_disjoint(*targets) == []


def test_the_command_splits_the_classes_only(cluttered, tmp_path):
    made = split_data.split_classes(cluttered, tmp_path / "out", 0.5)
    assert set(made) == {"cats", "dogs"}


def test_a_folder_of_clutter_only_has_no_classes(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="There are no class folders in .*empty"):
        cache_photos(clutter(tmp_path / "empty"), (8, 8))
