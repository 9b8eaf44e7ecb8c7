"""Grad-CAM by hand, the same activations as Keras', pictures in range, errors that say what to do."""

import keras
import numpy as np
import pytest
from keras import layers

from helpers import activations


def network(*tail, bias=True):
    keras.utils.set_random_seed(3)
    return keras.Sequential(
        [
            keras.Input((12, 10, 3)),
            layers.Conv2D(4, 3, activation="relu", name="first"),
            layers.MaxPooling2D(2, name="pool"),
            layers.Conv2D(5, 3, activation="relu", name="second"),
            *(tail or (layers.GlobalAveragePooling2D(), layers.Dense(1, activation="sigmoid", use_bias=bias))),
        ]
    )


@pytest.fixture
def photos():
    return np.random.default_rng(0).random((6, 12, 10, 3)).astype("float32")


def test_activations_are_those_of_keras(photos):
    found = activations.activations(model := network(), photos)
    assert list(found) == ["first", "pool", "second"]
    wanted = keras.Model(model.inputs, [layer.output for layer in model.layers[:3]])([photos])
    for ours, theirs in zip(found.values(), wanted, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize("bias", [True, False])
def test_with_average_pooling_grad_cam_is_the_weighted_sum_of_channels(photos, bias):
    model = network(bias=bias)
    values = activations.activations(model, photos)["second"]
    score = values @ model.layers[-1].kernel.numpy()[:, 0] / np.prod(values.shape[1:3])
    ones = activations.grad_cam(model, photos, answers=[1] * 6)
    zeros = activations.grad_cam(model, photos, answers=[0] * 6)
    for heat, small in ((ones, score), (zeros, -score)):
        wanted = keras.ops.image.resize(np.maximum(small, 0)[..., None].astype("float32"), (12, 10))[..., 0]
        np.testing.assert_allclose(heat, wanted, atol=1e-6)


def test_it_explains_the_networks_own_answer(photos):
    model = network()
    own = (model.predict(photos, verbose=0)[:, 0] > 0.5).astype(int)
    np.testing.assert_array_equal(activations.grad_cam(model, photos), activations.grad_cam(model, photos, answers=own))


def test_without_the_mean_every_place_has_its_own_weight(photos):
    model = network(layers.Flatten(), layers.Dense(1, activation="sigmoid"))
    values = activations.activations(model, photos)["second"]
    weights = model.layers[-1].kernel.numpy().reshape(values.shape[1:])
    wanted = np.maximum((values * weights).sum(-1), 0)[..., None].astype("float32")
    heat = activations.grad_cam(model, photos, answers=[1] * 6, average=False)
    np.testing.assert_allclose(heat, keras.ops.image.resize(wanted, (12, 10))[..., 0], atol=1e-6)
    assert not np.allclose(heat, activations.grad_cam(model, photos, answers=[1] * 6))


def test_softmax_has_a_map_for_every_class(photos):
    model = network(layers.Flatten(), layers.Dense(3, activation="softmax"))
    maps = [activations.grad_cam(model, photos, answers=[number] * 6) for number in range(3)]
    assert maps[0].shape == (6, 12, 10) and maps[0].dtype == np.float32
    assert all(heat.min() >= 0 for heat in maps)
    assert not np.allclose(maps[0], maps[1])


def test_a_sure_network_still_has_a_gradient(photos):
    model = network()
    model.layers[-1].bias.assign([200.0])  # the sigmoid is exactly 1
    model.layers[-1].kernel.assign(np.ones((5, 1)))
    assert activations.grad_cam(model, photos).max() > 0


def test_heat_finds_the_only_thing_in_the_picture():
    model = network()
    model.layers[0].set_weights([np.ones((3, 3, 3, 4)), np.zeros(4)])
    model.layers[2].set_weights([np.ones((3, 3, 4, 5)), np.zeros(5)])
    model.layers[-1].set_weights([np.ones((5, 1)), np.zeros(1)])
    photo = np.zeros((1, 12, 10, 3), "float32")
    photo[:, 1:3, 7:9] = 1
    area = np.zeros((12, 10), bool)
    area[:6, 4:] = True
    heat = activations.grad_cam(model, photo)
    assert activations.pointing_game(heat, area)[0] > 2 * area.mean()


def test_share_inside():
    heat = np.stack([np.eye(4), np.zeros((4, 4)), np.ones((4, 4))])
    area = np.zeros((4, 4), bool)
    area[:2, :2] = True
    np.testing.assert_allclose(activations.pointing_game(heat, area), [0.5, np.nan, area.mean()])
    each = np.stack([area, area, ~area])
    np.testing.assert_allclose(activations.pointing_game(heat, each), [0.5, np.nan, 0.75])


def test_overlay_goes_from_blue_to_yellow():
    heat = np.zeros((4, 5))
    heat[1, 2] = 3
    picture = activations.overlay(np.full((4, 5, 3), 0.5), heat)
    assert picture.shape == (4, 5, 3) and picture.min() >= 0 and picture.max() <= 1
    assert picture[1, 2, 0] > picture[1, 2, 2] and picture[0, 0, 2] > picture[0, 0, 0]
    assert np.isfinite(activations.overlay(np.zeros((4, 5, 3)), np.zeros((4, 5)))).all()


def test_pictures_of_channels_share_one_scale():
    values = np.stack([np.zeros((3, 3)), np.full((3, 3), 2.0), np.full((3, 3), 9.0)], axis=-1)
    silent, half = activations.channel_pictures(values, 2)
    assert half.mean() > silent.mean()
    assert len(activations.channel_pictures(values, 8)) == 3


def test_pictures_of_filters_are_grey_at_zero():
    kernel = np.zeros((3, 3, 3, 2))
    kernel[0, 0, 0, 0], kernel[1, 1, 1, 1] = 0.2, -0.4
    first, second = activations.filter_pictures(kernel)
    assert first.shape == (3, 3, 3)
    assert (first[0, 0, 0], second[1, 1, 1], first[2, 2, 2]) == (0.75, 0, 0.5)
    with pytest.raises(ValueError, match="only the first layer"):
        activations.filter_pictures(np.zeros((3, 3, 16, 2)))


def test_errors_say_what_to_do(photos):
    with pytest.raises(ValueError, match=r"photos\[:1\]"):
        activations.grad_cam(network(), photos[0])
    with pytest.raises(ValueError, match="There is no Conv2D"):
        activations.grad_cam(keras.Sequential([keras.Input((12, 10, 3)), layers.Flatten(), layers.Dense(1)]), photos)
    with pytest.raises(ValueError, match="2 answers for 6 photos"):
        activations.grad_cam(network(), photos, answers=[0, 1])
    with pytest.raises(ValueError, match="ends in Flatten"):
        activations.grad_cam(network(layers.Flatten()), photos)
