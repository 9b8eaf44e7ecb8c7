"""Photos decoded once: the generator's pixels, every photo once an epoch, bad files by name, nothing half-written."""

import json
import os
import shutil
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from tensorflow.keras.preprocessing.image import ImageDataGenerator

from helpers.augmentation import photo_cache
from helpers.augmentation.photo_cache import cache_photos
from helpers.augmentation.random_transform import RandomTransform

SIZE = (12, 10)
ODD = Path(__file__).resolve().parents[3] / "shared" / "datasets" / "odd-images"


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(1)
    for name, count in (("cats", 7), ("dogs", 6)):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number in range(count):
            pixels = rng.integers(0, 256, (15 + number, 20, 3)).astype("uint8")
            kind = "png" if number % 2 else "jpg"
            Image.fromarray(pixels).save(tmp_path / "pets" / name / f"{number}.{kind}")
    return tmp_path / "pets"


@pytest.fixture(params=["memory", "disk"])
def cached(request, folder, tmp_path):
    limit = {"memory": photo_cache.MEMORY_LIMIT, "disk": 0}[request.param]

    def make(**changes):
        return cache_photos(folder, SIZE, **{"memory_limit": limit, "cache_folder": tmp_path / "cache"} | changes)

    return make


def test_pixels_and_labels_are_the_generator_s(cached, folder):
    flow = ImageDataGenerator(rescale=1 / 255).flow_from_directory(
        folder, target_size=SIZE, batch_size=4, class_mode="binary", shuffle=False
    )
    photos = cached()
    batches = list(photos.batches(4, RandomTransform(rescale=1 / 255), shuffle=False))
    assert len(batches) == len(flow) == 4
    for index, (images, labels) in enumerate(batches):
        expected, answers = flow[index]
        np.testing.assert_allclose(images, expected, atol=1e-7)
        np.testing.assert_array_equal(labels, answers)
        assert images.dtype == expected.dtype and labels.dtype == answers.dtype
    assert [str(path.relative_to(folder)) for path in photos.paths] == flow.filenames
    assert photos.class_names == tuple(flow.class_indices)


def test_every_photo_once_an_epoch_in_an_order_of_its_own(cached):
    photos = cached()
    dataset = photos.batches(4, seed=1)
    assert len(dataset) == 4
    epochs = [np.concatenate([images.numpy() for images, _ in dataset]) for _ in range(3)]
    every = photos.pixels[np.arange(len(photos))]
    for epoch in epochs:
        assert epoch.dtype == np.uint8
        assert sorted(photo.tobytes() for photo in epoch) == sorted(photo.tobytes() for photo in every)
    assert not np.array_equal(epochs[0], epochs[1]) and not np.array_equal(epochs[1], epochs[2])


def test_it_is_shuffled_by_image_so_that_batches_mix_anew(cached):
    dataset = cached().batches(4, seed=1)
    first, second = ({frozenset(photo.tobytes() for photo in x.numpy()) for x, _ in dataset} for _ in range(2))
    assert not first & second


def test_labels_stay_with_their_photos(cached):
    photos = cached()
    known = {photo.tobytes(): label for photo, label in zip(photos.pixels[np.arange(13)], photos.labels, strict=True)}
    for images, labels in photos.batches(5, seed=3):
        assert [known[photo.tobytes()] for photo in images.numpy()] == list(labels.numpy())


def test_one_seed_gives_one_run_and_another_seed_another(cached):
    photos = cached()

    def run(seed):
        layer = RandomTransform(rotation_range=40, width_shift_range=0.2, horizontal_flip=True)
        dataset = photos.batches(4, layer, seed=seed)
        return np.concatenate([images.numpy() for _ in range(2) for images, _ in dataset])

    first = run(5)
    np.testing.assert_array_equal(first, run(5))
    assert not np.array_equal(first, run(6)) and not np.array_equal(run(None), run(None))
    assert len({photo.tobytes() for photo in first}) == len(first) == 26


@pytest.mark.parametrize(
    ("class_mode", "kind", "shape"),
    [("binary", "float32", (4,)), ("sparse", "int64", (4,)), ("categorical", "float32", (4, 2))],
)
def test_labels_come_as_flow_from_directory_gives_them(cached, class_mode, kind, shape):
    labels = next(iter(cached().batches(4, class_mode=class_mode, shuffle=False)))[1]
    assert labels.dtype == kind and labels.shape == shape
    if class_mode == "categorical":
        np.testing.assert_array_equal(labels, [[1, 0]] * 4)


def test_any_function_can_be_the_transform(cached):
    images, _ = next(iter(cached().batches(4, lambda batch: tf.cast(batch, tf.float32) / 2)))
    assert images.dtype == tf.float32 and images.numpy().max() <= 127.5


