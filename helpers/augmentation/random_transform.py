"""`ImageDataGenerator`'s augmentation as one fast Keras layer: the same parameters, the same pictures.

How each parameter of the layer compares with the stock layers of Keras:

===================================  ================================  ==========================================
`RandomTransform`                    stock layer                       where the stock layer differs
===================================  ================================  ==========================================
``rotation_range=40`` (degrees)      ``RandomRotation(40 / 360)``      a fraction of a full turn
``width_shift_range=0.2``            ``RandomTranslation(0, 0.2)``     fractions up to 1, never pixels
``height_shift_range=0.2``           ``RandomTranslation(0.2, 0)``     (as above)
``shear_range=11.5`` (degrees)       ``RandomShear(0, 0.2)``           a fraction; slants about an edge, not about
                                                                       the centre (Keras 3's swapped generator:
                                                                       ``RandomShear(0.2, 0)``)
``zoom_range=0.2``                   ``RandomZoom(0.2)``               one factor for both axes, unless
                                                                       ``width_factor`` is given as well
``horizontal_flip=True``             ``RandomFlip("horizontal")``
``vertical_flip=True``               ``RandomFlip("vertical")``
``brightness_range=(0.5, 1.5)``      ``RandomBrightness(0.5)``         adds a share of the value range; does not
                                                                       multiply
``channel_shift_range=30`` (levels)  ``RandomBrightness(30 / 255)``    clips to the value range, not to that of
                                                                       the image
``fill_mode="nearest"``              ``fill_mode="nearest"``           ``"reflect"`` is the default there;
                                                                       ``"wrap"`` and ``"constant"`` treat the
                                                                       borders otherwise
``rescale=1 / 255``                  ``Rescaling(1 / 255)``
===================================  ================================  ==========================================
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from helpers.augmentation.resampling import compiled, places, resample
from helpers.augmentation.transforms import DRAWS, check_fill_mode

BIG = 1e9
# One uniform number each. The two signs are used where a shift is a choice of pixels.
UNIFORMS = (*DRAWS, "tx_sign", "ty_sign")


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
        Smallest and largest factor on every value. As in Keras, results are cut to whole levels of 255.
    channel_shift_range : float
        In the unit of the images; one number from minus to plus this is added to all channels of an image,
        which then is clipped to its own former range.
    fill_mode : str
        What fills the holes: ``'nearest'``, ``'reflect'``, ``'wrap'`` or ``'constant'``.
    cval : float
        The value for ``'constant'``, in the unit of the images.
    rescale : float, optional
        Factor on every value at the end, also when the layer is not training.
    value_range : (float, float)
        Smallest and largest possible value of the images, ``(0, 255)`` or ``(0, 1)``; only ``brightness_range``
        needs it.
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

    Source: ``keras/src/legacy/preprocessing/image.py``, ``ImageDataGenerator``.
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
        value_range: Sequence[float] = (0, 255),
        swap_axes: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(autocast=False, **kwargs)
        self._check("rotation_range", rotation_range, "degrees, at least 0", 0, BIG)
        self._check("shear_range", shear_range, "degrees, from 0 to below 90", 0, 89.999)
        self._check("channel_shift_range", channel_shift_range, "a number of at least 0", 0, BIG)
        self._check("cval", cval, "a number", -BIG, BIG)
        self._check("rescale", 0 if rescale is None else rescale, "a number, as 1 / 255, or None", -BIG, BIG)
        if np.ndim(zoom_range) == 0:
            self._check("zoom_range", zoom_range, "a fraction from 0 to below 1, or (smallest, largest)", 0, 0.999)
            zoom_range = (1 - zoom_range, 1 + zoom_range)
        self._check_pair("zoom_range", zoom_range, "factors above 0", 1e-3)
        if brightness_range is not None:
            self._check_pair("brightness_range", brightness_range, "factors of at least 0", 0)
        for name, value in (("width_shift_range", width_shift_range), ("height_shift_range", height_shift_range)):
            if np.ndim(value) == 0:
                self._check(name, value, "a fraction below 1, or pixels, at least 0; or a list of them", 0, BIG)
            elif np.ndim(value) > 1 or not len(value) or not np.issubdtype(np.asarray(value).dtype, np.number):
                raise ValueError(f"{name} is {value!r}; expected a number, or a list with at least one, as [-10, 10].")
        check_fill_mode(fill_mode)
        if tuple(value_range) not in {(0, 255), (0, 1)}:
            raise ValueError(f"value_range is {value_range!r}; expected (0, 255) or (0, 1).")
        self.rotation_range = _plain(rotation_range)
        self.width_shift_range, self.height_shift_range = _plain(width_shift_range), _plain(height_shift_range)
        self.shear_range = _plain(shear_range)
        self.zoom_range = tuple(_plain(zoom_range))
        self.horizontal_flip, self.vertical_flip = bool(horizontal_flip), bool(vertical_flip)
        self.brightness_range = None if brightness_range is None else tuple(_plain(brightness_range))
        self.channel_shift_range = _plain(channel_shift_range)
        self.fill_mode, self.cval = fill_mode, _plain(cval)
        self.rescale = _plain(rescale) if rescale else None  # 0 means none, as in Keras
        self.value_range = tuple(_plain(value_range))
        self.swap_axes = bool(swap_axes)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        ranges = (rotation_range, width_shift_range, height_shift_range, shear_range, channel_shift_range)
        self._changes = (
            any(np.any(limit) for limit in ranges)
            or self.horizontal_flip
            or self.vertical_flip
            or self.zoom_range != (1, 1)
            or self.brightness_range is not None
        )
        self.built = True

    @staticmethod
    def _check(name: str, value: float, expected: str, low: float, high: float) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float, np.number)) or not low <= value <= high:
            raise ValueError(f"{name} is {value!r}; expected {expected}.")

    @staticmethod
    def _check_pair(name: str, value: Sequence[float], expected: str, low: float) -> None:
        numbers = np.shape(value) == (2,) and np.issubdtype(np.asarray(value).dtype, np.number)
        if not numbers or not low <= value[0] <= value[1]:
            raise ValueError(f"{name} is {value!r}; expected (smallest, largest), {expected}.")

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
        unset = {"data_format": "channels_last", "interpolation_order": 1, "preprocessing_function": None}
        unset |= dict.fromkeys(("featurewise_center", "featurewise_std_normalization", "zca_whitening"), False)
        unset |= dict.fromkeys(("samplewise_center", "samplewise_std_normalization"), False)
        for name, value in unset.items():
            if getattr(generator, name) != value:
                raise ValueError(
                    f"The generator has {name}={getattr(generator, name)!r}; RandomTransform knows {value!r} only. "
                    "Do that step beside the layer, with Dataset.map or a layer of its own."
                )
        names = (
            "rotation_range width_shift_range height_shift_range shear_range zoom_range horizontal_flip "
            "vertical_flip brightness_range channel_shift_range fill_mode cval rescale"
        ).split()
        return cls(**{name: getattr(generator, name) for name in names}, **kwargs)

    def draw(self, seed: Any, count: int, height: int, width: int) -> dict[str, tf.Tensor]:
        """What ``get_random_transform`` would return, for `count` images of one size.

        Parameters
        ----------
        seed : tf.Tensor or sequence of int (2,)
            The same seed gives the same draws.
        count, height, width : int
            Number of images, and their size in pixels.

        Returns
        -------
        dict of str to tf.Tensor
            float64 (count,) each: ``theta``, ``shear`` (degrees), ``tx``, ``ty`` (pixels), ``zx``, ``zy``
            (factors), and where asked for ``channel_shift_intensity`` and ``brightness``; bool (count,):
            ``flip_horizontal``, ``flip_vertical``.
        """
        uniforms = tf.cast(tf.random.stateless_uniform((len(UNIFORMS), count), seed), tf.float64)
        u = dict(zip(UNIFORMS, tf.unstack(uniforms), strict=True))
        drawn = {
            "theta": _between(-self.rotation_range, self.rotation_range, u["theta"]),
            "tx": _shift(self.height_shift_range, height, u["tx"], u["tx_sign"]),
            "ty": _shift(self.width_shift_range, width, u["ty"], u["ty_sign"]),
            "shear": _between(-self.shear_range, self.shear_range, u["shear"]),
            "zx": _between(*self.zoom_range, u["zx"]),
            "zy": _between(*self.zoom_range, u["zy"]),
            "flip_horizontal": (u["flip_horizontal"] < 0.5) & self.horizontal_flip,
            "flip_vertical": (u["flip_vertical"] < 0.5) & self.vertical_flip,
        }
        if self.channel_shift_range:
            limit = self.channel_shift_range
            drawn["channel_shift_intensity"] = _between(-limit, limit, u["channel_shift_intensity"])
        if self.brightness_range:
            drawn["brightness"] = _between(*self.brightness_range, u["brightness"])
        return drawn

    def apply(self, images: Any, parameters: Mapping[str, Any]) -> tf.Tensor:
        """What ``apply_transform`` and the rescaling after it make of every image.

        Parameters
        ----------
        images : array_like
            uint8 or float (batch, height, width, channels).
        parameters : mapping
            As from :meth:`draw`; what is missing stays as it is.

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
        names = (
            "rotation_range width_shift_range height_shift_range shear_range zoom_range horizontal_flip "
            "vertical_flip brightness_range channel_shift_range fill_mode cval rescale value_range swap_axes seed"
        ).split()
        config = super().get_config()
        config.pop("autocast", None)
        return config | {name: getattr(self, name) for name in names}

    @cached_property
    def _compiled_plan(self) -> Callable:
        """Draws and places, compiled apart from the gather: in one piece, XLA would do them for every pixel."""
        return compiled(lambda seed, count, *size: self._plan(self.draw(seed, count, *size), count, *size))

    def _plan(self, parameters: Mapping[str, Any], count: Any, height: int, width: int) -> tuple[tuple, tuple]:
        """Where each pixel comes from, and what is done to its colour: the level added and the factor, or None."""
        names = ("flip_vertical", "flip_horizontal")
        flips = [tf.broadcast_to(tf.cast(parameters.get(name, False), tf.bool), [count]) for name in names]
        at = places(self._matrices(parameters, count, height, width), height, width, flips)
        return at, (parameters.get("channel_shift_intensity"), parameters.get("brightness"))

    def _matrices(self, parameters: Mapping[str, Any], count: Any, height: int, width: int) -> tf.Tensor:
        """Rotation · shift · shear · zoom about the centre, as Keras composes them: float64 (count, 2, 3)."""

        def value(name: str, default: float) -> tf.Tensor:
            return tf.broadcast_to(tf.cast(parameters.get(name, default), tf.float64), [count])

        theta, shear = value("theta", 0) * (math.pi / 180), value("shear", 0) * (math.pi / 180)
        tx, ty, zx, zy = value("tx", 0), value("ty", 0), value("zx", 1), value("zy", 1)
        cos, sin = tf.cos(theta), tf.sin(theta)
        a, b = cos * zx, -(cos * tf.sin(shear) + sin * tf.cos(shear)) * zy
        c, d = sin * zx, (cos * tf.cos(shear) - sin * tf.sin(shear)) * zy
        x, y = height / 2 - 0.5, width / 2 - 0.5
        down = cos * tx - sin * ty + x - (a * x + b * y)
        right = sin * tx + cos * ty + y - (c * x + d * y)
        rows = ((d, c, right), (b, a, down)) if self.swap_axes else ((a, b, down), (c, d, right))
        return tf.stack([tf.stack(row, axis=1) for row in rows], axis=1)

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
            unit = 255 / self.value_range[1]
            images = tf.floor(tf.clip_by_value(tf.floor(images * unit) * _per_image(factor), 0, 255)) / unit
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


def _plain(value: Any) -> Any:
    """Numbers of Python for those of NumPy, lists for arrays and tuples: what JSON can hold."""
    return np.asarray(value).tolist()


def _per_image(value: Any) -> tf.Tensor:
    return tf.reshape(tf.cast(value, tf.float32), (-1, 1, 1, 1))


def _between(low: float, high: float, uniform: tf.Tensor) -> tf.Tensor:
    return low + (high - low) * uniform


def _shift(limit: float | Sequence[float], size: int, uniform: tf.Tensor, sign: tf.Tensor) -> tf.Tensor:
    """Pixels along an axis of `size` pixels, by Keras' rules for fractions, pixels, whole numbers and lists."""
    unit = tf.constant(size if np.max(limit) < 1 else 1, tf.float64)
    if np.ndim(limit) == 0 and (not isinstance(limit, int) or limit == 0):
        return _between(-limit, limit, uniform) * unit
    choices = np.asarray(range(limit) if np.ndim(limit) == 0 else limit, dtype=np.float64)
    chosen = tf.gather(choices, tf.cast(uniform * len(choices), tf.int32))
    return chosen * tf.where(sign < 0.5, -unit, unit)
