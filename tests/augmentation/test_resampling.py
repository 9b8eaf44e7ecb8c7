"""The compiled gather against SciPy, one channel at a time as Keras calls it."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import ndimage

from helpers.augmentation.resampling import compiled, has_compiler, places, resample
from helpers.augmentation.transforms import FILL_MODES

NO_FLIPS = (tf.constant([False]), tf.constant([False]))


def one(image, matrix, fill_mode, cval=0.0, scale=None):
    height, width = image.shape[:2]
    at = places(tf.constant(np.asarray(matrix, float)[np.newaxis]), height, width, NO_FLIPS)
    return resample(tf.constant(image[np.newaxis]), at, fill_mode, cval, scale).numpy()[0]


def by_scipy(image, matrix, fill_mode, cval=0.0):
    matrix = np.asarray(matrix, float)
    channels = [
        ndimage.affine_transform(channel, matrix[:, :2], matrix[:, 2], order=1, mode=fill_mode, cval=cval)
        for channel in np.moveaxis(image.astype("float32"), -1, 0)
    ]
    return np.stack(channels, -1)


@pytest.mark.parametrize("fill_mode", FILL_MODES)
@pytest.mark.parametrize("shape", [(2, 2, 1), (3, 7, 3), (24, 17, 3), (16, 16, 4)])
@pytest.mark.parametrize("kind", [np.uint8, np.float32])
def test_it_is_what_scipy_makes_of_each_channel(fill_mode, shape, kind):
    rng = np.random.default_rng(1)
    image = rng.integers(0, 256, shape).astype(kind)
    for _ in range(8):
        matrix = np.hstack([rng.normal(size=(2, 2)), rng.normal(scale=3 * max(shape), size=(2, 1))])
        expected = by_scipy(image, matrix, fill_mode, cval=77.0)
        np.testing.assert_allclose(one(image, matrix, fill_mode, cval=77.0), expected, atol=255e-6, rtol=0)


@pytest.mark.parametrize("fill_mode", FILL_MODES)
@pytest.mark.parametrize("pixels", [-31, -30, -20, -11, -10, -9, -1, 0, 1, 9, 10, 11, 20, 30, 31])
def test_whole_pixels_meet_the_edges_as_in_scipy(fill_mode, pixels):
    image = np.random.default_rng(2).integers(0, 256, (11, 11, 1)).astype("float32")
    for matrix in ([[1, 0, pixels], [0, 1, 0]], [[1, 0, 0], [0, 1, pixels]]):
        np.testing.assert_array_equal(one(image, matrix, fill_mode, 5.0), by_scipy(image, matrix, fill_mode, 5.0))


def test_the_identity_changes_no_bit():
    image = np.random.default_rng(3).integers(0, 256, (9, 14, 3)).astype("uint8")
    for fill_mode in FILL_MODES:
        np.testing.assert_array_equal(one(image, np.eye(2, 3), fill_mode), image)


def test_flips_come_after_the_matrix():
    image = np.random.default_rng(4).random((1, 8, 10, 3)).astype("float32")
    matrix = tf.constant([[[0.9, 0.2, -1.0], [-0.1, 1.1, 2.0]]], tf.float64)
    plain = resample(tf.constant(image), places(matrix, 8, 10, NO_FLIPS), "reflect", 0).numpy()
    for down, across in ((True, False), (False, True), (True, True)):
        at = places(matrix, 8, 10, (tf.constant([down]), tf.constant([across])))
        turned = resample(tf.constant(image), at, "reflect", 0).numpy()
        np.testing.assert_array_equal(turned, plain[:, :: -1 if down else 1, :: -1 if across else 1])


def test_every_image_of_a_batch_has_its_own_matrix():
    images = np.random.default_rng(5).integers(0, 256, (3, 6, 6, 3)).astype("uint8")
    matrices = np.stack([np.eye(2, 3), [[1, 0, 2], [0, 1, 0]], [[0, 1, 0], [1, 0, 0]]]).astype(float)
    none = tf.zeros(3, tf.bool)
    result = resample(tf.constant(images), places(tf.constant(matrices), 6, 6, (none, none)), "nearest", 0)
    for image, matrix, got in zip(images, matrices, result.numpy(), strict=True):
        np.testing.assert_array_equal(got, one(image, matrix, "nearest"))


def test_the_scale_is_a_factor_on_the_result():
    image = np.full((4, 4, 1), 51, np.uint8)
    np.testing.assert_allclose(one(image, np.eye(2, 3), "nearest", scale=1 / 255), 0.2, rtol=1e-7)


def test_without_the_compiler_the_picture_is_the_same(monkeypatch):
    import helpers.augmentation.resampling as resampling

    image = np.random.default_rng(6).integers(0, 256, (12, 12, 3)).astype("uint8")
    matrix = [[0.8, -0.6, 3.3], [0.6, 0.8, -2.1]]
    expected = one(image, matrix, "wrap")
    monkeypatch.setattr(resampling, "has_compiler", lambda: False)
    resampling._compiled_gather.cache_clear()
    try:
        np.testing.assert_allclose(one(image, matrix, "wrap"), expected, atol=1e-4)
    finally:
        resampling._compiled_gather.cache_clear()


def test_this_tensorflow_compiles():
    assert has_compiler()
    assert compiled(lambda x: x + 1)(tf.constant(1.0)) == 2