def test_what_is_no_photo_is_left_out_and_named(cached, folder, capsys):
    (folder / "cats" / "666.jpg").touch()
    (folder / "dogs" / "words.txt").write_bytes(b"x")
    (folder / "dogs" / "a.jpg").write_bytes((folder / "dogs" / "0.jpg").read_bytes()[:200])
    (folder / "notes.txt").write_text("beside the classes")
    (folder / ".ipynb_checkpoints").mkdir()
    photos = cached()
    assert len(photos) == 13 and len(photos.labels) == 13
    assert photos.skipped["cats/666.jpg"] == "is zero length"
    assert set(photos.skipped) == {"cats/666.jpg", "dogs/words.txt", "dogs/a.jpg"}
    printed = capsys.readouterr().out
    assert "cats/666.jpg is zero length, so ignoring." in printed and "Found 13 photos: 7 cats, 6 dogs." in printed
    assert sum(len(images) for images, _ in photos.batches(4)) == 13
    assert cached().skipped == photos.skipped


@pytest.mark.skipif(not ODD.is_dir(), reason="no folder shared/datasets/odd-images beside the project")
def test_odd_images_are_decoded_or_named(cached, folder):
    for path in ODD.iterdir():
        shutil.copy(path, folder / "cats")
    photos = cached()
    assert len(photos) + len(photos.skipped) == 13 + len(list(ODD.iterdir()))
    assert {"cats/zero_length.jpg", "cats/truncated_jpeg.jpg", "cats/broken.png"} <= set(photos.skipped)
    assert sum(len(images) for images, _ in photos.batches(4)) == len(photos)


def test_memory_is_the_pixels_and_nothing_more(folder):
    (folder / "cats" / "666.jpg").touch()
    photos = cache_photos(folder, SIZE)
    assert photos.pixels.nbytes == 13 * SIZE[0] * SIZE[1] * 3 and photos.pixels.base is None


def test_beyond_the_limit_the_pixels_lie_in_one_file(folder, tmp_path, capsys):
    size = 13 * SIZE[0] * SIZE[1] * 3
    place = tmp_path / "new" / "cache"
    in_memory = cache_photos(folder, SIZE, memory_limit=size, cache_folder=place)
    assert not place.exists() and isinstance(in_memory.pixels, np.ndarray)
    on_disk = cache_photos(folder, SIZE, memory_limit=size - 1, cache_folder=place)
    assert on_disk.pixels.path.stat().st_size == size
    assert on_disk.pixels.path.name in capsys.readouterr().out
    numbers = np.array([12, 0, 5, 5])
    np.testing.assert_array_equal(on_disk.pixels[numbers], in_memory.pixels[numbers])


