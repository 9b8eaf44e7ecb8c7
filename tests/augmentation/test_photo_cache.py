"""Photos decoded once: the generator's pixels, every photo once an epoch, bad files by name."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import psutil
import pytest
import tensorflow as tf
from PIL import Image
from tensorflow.keras.preprocessing.image import ImageDataGenerator

from helpers import runtime
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


@pytest.fixture
def photos(folder):
    return cache_photos(folder, SIZE)


def epoch(dataset):
    return np.concatenate([images.numpy() for images, _ in dataset])


def test_pixels_and_labels_are_the_generator_s(photos, folder):
    flow = ImageDataGenerator(rescale=1 / 255).flow_from_directory(
        folder, target_size=SIZE, batch_size=4, class_mode="binary", shuffle=False
    )
    batches = list(photos.batches(4, RandomTransform(rescale=1 / 255), shuffle=False))
    assert len(batches) == len(flow) == 4
    for index, (images, labels) in enumerate(batches):
        expected, answers = flow[index]
        np.testing.assert_allclose(images, expected, atol=1e-7)
        np.testing.assert_array_equal(labels, answers)
        assert images.dtype == expected.dtype and labels.dtype == answers.dtype
    assert [str(path.relative_to(folder)) for path in photos.paths] == flow.filenames
    assert photos.class_names == tuple(flow.class_indices)


def test_every_photo_once_an_epoch_with_its_label_in_batches_mixed_anew(photos):
    runtime.set_seed(0)  # the order follows from it as well, and two of these small batches may be alike
    dataset = photos.batches(4, seed=1)
    assert len(dataset) == 4
    known = {photo.tobytes(): label for photo, label in zip(photos.pixels, photos.labels, strict=True)}
    mixed = []
    for _ in range(3):
        seen = []
        for images, labels in dataset:
            batch = [photo.tobytes() for photo in images.numpy()]
            assert [known[photo] for photo in batch] == list(labels.numpy())
            seen += batch
            mixed.append(frozenset(batch))
        assert sorted(seen) == sorted(known)
    assert len(set(mixed)) == 12


def test_one_seed_gives_one_run_and_another_seed_another(photos):
    layer = RandomTransform(rotation_range=40, width_shift_range=0.2, horizontal_flip=True)

    def run(seed):
        dataset = photos.batches(4, layer, seed=seed)
        return np.concatenate([epoch(dataset), epoch(dataset)])

    first = run(5)
    np.testing.assert_array_equal(first, run(5))
    assert not np.array_equal(first, run(6)) and not np.array_equal(run(None), run(None))
    assert len({photo.tobytes() for photo in first}) == len(first) == 26


def test_without_a_seed_the_global_one_counts(photos):
    orders = []
    for seed in (1, 1, 2):
        keras.utils.set_random_seed(seed)
        orders.append(epoch(photos.batches(4)))
    np.testing.assert_array_equal(orders[0], orders[1])
    assert not np.array_equal(orders[1], orders[2])


def test_labels_come_as_flow_from_directory_gives_them(photos):
    for class_mode, kind, expected in (
        ("binary", "float32", [0] * 4),
        ("sparse", "int64", [0] * 4),
        ("categorical", "float32", [[1, 0]] * 4),
    ):
        labels = next(iter(photos.batches(4, class_mode=class_mode, shuffle=False)))[1]
        assert labels.dtype == kind
        np.testing.assert_array_equal(labels, expected)


def test_a_function_or_a_layer_can_be_the_transform(photos):
    halved = epoch(photos.batches(4, lambda batch: tf.cast(batch, tf.float32) / 2, shuffle=False))
    np.testing.assert_array_equal(halved, photos.pixels / np.float32(2))
    layer = keras.Sequential([RandomTransform(rotation_range=40, seed=1)])
    assert np.abs(epoch(photos.batches(4, layer, shuffle=False)) - photos.pixels).max() > 1


def test_what_is_no_photo_is_left_out_and_named(folder, capsys):
    whole = cache_photos(folder, SIZE)
    (folder / "cats" / "00.jpg").touch()
    (folder / "dogs" / "words.txt").write_bytes(b"x")
    (folder / "dogs" / "a.jpg").write_bytes((folder / "dogs" / "0.jpg").read_bytes()[:200])
    (folder / "notes.txt").write_text("beside the classes")
    (folder / ".ipynb_checkpoints").mkdir()
    capsys.readouterr()
    photos = cache_photos(folder, SIZE, report=False)
    assert photos.skipped["cats/00.jpg"] == "is zero length"
    assert set(photos.skipped) == {"cats/00.jpg", "dogs/words.txt", "dogs/a.jpg"}
    printed = capsys.readouterr().out
    assert "cats/00.jpg is zero length, so ignoring." in printed and "Found 13 photos: 7 cats, 6 dogs." in printed
    assert photos.paths == whole.paths and np.array_equal(photos.labels, whole.labels)
    np.testing.assert_array_equal(photos.pixels, whole.pixels)
    assert photos.pixels.base is None  # an array of its own: the rest was given back


@pytest.mark.skipif(not ODD.is_dir(), reason="no folder shared/datasets/odd-images beside the project")
def test_odd_images_are_decoded_or_named(folder):
    for path in ODD.iterdir():
        shutil.copy(path, folder / "cats")
    photos = cache_photos(folder, SIZE)
    assert len(photos) + len(photos.skipped) == 13 + len(list(ODD.iterdir()))
    assert {"cats/zero_length.jpg", "cats/truncated_jpeg.jpg", "cats/broken.png"} <= set(photos.skipped)
    assert len(epoch(photos.batches(4))) == len(photos)


def test_a_link_to_nowhere_is_named(folder):
    try:
        (folder / "cats" / "gone.jpg").symlink_to(folder / "nowhere.jpg")
    except OSError:
        pytest.skip("links cannot be made here")
    assert list(cache_photos(folder, SIZE).skipped) == ["cats/gone.jpg"]


def test_what_does_not_fit_into_memory_is_told_before_anything_is_decoded(folder, monkeypatch):
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=13 * 12 * 10 * 3 - 1))
    with pytest.raises(MemoryError, match="13 photos of 12 x 10 pixels need .* Take a smaller image_size"):
        cache_photos(folder, SIZE)


def test_classes_are_sorted_by_name_as_keras_sorts_them(folder):
    (folder / "dogs").rename(folder / "Dogs")
    assert cache_photos(folder, SIZE).class_names == ("Dogs", "cats")


def test_folders_without_photos_are_named(folder, tmp_path):
    (folder / "birds").mkdir()
    (folder / "birds" / "1.jpg").touch()
    with pytest.raises(ValueError, match=r"birds holds no photo.*\n?.*birds/1.jpg is zero length"):
        cache_photos(folder, SIZE)
    with pytest.raises(ValueError, match="no class folders"):
        cache_photos(folder / "cats", SIZE)
    with pytest.raises(FileNotFoundError, match="does not exist"):
        cache_photos(tmp_path / "nowhere", SIZE)


def test_nonsense_is_refused_by_name(folder, photos):
    for batch_size in (0, 2.5):
        with pytest.raises(ValueError, match=f"batch_size is {batch_size}"):
            photos.batches(batch_size)
    with pytest.raises(ValueError, match="class_mode is 'input'"):
        photos.batches(2, class_mode="input")
    shutil.copytree(folder / "cats", folder / "birds")
    three = cache_photos(folder, SIZE)
    with pytest.raises(ValueError, match="there are 3 classes: birds, cats, dogs"):
        three.batches(2)
    assert next(iter(three.batches(2, class_mode="categorical")))[1].shape == (2, 3)


def test_some_photos_are_taken_in_the_order_asked_for(photos):
    some = photos.take(np.array([9, 0, 3]))
    assert some.paths == (photos.paths[9], photos.paths[0], photos.paths[3]) and len(some) == 3
    assert some.labels.tolist() == [1, 0, 0] and some.class_names == photos.class_names
    np.testing.assert_array_equal(some.pixels, photos.pixels[[9, 0, 3]])
    np.testing.assert_array_equal(epoch(some.batches(3, shuffle=False)), some.pixels)
    assert len(photos) == 13  # as it was
    assert photos.take(photos.labels == 1).paths == photos.paths[7:]
    with pytest.raises(IndexError, match="13 is out of bounds"):
        photos.take(np.array([0, 13]))
