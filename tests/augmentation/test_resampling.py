"""The compiled gather against SciPy, one channel at a time as Keras calls it."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import ndimage

from helpers.augmentation import resampling
from helpers.augmentation.resampling import compiled, has_compiler, places, resample
from helpers.augmentation.transforms import FILL_MODES

each_fill_mode = pytest.mark.parametrize("fill_mode", FILL_MODES)


def seen_through(images, matrices, fill_mode, cval=0.0, scale=None, flips=(False, False)):
    flips = [tf.fill([len(images)], flip) for flip in flips]
    at = places(tf.constant(np.asarray(matrices, float)), *images.shape[1:3], flips)
    return resample(tf.constant(images), at, fill_mode, cval, scale).numpy()


def by_scipy(images, matrices, fill_mode, cval=0.0):
    made = np.empty(images.shape, "float32")
    for number, matrix in enumerate(np.asarray(matrices, float)):
        for channel in range(images.shape[-1]):
            made[number, ..., channel] = ndimage.affine_transform(
                images[number, ..., channel].astype("float32"),
                matrix[:, :2],
                matrix[:, 2],
                order=1,
                mode=fill_mode,
                cval=cval,
            )
    return made


@each_fill_mode
@pytest.mark.parametrize("shape", [(2, 2, 1), (24, 17, 3)])
@pytest.mark.parametrize("kind", [np.uint8, np.float32])
def test_it_is_what_scipy_makes_of_each_channel(fill_mode, shape, kind):
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (12, *shape)).astype(kind)
    matrices = np.concatenate([rng.normal(size=(12, 2, 2)), rng.normal(scale=3 * max(shape), size=(12, 2, 1))], axis=2)
    expected = by_scipy(images, matrices, fill_mode, cval=77)
    np.testing.assert_allclose(seen_through(images, matrices, fill_mode, cval=77), expected, atol=255e-6, rtol=0)


@each_fill_mode
def test_whole_pixels_meet_the_edges_as_in_scipy(fill_mode):
    shifts = [-31, -30, -20, -11, -10, -9, -1, 0, 1, 9, 10, 11, 20, 30, 31]
    matrices = [[[1, 0, pixels], [0, 1, 0]] for pixels in shifts] + [[[1, 0, 0], [0, 1, pixels]] for pixels in shifts]
    images = np.random.default_rng(2).integers(0, 256, (len(matrices), 11, 11, 1)).astype("float32")
    made = seen_through(images, matrices, fill_mode, 5.0)
    np.testing.assert_array_equal(made, by_scipy(images, matrices, fill_mode, 5.0))


@each_fill_mode
def test_the_identity_changes_no_bit_and_the_scale_is_a_factor(fill_mode):
    images = np.random.default_rng(3).integers(0, 256, (1, 9, 14, 3)).astype("uint8")
    np.testing.assert_array_equal(seen_through(images, [np.eye(2, 3)], fill_mode), images)
    scaled = seen_through(images, [np.eye(2, 3)], fill_mode, scale=1 / 255)
    np.testing.assert_allclose(scaled, images / 255, rtol=1e-6)


def test_flips_come_after_the_matrix():
    images = np.random.default_rng(4).random((1, 8, 10, 3)).astype("float32")
    matrices = [[[0.9, 0.2, -1.0], [-0.1, 1.1, 2.0]]]
    plain = seen_through(images, matrices, "reflect")
    for down, across in ((True, False), (False, True), (True, True)):
        turned = seen_through(images, matrices, "reflect", flips=(down, across))
        np.testing.assert_array_equal(turned, plain[:, :: -1 if down else 1, :: -1 if across else 1])


def test_without_the_compiler_the_picture_is_the_same(monkeypatch):
    images = np.random.default_rng(6).integers(0, 256, (1, 12, 12, 3)).astype("uint8")
    matrices = [[[0.8, -0.6, 3.3], [0.6, 0.8, -2.1]]]
    expected = seen_through(images, matrices, "wrap")
    monkeypatch.setattr(resampling, "has_compiler", lambda: False)
    resampling._compiled_gather.cache_clear()
    try:
        np.testing.assert_allclose(seen_through(images, matrices, "wrap"), expected, atol=1e-4)
    finally:
        resampling._compiled_gather.cache_clear()


def test_this_tensorflow_compiles():
    assert has_compiler()
    assert compiled(lambda x: x + 1)(tf.constant(1.0)) == 2