def test_the_default_place_is_the_course_s_data_folder(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    cache_photos(folder, SIZE, memory_limit=0)
    assert len(list((tmp_path / "data" / "cache").iterdir())) == 2


def test_the_file_is_used_again_until_a_photo_changes(folder, tmp_path, monkeypatch):
    def again():
        return cache_photos(folder, SIZE, memory_limit=0, cache_folder=tmp_path / "cache").pixels.path

    first = again()
    with monkeypatch.context() as patch:
        patch.setattr(photo_cache, "read", lambda entry: pytest.fail("decoded again"))
        assert again() == first
    photo = folder / "cats" / "1.png"
    os.utime(photo, ns=(0, 0))
    assert again() != first
    photo.unlink()
    assert again() != first and first.is_file()


def test_an_interrupted_run_leaves_nothing_half_written(folder, tmp_path, monkeypatch):
    calls = []

    def stop(entry):
        calls.append(entry)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(photo_cache, "read", stop)
        with pytest.raises(KeyboardInterrupt):
            cache_photos(folder, SIZE, memory_limit=0, cache_folder=tmp_path / "cache")
    assert calls and not list((tmp_path / "cache").iterdir())
    assert len(cache_photos(folder, SIZE, memory_limit=0, cache_folder=tmp_path / "cache")) == 13


@pytest.mark.parametrize("damaged", [".uint8", ".json"])
def test_a_damaged_file_is_made_again(folder, tmp_path, damaged):
    def again():
        return cache_photos(folder, SIZE, memory_limit=0, cache_folder=tmp_path / "cache").pixels

    first = again()
    whole = first[np.arange(13)]
    first.path.with_suffix(damaged).write_bytes(b"{")
    np.testing.assert_array_equal(again()[np.arange(13)], whole)


def test_a_link_to_nowhere_is_named(cached, folder):
    try:
        (folder / "cats" / "gone.jpg").symlink_to(folder / "nowhere.jpg")
    except OSError:
        pytest.skip("links cannot be made here")
    assert list(cached().skipped) == ["cats/gone.jpg"]


def test_the_same_folder_by_another_name_is_the_same_file(folder, tmp_path, monkeypatch):
    first = cache_photos(folder, SIZE, memory_limit=0, cache_folder=tmp_path / "cache")
    monkeypatch.chdir(folder.parent)
    second = cache_photos(Path(folder.name), SIZE, memory_limit=0, cache_folder=Path("cache"))
    assert second.pixels.path == first.pixels.path and second.pixels.path.is_absolute()


def test_the_file_does_not_go_among_the_photos(folder):
    with pytest.raises(ValueError, match="lies among the photos"):
        cache_photos(folder, SIZE, memory_limit=0, cache_folder=folder / "cache")
    assert sorted(path.name for path in folder.iterdir()) == ["cats", "dogs"]


def test_classes_are_sorted_by_name_as_keras_sorts_them(folder):
    (folder / "dogs").rename(folder / "Dogs")
    assert cache_photos(folder, SIZE).class_names == ("Dogs", "cats")


def test_a_layer_that_is_given_draws(cached):
    layer = keras.Sequential([RandomTransform(rotation_range=40, rescale=1 / 255, seed=1)])
    photos = cached()
    images, _ = next(iter(photos.batches(4, layer, shuffle=False)))
    plain, _ = next(iter(photos.batches(4, RandomTransform(rescale=1 / 255), shuffle=False)))
    assert np.abs(images - plain).max() > 0.01


def test_without_a_seed_the_global_one_counts(cached):
    photos = cached()

    def order(seed):
        keras.utils.set_random_seed(seed)
        return np.concatenate([images.numpy() for images, _ in photos.batches(4)])

    np.testing.assert_array_equal(order(1), order(1))
    assert not np.array_equal(order(1), order(2))


def test_a_file_that_was_cut_short_is_named(folder, tmp_path):
    photos = cache_photos(folder, SIZE, memory_limit=0, cache_folder=tmp_path / "cache")
    photos.pixels.path.write_bytes(b"short")
    with pytest.raises(OSError, match="Delete it and run this again"):
        photos.pixels[np.array([12])]


def test_a_full_disk_is_told_before_anything_is_written(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda place: shutil._ntuple_diskusage(10, 9, 1))
    with pytest.raises(OSError, match="Make room"):
        cache_photos(folder, SIZE, memory_limit=0, cache_folder=tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir())


def test_folders_without_photos_are_named(cached, folder, tmp_path):
    (folder / "birds").mkdir()
    (folder / "birds" / "1.jpg").touch()
    with pytest.raises(ValueError, match=r"birds holds no photo.*\n?.*birds/1.jpg is zero length"):
        cached()
    with pytest.raises(ValueError, match="no class folders"):
        cache_photos(folder / "cats", SIZE)
    with pytest.raises(FileNotFoundError, match="does not exist"):
        cache_photos(tmp_path / "nowhere", SIZE)


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [((0,), "batch_size is 0"), ((2.5,), "batch_size is 2.5"), ((True,), "batch_size is True")],
)
def test_nonsense_is_refused_by_name(folder, arguments, phrase):
    with pytest.raises(ValueError, match=phrase):
        cache_photos(folder, SIZE).batches(*arguments)


def test_binary_needs_two_classes(folder):
    shutil.copytree(folder / "cats", folder / "birds")
    photos = cache_photos(folder, SIZE)
    with pytest.raises(ValueError, match="there are 3 classes: birds, cats, dogs"):
        photos.batches(2)
    with pytest.raises(ValueError, match="class_mode is 'input'"):
        photos.batches(2, class_mode="input")
    assert next(iter(photos.batches(2, class_mode="categorical")))[1].shape == (2, 3)


def test_the_notes_beside_the_file_are_plain_json(folder, tmp_path):
    (folder / "cats" / "666.jpg").touch()
    photos = cache_photos(folder, SIZE, memory_limit=0, cache_folder=tmp_path / "cache")
    notes = photos.pixels.path.with_suffix(".json")
    assert json.loads(notes.read_text()) == photos.skipped == {"cats/666.jpg": "is zero length"}


def test_some_photos_are_taken_in_the_order_asked_for(cached):
    photos = cached()
    some = photos.take(np.array([9, 0, 3]))
    assert some.paths == (photos.paths[9], photos.paths[0], photos.paths[3]) and len(some) == 3
    assert some.labels.tolist() == [1, 0, 0] and some.class_names == photos.class_names
    np.testing.assert_array_equal(some.pixels, photos.pixels[np.array([9, 0, 3])])
    assert len(photos) == 13  # as it was
    (images, labels) = next(iter(some.batches(3, shuffle=False)))
    np.testing.assert_array_equal(images, some.pixels)
    assert labels.numpy().tolist() == [1, 0, 0]


def test_what_is_no_number_of_a_photo_is_refused(cached):
    photos = cached()
    for numbers in ([0, 13], [-1]):
        with pytest.raises(IndexError, match="expected 0 to 12, one per photo"):
            photos.take(np.array(numbers))
    with pytest.raises(ValueError, match="np.flatnonzero"):
        photos.take(photos.labels == 1)
