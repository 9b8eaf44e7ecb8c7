"""The streams of random numbers that a training draws from: Python's, NumPy's, Keras' and TensorFlow's."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras.src.backend.common import global_state
from keras.src.random.seed_generator import global_seed_generator
from tensorflow.python.eager import context

KERAS_STREAM = "global_seed_generator"  # Keras' name for what unseeded draws are made from


def random_streams() -> dict[str, Any]:
    """Where the random numbers of Python, NumPy, Keras and TensorFlow stand."""
    streams = {"python": random.getstate(), "numpy": np.random.get_state()}
    streams["tensorflow"] = _operation_seeds().getstate() if _operation_seeds() else None
    generator = global_state.get_global_attribute(KERAS_STREAM)
    streams["keras"] = None if generator is None else keras.ops.convert_to_numpy(generator.state)
    with contextlib.suppress(RuntimeError):  # there is none where op determinism is on
        streams["generator"] = tf.random.get_global_generator().state.numpy()
    return streams


def set_random_streams(streams: Mapping[str, Any]) -> None:
    """Put them back to where `random_streams` found them."""
    np.random.set_state(streams["numpy"])
    if streams["tensorflow"] and _operation_seeds():
        _operation_seeds().setstate(streams["tensorflow"])
        context.context().clear_kernel_cache()  # an operation that has drawn with such a seed would draw on
    if streams["keras"] is None:  # it is made at the first draw, from Python's random numbers
        global_state.set_global_attribute(KERAS_STREAM, None)
    else:
        global_seed_generator().state.assign(streams["keras"])
    if "generator" in streams:
        tf.random.get_global_generator().state.assign(streams["generator"])
    random.setstate(streams["python"])  # last, since Keras may just have drawn from it


def _operation_seeds() -> random.Random | None:
    """What TensorFlow draws the seeds of its eager operations from, once ``tf.random.set_seed`` was called."""
    return getattr(context.context(), "_rng", None)
