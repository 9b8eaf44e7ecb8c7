"""`ImageDataGenerator`'s augmentation as one fast Keras layer: the same parameters, the same pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import cached_property
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from helpers.augmentation.generator_settings import Augmentation
from helpers.augmentation.resampling import compiled, matrices, places, resample
from helpers.augmentation.transforms import DRAWS, check_fill_mode, draw_parameters

BIG = 1e9
ARGUMENTS = (*(field.name for field in fields(Augmentation)), "rescale")  # those of ImageDataGenerator
# One uniform number each. The two signs are used where a shift is a choice of pixels.
UNIFORMS = (*DRAWS, "tx_sign", "ty_sign")
# What a generator may do that the layer cannot, and where it stands when it does not.
UNSET = {
    "data_format": "channels_last",
    "interpolation_order": 1,
    "preprocessing_function": None,
    "featurewise_center": False,
    "featurewise_std_normalization": False,
    "samplewise_center": False,
    "samplewise_std_normalization": False,
    "zca_whitening": False,
}


@keras.saving.register_keras_serializable(package="helpers")
class RandomTransform(keras.layers.Layer):
    """Random rotation, shift, shear, zoom, flips and colour of a batch, in one pass.

    The arguments and their units are those of ``ImageDataGenerator``. All that moves pixels is composed into
    one affine matrix per image, and applied in one gather, compiled by XLA. Every image of every batch gets
    its own draw. Without ``training=True`` the layer only rescales.

    Parameters
    ----------
    rotation_range : float
        Degrees, at least 0; drawn from minus to plus this.
    width_shift_range, height_shift_range : float, int or sequence
        Below 1: a fraction of the width (left and right) or the height (up and down), drawn from minus to plus
        this. A float of 1 or more: pixels. An int n: 0 to n - 1 whole pixels; a sequence: one of its members;
        both with a random sign.
    shear_range : float
        Degrees, from 0 to below 90; drawn from minus to plus this.
    zoom_range : float or (float, float)
        Each axis draws its own factor from 1 minus to 1 plus this, or between the two. Below 1 enlarges.
    horizontal_flip, vertical_flip : bool
        Mirror half of the images left to right, top to bottom.
    brightness_range : (float, float), optional
        Smallest and largest factor on every value, for images of 0-255: as in Keras, results are cut to whole levels.
    channel_shift_range : float
        In the unit of the images; one number from minus to plus this is added to all channels of an image,
        which then is clipped to its own former range.
    fill_mode : str
        What fills the holes: ``'nearest'``, ``'reflect'``, ``'wrap'`` or ``'constant'``.
    cval : float
        The value for ``'constant'``, in the unit of the images.
    rescale : float, optional
        Factor on every value at the end, also when the layer is not training.
    swap_axes : bool
        Keras 3 exchanges the two axes (keras#17398): the width shift moves up and down, and an image that is
        not square turns about a point off its centre. True does the same, for comparisons bit for bit.
    seed : int, optional
        Two layers with one seed draw the same in the same order.

    Raises
    ------
    ValueError
        If an argument makes no sense, or images do not have 3 or 4 axes or are smaller than 2 pixels.

    Notes
    -----
    A model that holds the layer keeps XLA: the geometric layers of Keras switch it off. After loading, the draws
    of a seed begin anew, as with Keras' layers. In ``Dataset.map`` without `num_parallel_calls` the draws are
    reproducible. Parallel calls share the layer's seed in any order; :meth:`augment` takes a seed of its own, and
    :class:`helpers.augmentation.photo_cache.PhotoCache` hands it one for every batch.

    Examples
    --------
    >>> photos = np.zeros((20, 150, 150, 3), "uint8")
    >>> layer = RandomTransform(rotation_range=40, zoom_range=0.2, horizontal_flip=True, rescale=1 / 255)
    >>> layer(photos, training=True).shape
    TensorShape([20, 150, 150, 3])

    A small batch of floats will do, and a seed makes the draws repeatable:

    >>> few = np.random.default_rng(0).random((4, 40, 40, 3), dtype="float32")
    >>> bool(np.all(layer.augment(few, (1, 2)) == layer.augment(few, (1, 2))))
    True
    """

    def __init__(
        self,
        rotation_range: float = 0,
        width_shift_range: float | Sequence[float] = 0,
        height_shift_range: float | Sequence[float] = 0,
        shear_range: float = 0,
        zoom_range: float | Sequence[float] = 0,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        brightness_range: Sequence[float] | None = None,
        channel_shift_range: float = 0,
        fill_mode: str = "nearest",
        cval: float = 0,
        rescale: float | None = None,
        *,
        swap_axes: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(autocast=False, **kwargs)
        self.rotation_range = _number("rotation_range", rotation_range, "degrees, at least 0", 0, BIG)
        self.width_shift_range = _shift_range("width_shift_range", width_shift_range)
        self.height_shift_range = _shift_range("height_shift_range", height_shift_range)
        self.shear_range = _number("shear_range", shear_range, "degrees, from 0 to below 90", 0, 89.999)
        if np.ndim(zoom_range) == 0:
            expected = "a fraction from 0 to below 1, or (smallest, largest)"
            zoom_range = _number("zoom_range", zoom_range, expected, 0, 0.999)
            zoom_range = (1 - zoom_range, 1 + zoom_range)
        self.zoom_range = _pair("zoom_range", zoom_range, "factors above 0", 1e-3)
        self.horizontal_flip, self.vertical_flip = bool(horizontal_flip), bool(vertical_flip)
        if brightness_range is not None:
            brightness_range = _pair("brightness_range", brightness_range, "factors of at least 0", 0)
        self.brightness_range = brightness_range
        self.channel_shift_range = _number("channel_shift_range", channel_shift_range, "a number of at least 0", 0, BIG)
        check_fill_mode(fill_mode)
        self.fill_mode, self.cval = fill_mode, _number("cval", cval, "a number", -BIG, BIG)
        # 0 means none, as in Keras
        self.rescale = _number("rescale", rescale, "a number, as 1 / 255, or None", -BIG, BIG) if rescale else None
        self.swap_axes, self.seed = bool(swap_axes), seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        moves = (self.rotation_range, self.width_shift_range, self.height_shift_range, self.shear_range)
        others = (self.horizontal_flip, self.vertical_flip, self.channel_shift_range, self.brightness_range is not None)
        self._changes = self.zoom_range != (1, 1) or any(np.any(setting) for setting in moves + others)
        self.built = True

    @classmethod
    def from_generator(cls, generator: Any, **kwargs: Any) -> RandomTransform:
        """The layer that draws what an ``ImageDataGenerator`` draws.

        Parameters
        ----------
        generator : ImageDataGenerator
            Its ``validation_split`` is no augmentation, and is not looked at.
        **kwargs
            More arguments of the layer: ``seed``; ``swap_axes=True`` where Keras 3's own axes are wanted.

        Raises
        ------
        ValueError
            If the generator does something that the layer cannot: centring, normalising, whitening, a function
            of its own, channels first, an interpolation other than bilinear.
        """
        for name, value in UNSET.items():
            if getattr(generator, name) != value:
                raise ValueError(
                    f"The generator has {name}={getattr(generator, name)!r}; RandomTransform knows {value!r} only. "
                    "Do that step beside the layer, with Dataset.map or a layer of its own."
                )
        return cls(**{name: getattr(generator, name) for name in ARGUMENTS}, **kwargs)

    def draw(self, seed: Any, count: int, height: int, width: int) -> dict[str, tf.Tensor]:
        """What ``get_random_transform`` would return for `count` images: float64 or bool (count,) each, or None.

        Parameters
        ----------
        seed : tf.Tensor or sequence of int (2,)
            The same seed gives the same draws.
        count, height, width : int
            Number of images, and their size in pixels.
        """
        uniforms = tf.cast(tf.random.stateless_uniform((len(UNIFORMS), count), seed), tf.float64)
        return draw_parameters(self, dict(zip(UNIFORMS, tf.unstack(uniforms), strict=True)), height, width)

    def apply(self, images: Any, parameters: Mapping[str, Any]) -> tf.Tensor:
        """What ``apply_transform`` and the rescaling after it make of every image.

        Parameters
        ----------
        images : array_like
            uint8 or float (batch, height, width, channels).
        parameters : mapping
            As from :meth:`draw`, or one number each for all images; what is missing stays as it is.

        Returns
        -------
        tf.Tensor
            float32, the shape of `images`.
        """
        images = tf.convert_to_tensor(images)
        return self._finish(images, *self._plan(dict(parameters), tf.shape(images)[0], *_size(images)))

    def augment(self, images: Any, seed: Any) -> tf.Tensor:
        """A random variant of every image; the same seed gives the same variants.

        Parameters
        ----------
        images : array_like
            uint8 or float (batch, height, width, channels).
        seed : tf.Tensor or sequence of int (2,)

        Returns
        -------
        tf.Tensor
            float32, the shape of `images`.
        """
        images, seed = tf.convert_to_tensor(images), tf.convert_to_tensor(seed)
        if not self._changes:
            return self.call(images)
        return self._finish(images, *self._compiled_plan(seed, tf.shape(images)[0], *_size(images)))

    def call(self, images: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Images (batch, height, width, channels) or one (height, width, channels): float32 of that shape."""
        if not training:
            images = tf.cast(images, tf.float32)
            return images if self.rescale is None else images * self.rescale
        if images.shape.rank == 3:
            return self.augment(images[tf.newaxis], self.seed_generator.next())[0]
        return self.augment(images, self.seed_generator.next())

    def get_config(self) -> dict[str, Any]:
        """The arguments, from which ``from_config`` makes an equal layer."""
        config = super().get_config()
        config.pop("autocast", None)
        return config | {name: getattr(self, name) for name in (*ARGUMENTS, "swap_axes", "seed")}

    @cached_property
    def _compiled_plan(self) -> Callable:
        """Draws and places, compiled apart from the gather: in one piece, XLA would do them for every pixel."""
        return compiled(lambda seed, count, *size: self._plan(self.draw(seed, count, *size), count, *size))

    def _plan(self, parameters: Mapping[str, Any], count: Any, height: int, width: int) -> tuple[tuple, tuple]:
        """Where each pixel comes from, and what is done to its colour: the level added and the factor, or None."""
        names = ("flip_vertical", "flip_horizontal")
        flips = [tf.broadcast_to(tf.cast(parameters.get(name, False), tf.bool), [count]) for name in names]
        at = places(matrices(parameters, count, height, width, swap_axes=self.swap_axes), height, width, flips)
        return at, (parameters.get("channel_shift_intensity"), parameters.get("brightness"))

    def _finish(self, images: tf.Tensor, at: tuple, colours: tuple) -> tf.Tensor:
        level, factor = colours
        if level is None and factor is None:
            return resample(images, at, self.fill_mode, self.cval, self.rescale)
        images = resample(images, at, self.fill_mode, self.cval)
        if level is not None:
            low, high = (f(images, axis=(1, 2, 3), keepdims=True) for f in (tf.reduce_min, tf.reduce_max))
            images = tf.clip_by_value(images + _per_image(level), low, high)
        if factor is not None:
            # Pillow's way, which Keras takes: whole levels before, whole levels after.
            images = tf.floor(tf.clip_by_value(tf.floor(images) * _per_image(factor), 0, 255))
        return images if self.rescale is None else images * self.rescale


def _size(images: tf.Tensor) -> tuple[int, int]:
    if images.shape.rank != 4:
        raise ValueError(f"images have shape {images.shape}; expected a batch, (batch, height, width, channels).")
    height, width, channels = images.shape[1:]
    if None in (height, width, channels) or min(height, width) < 2:
        raise ValueError(
            f"images have shape {images.shape}; expected a known size of at least 2 × 2 pixels and known channels. "
            "Resize first, or say it with tf.ensure_shape."
        )
    return height, width


def _number(name: str, value: Any, expected: str, low: float, high: float) -> float:
    """`value` as a number of Python, which JSON can hold; ValueError if it is none from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)) or not low <= value <= high:
        raise ValueError(f"{name} is {value!r}; expected {expected}.")
    return np.asarray(value).item()


def _pair(name: str, value: Any, expected: str, low: float) -> tuple[float, float]:
    numbers = np.shape(value) == (2,) and np.issubdtype(np.asarray(value).dtype, np.number)
    if not numbers or not low <= value[0] <= value[1]:
        raise ValueError(f"{name} is {value!r}; expected (smallest, largest), {expected}.")
    return tuple(np.asarray(value).tolist())


def _shift_range(name: str, value: Any) -> float | list[float]:
    if np.ndim(value) == 0:
        return _number(name, value, "a fraction below 1, or pixels, at least 0; or a list of them", 0, BIG)
    if np.ndim(value) > 1 or not len(value) or not np.issubdtype(np.asarray(value).dtype, np.number):
        raise ValueError(f"{name} is {value!r}; expected a number, or a list with at least one, as [-10, 10].")
    return np.asarray(value).tolist()


def _per_image(value: Any) -> tf.Tensor:
    return tf.reshape(tf.cast(value, tf.float32), (-1, 1, 1, 1))
