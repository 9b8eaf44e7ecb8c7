"""What the quizzes say about Keras and no lesson shows, asked of Keras; and the numbers of weights."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from quiz_numbers import CATS, COMPACT, HORSES, after_blocks, after_convolution, parameters
from tensorflow.keras.preprocessing.image import ImageDataGenerator

PHOTOS = np.random.default_rng(0).uniform(0, 1, (4, 8, 8, 3)).astype("float32")


def test_the_weights_are_counted_as_keras_counts_them():
    for course in (CATS, HORSES, COMPACT, dict(image=64, filters=[16, 32], dense=8)):
        network = keras.Sequential([keras.Input((course["image"], course["image"], 3))])
        for filters in course["filters"]:
            network.add(keras.layers.Conv2D(filters, (3, 3)))
            network.add(keras.layers.MaxPooling2D(2, 2))
        assert network.layers[0].output.shape[1] == after_convolution(course["image"])
        assert network.output_shape[1] == after_blocks(course["image"], len(course["filters"]))
        network.add(keras.layers.Flatten())
        network.add(keras.layers.Dense(course["dense"]))
        network.add(keras.layers.Dense(1))
        assert network.count_params() == parameters(course["image"], course["filters"], course["dense"])


def test_the_usual_rate_of_rmsprop_is_ten_times_the_course_s():
    assert float(keras.optimizers.RMSprop().learning_rate) == pytest.approx(10 * CATS["learning_rate"])


def test_there_is_no_argument_called_normalize():
    with pytest.raises(TypeError, match="normalize"):
        ImageDataGenerator(normalize=True)


def test_a_photo_of_another_size_raises_an_error():
    network = keras.Sequential([keras.Input((8, 8, 3)), layers.Flatten(), layers.Dense(1)])
    for size in (7, 9):
        with pytest.raises(ValueError, match="incompatible|expected"):
            network.predict(np.zeros((1, size, size, 3)), verbose=0)


def test_dropout_takes_fractions_and_a_dense_layer_whole_numbers():
    for wrong in (lambda: layers.Dropout(20), lambda: layers.Dense(0.2)):
        with pytest.raises(ValueError, match="Expected|expected"):
            wrong()


def test_dropout_zeroes_a_share_of_the_values_and_scales_the_rest_up_in_training_only():
    ones, dropout = np.ones((1, 10_000), "float32"), layers.Dropout(0.2, seed=0)
    first, second = (np.array(dropout(ones, training=True)) for _ in range(2))
    assert np.mean(first == 0) == pytest.approx(0.2, abs=0.02) and first.max() == pytest.approx(1 / 0.8)
    assert (first != second).any()
    assert (np.array(dropout(ones, training=False)) == ones).all()


def test_random_layers_change_photos_in_training_but_not_when_the_network_is_judged_or_asked():
    network = keras.Sequential([keras.Input((8, 8, 3)), layers.RandomRotation(0.2, seed=0)])
    network.compile(loss="mse")
    assert np.abs(np.array(network(PHOTOS, training=True)) - PHOTOS).max() > 0.1
    assert np.abs(network.predict(PHOTOS, verbose=0) - PHOTOS).max() < 1e-6
    assert network.evaluate(PHOTOS, PHOTOS, verbose=0) < 1e-9


def test_brightness_goes_far_beyond_one_unless_the_layer_knows_the_range():
    assert np.array(layers.RandomBrightness(0.2, seed=1)(PHOTOS, training=True)).max() > 5
    told = layers.RandomBrightness(0.2, value_range=(0, 1), seed=1)
    assert np.array(told(PHOTOS, training=True)).max() <= 1


def test_converting_the_type_scales_whole_numbers_only():
    pixels = np.array([0.0, 255.0], "float32")
    assert tf.image.convert_image_dtype(pixels, tf.float32).numpy().max() == 255
    assert tf.image.convert_image_dtype(pixels.astype("uint8"), tf.float32).numpy().max() == pytest.approx(1)


def test_a_cache_behind_a_random_map_keeps_what_it_drew():
    numbers, stream = tf.data.Dataset.range(5), tf.random.Generator.from_seed(0)
    kept = numbers.map(lambda _: stream.uniform(())).cache()
    drawn = numbers.cache().map(lambda _: stream.uniform(()))
    assert list(kept.as_numpy_iterator()) == list(kept.as_numpy_iterator())
    assert list(drawn.as_numpy_iterator()) != list(drawn.as_numpy_iterator())


def test_each_crossentropy_refuses_the_labels_of_the_other():
    rows, numbers = np.eye(3, dtype="float32"), np.arange(3)
    probabilities = np.full((3, 3), 1 / 3, "float32")
    assert float(keras.losses.sparse_categorical_crossentropy(numbers, probabilities)[0]) == pytest.approx(
        float(keras.losses.categorical_crossentropy(rows, probabilities)[0])
    )
    with pytest.raises(ValueError, match="rank"):
        keras.losses.sparse_categorical_crossentropy(rows, probabilities)
    with pytest.raises(ValueError, match="rank"):
        keras.losses.categorical_crossentropy(numbers, probabilities)


def test_what_a_callback_returns_is_not_looked_at():
    class ReturnsFalse(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            return False

    network = keras.Sequential([keras.Input((3,)), layers.Dense(1, activation="sigmoid")])
    network.compile(loss="binary_crossentropy", metrics=["accuracy"])
    callbacks = [ReturnsFalse()]
    history = network.fit(np.zeros((4, 3)), np.zeros(4), epochs=3, verbose=0, callbacks=callbacks).history
    assert len(history["loss"]) == 3


def test_a_frozen_layer_has_nothing_left_to_train():
    layer = layers.Dense(2)
    layer.build((None, 3))
    before = len(layer.trainable_weights)
    layer.trainable = False
    assert (before, len(layer.trainable_weights)) == (2, 0) and not hasattr(layer, "freeze")
