"""What a trained network makes of a photo: activations layer by layer, filters as pictures, Grad-CAM.

For networks whose layers stand in a row (``keras.Sequential``). Photos are those that the network was
trained on: float32 (photos, height, width, 3), 0–1. Nothing here trains or changes a network.
"""

from __future__ import annotations

from collections.abc import Sequence

import keras
import matplotlib
import numpy as np
import tensorflow as tf

COLOURS = "cividis"  # from dark blue to yellow, in one order of lightness for every kind of colour vision


def activations(network: keras.Sequential, photos: np.ndarray) -> dict[str, np.ndarray]:
    """What every layer that still has a height and a width hands on.

    Parameters
    ----------
    network : keras.Sequential
    photos : array_like
        float32 (photos, height, width, 3), 0–1.

    Returns
    -------
    dict of str to numpy.ndarray
        By the layer's name, in the order of the layers: float32 (photos, height, width, channels).

    """
    values, found = _batch(photos), {}
    for layer in network.layers:
        values = layer(values, training=False)
        if len(values.shape) != 4:
            break
        found[layer.name] = values.numpy()
    return found


def grad_cam(
    network: keras.Sequential,
    photos: np.ndarray,
    *,
    answers: Sequence[int] | None = None,
    average: bool = True,
) -> np.ndarray:
    """Heat maps of Grad-CAM: where a layer's channels speak for an answer.

    Each channel of the layer is weighted by the gradient of the answer's score with respect to it; the
    weighted channels are added up, and what is negative is dropped.

    Parameters
    ----------
    network : keras.Sequential
        Ends in a Dense layer: one unit with a sigmoid, or one per class with softmax.
    photos : array_like
        float32 (photos, height, width, 3), 0–1.
    answers : sequence of int, optional
        The class to explain, for every photo; by default the network's own answer, right or wrong.
    average : bool
        True: Grad-CAM, one weight for each channel, its mean gradient. False: HiResCAM, each place has its
        own gradient, which a network with Flatten needs: there the mean says little of any place.

    Returns
    -------
    numpy.ndarray
        float32 (photos, height, width), at least 0, in the size of the photos, resized bilinearly.
        Heights of two networks are not comparable. A map may be 0 throughout.

    Raises
    ------
    ValueError
        If `photos` is no batch, the network has no convolution or does not end in Dense, or there are not
        as many answers as photos.

    Notes
    -----
    The score is taken before the sigmoid or softmax: behind it, a network that is sure has no gradient
    left. Sources: Selvaraju and others, "Grad-CAM", ICCV 2017, equations 1 and 2; Draelos and Carin, "Use
    HiResCAM instead of Grad-CAM", 2020.
    """
    values, last = _batch(photos), network.layers[-1]
    if not isinstance(last, keras.layers.Dense):
        raise ValueError(f"The network ends in {type(last).__name__}; expected Dense, with an output per class or one.")
    convolutions = [i for i, part in enumerate(network.layers) if isinstance(part, keras.layers.Conv2D)]
    if not convolutions:
        raise ValueError(f"There is no Conv2D in {network.name}, so no layer knows where something is.")
    size, place = values.shape[1:3], convolutions[-1] + 1
    for part in network.layers[:place]:
        values = part(values, training=False)
    with tf.GradientTape() as tape:
        tape.watch(values)
        features = values
        for part in network.layers[place:-1]:
            features = part(features, training=False)
        scores = tf.matmul(features, last.kernel)
        scores = scores if last.bias is None else scores + last.bias
        if last.units == 1:  # one sigmoid: what speaks against class 1 speaks for class 0
            scores = tf.concat([-scores, scores], axis=1)
        chosen = tf.argmax(scores, axis=1) if answers is None else tf.constant(np.ravel(answers), tf.int64)
        if len(chosen) != len(values):
            raise ValueError(f"There are {len(chosen)} answers for {len(values)} photos; expected one for each.")
        score = tf.gather(scores, chosen, axis=1, batch_dims=1)
    weights = tape.gradient(score, values)
    if average:
        weights = tf.reduce_mean(weights, axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(tf.reduce_sum(weights * values, axis=-1, keepdims=True))
    return tf.image.resize(heat, size)[..., 0].numpy()


def pointing_game(heat: np.ndarray, area: np.ndarray) -> np.ndarray:
    """The share of each map's heat that lies in an area: the energy-based pointing game.

    Source: Wang and others, *Score-CAM*, 2020, section 4.3.

    Parameters
    ----------
    heat : numpy.ndarray
        float (maps, height, width), at least 0.
    area : numpy.ndarray
        bool (height, width), or (maps, height, width) for an area of each map's own.

    Returns
    -------
    numpy.ndarray
        float64 (maps,), 0–1; NaN for a map with no heat. Compare with ``area.mean()``.
    """
    heat = np.asarray(heat, dtype=float)
    total = heat.sum(axis=(1, 2))
    inside = np.where(area, heat, 0).sum(axis=(1, 2))
    return np.divide(inside, total, out=np.full(len(heat), np.nan), where=total > 0)


def overlay(photo: np.ndarray, heat: np.ndarray, *, strength: float = 0.65) -> np.ndarray:
    """A photo in grey under its heat map, from dark blue (none) to yellow (the map's highest value).

    Parameters
    ----------
    photo : numpy.ndarray
        float (height, width, 3), 0–1.
    heat : numpy.ndarray
        float (height, width), at least 0; a map of zeros comes out blue throughout.
    strength : float
        Share of the heat map's colour in every pixel, 0–1.

    Returns
    -------
    numpy.ndarray
        float (height, width, 3), 0–1.
    """
    colours = matplotlib.colormaps[COLOURS](np.asarray(heat) / max(float(np.max(heat)), 1e-12))[..., :3]
    grey = np.asarray(photo, dtype=float).mean(axis=-1, keepdims=True)
    return np.clip(strength * colours + (1 - strength) * grey, 0, 1)


def channel_pictures(values: np.ndarray, count: int) -> list[np.ndarray]:
    """The first `count` channels of one photo's activations as coloured pictures.

    Parameters
    ----------
    values : numpy.ndarray
        float (height, width, channels).
    count : int
        The most channels to take.

    Returns
    -------
    list of numpy.ndarray
        float (height, width, 3), 0–1: dark blue is 0, yellow the highest value of these channels together,
        so that a channel that is silent looks silent.
    """
    values = np.asarray(values)[..., :count]
    top = max(float(values.max()), 1e-12)
    coloured = matplotlib.colormaps[COLOURS](np.clip(np.moveaxis(values, -1, 0) / top, 0, 1))
    return list(coloured[..., :3])


def filter_pictures(kernel: np.ndarray) -> list[np.ndarray]:
    """Filters of a first layer as small colour pictures: grey is a weight of 0.

    Parameters
    ----------
    kernel : array_like
        float (height, width, 3, filters), as ``layer.kernel`` of the first convolution.

    Returns
    -------
    list of numpy.ndarray
        float (height, width, 3), 0–1: 0.5 where the weight is 0, and one scale for all filters.

    Raises
    ------
    ValueError
        If the filters do not see three colours.
    """
    kernel = np.asarray(kernel)
    if kernel.ndim != 4 or kernel.shape[2] != 3:
        raise ValueError(
            f"kernel has the shape {kernel.shape}; expected (height, width, 3, filters): only the first layer "
            "sees colours, the filters of later layers are no pictures."
        )
    return list(np.moveaxis(0.5 + 0.5 * kernel / max(float(np.abs(kernel).max()), 1e-12), -1, 0))


def _batch(photos: np.ndarray) -> tf.Tensor:
    photos = tf.convert_to_tensor(photos, tf.float32)
    if len(photos.shape) != 4:
        raise ValueError(f"photos has the shape {tuple(photos.shape)}; expected a batch: photos[:1] for the first.")
    return photos
