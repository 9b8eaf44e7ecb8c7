"""The layer against `ImageDataGenerator`: the same pictures, the same distributions; and as a Keras layer."""

import itertools
import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats
from tensorflow.keras.preprocessing.image import ImageDataGenerator

from helpers.augmentation import generator_settings
from helpers.augmentation.random_transform import RandomTransform
from helpers.augmentation.transforms import FILL_MODES

LESSON = {"rescale": 1 / 255} | generator_settings.LESSON.keywords()
STRONG = LESSON | dict(shear_range=25.0, zoom_range=(0.4, 1.9), vertical_flip=True)


def photos(count=6, height=32, width=32, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, height, width, 3)).astype("uint8")


def both(settings, images):
    """What the generator makes of the images, and what the layer makes of the same draws."""
    generator = ImageDataGenerator(**settings)
    np.random.seed(3)
    drawn = [generator.get_random_transform(image.shape) for image in images]
    pairs = zip(images, drawn, strict=True)
    expected = [generator.standardize(generator.apply_transform(image.astype("float32"), p)) for image, p in pairs]
    columns = {name: [p[name] for p in drawn] for name, value in drawn[0].items() if value is not None}
    made = RandomTransform.from_generator(generator, swap_axes=True).apply(images, columns)
    return np.stack(expected), made.numpy()


@pytest.mark.parametrize("fill_mode", FILL_MODES)
@pytest.mark.parametrize(
    "size, more", [((32, 32), {}), ((24, 37), {"channel_shift_range": 60.0})], ids=["square", "channel shift"]
)
def test_the_same_draws_make_the_same_pictures(fill_mode, size, more):
    expected, made = both(STRONG | {"fill_mode": fill_mode, "cval": 30} | more, photos(20, *size))
    assert np.abs(made - expected).max() <= 1e-6


def test_brightness_is_cut_to_whole_levels_as_pillow_does():
    expected, made = both(STRONG | {"brightness_range": (0.2, 1.8), "rescale": None}, photos(20))
    # A value that lies on a whole level up to rounding falls on either side of it.
    assert np.mean(made == expected) > 0.999
    assert np.abs(made - expected).max() <= 2


def test_brightness_alone_is_the_generator_s_to_the_bit():
    expected, made = both({"brightness_range": (0.2, 1.8)}, photos(20))
    np.testing.assert_array_equal(made, expected)


RANGES = {
    "fractions": dict(
        rotation_range=40,
        height_shift_range=0.2,
        width_shift_range=0.3,
        shear_range=20,
        zoom_range=0.2,
        horizontal_flip=True,
        vertical_flip=True,
        channel_shift_range=50.0,
        brightness_range=(0.3, 1.4),
    ),
    "pixels": dict(height_shift_range=7.5, width_shift_range=[3, 8, 20], zoom_range=(0.5, 0.9)),
    "whole pixels": dict(height_shift_range=5, width_shift_range=[0.1, 0.5], horizontal_flip=True),
}


@pytest.mark.parametrize("settings", RANGES.values(), ids=RANGES)
def test_the_distribution_is_the_generator_s(settings):
    generator, draws = ImageDataGenerator(**settings), 10_000
    np.random.seed(1)
    expected = [generator.get_random_transform((50, 80, 3)) for _ in range(draws)]
    drawn = RandomTransform.from_generator(generator).draw((5, 6), draws, 50, 80)
    assert list(drawn) == list(expected[0])
    for name, values in drawn.items():
        theirs = [one[name] for one in expected]
        if theirs[0] is None:
            assert values is None
            continue
        values, theirs = np.array(values, float), np.array(theirs, float)
        assert stats.ks_2samp(values, theirs, method="asymp").pvalue > 1e-3, name
        known = np.unique(theirs)
        if len(known) < 50:  # a choice: nothing missing, nothing invented
            np.testing.assert_allclose(np.unique(values), known)


def test_the_draws_of_one_image_do_not_hang_together():
    drawn = RandomTransform(**STRONG).draw((1, 2), 10_000, 50, 50)
    table = np.stack([np.array(drawn[name], float) for name in ("theta", "tx", "ty", "shear", "zx", "zy")])
    assert np.abs(np.corrcoef(table) - np.eye(6)).max() < 0.05


def test_told_width_it_moves_along_the_width():
    image = np.zeros((1, 20, 20, 1), np.uint8)
    image[:, :, 8] = 255  # a vertical line: up and down does not change it
    across, down = RandomTransform(width_shift_range=[5]), RandomTransform(height_shift_range=[5])
    assert np.argmax(across.augment(image, (1, 2))[0, 10, :, 0]) in (3, 13)
    np.testing.assert_array_equal(down.augment(image, (1, 2)), image)
    swapped = RandomTransform(width_shift_range=[5], swap_axes=True)
    np.testing.assert_array_equal(swapped.augment(image, (1, 2)), image)


def test_a_photo_that_is_not_square_turns_about_its_centre():
    image = np.zeros((1, 21, 41, 1), np.uint8)
    image[0, 10, 20] = 255
    for degrees in (90, 180, 37):
        turned = RandomTransform().apply(image, {"theta": [degrees]}).numpy()
        assert turned[0, 10, 20, 0] == pytest.approx(255, abs=0.01)


def test_one_seed_one_sequence_and_no_picture_twice():
    images = np.repeat(photos(1), 8, axis=0)
    first, second = RandomTransform(**LESSON, seed=7), RandomTransform(**LESSON, seed=7)
    runs = [[layer(images, training=True).numpy() for _ in range(3)] for layer in (first, second)]
    np.testing.assert_array_equal(runs[0], runs[1])
    made = np.concatenate(runs[0])
    assert all(np.abs(a - b).max() > 0.01 for a, b in itertools.combinations(made, 2))
    other = RandomTransform(**LESSON, seed=8)(images, training=True)
    assert np.abs(runs[0][0] - other).max() > 0.01


def test_any_number_goes_in_and_float32_comes_out():
    layer = RandomTransform(**LESSON)
    for kind in ("uint8", "float32", "float64", "int32", "float16"):
        images = photos().astype(kind)
        for training in (True, False):
            made = layer(images, training=training)
            assert made.dtype == tf.float32 and made.shape == images.shape
            assert 0 <= made.numpy().min() and made.numpy().max() <= 1


def test_float16_policy_does_not_cost_precision():
    images = photos().astype("float32")
    plain, mixed = RandomTransform(**LESSON, seed=1), RandomTransform(**LESSON, seed=1, dtype="mixed_float16")
    np.testing.assert_array_equal(plain(images, training=True), mixed(images, training=True))


def test_it_is_inactive_unless_training_and_still_rescales():
    images, layer = photos(), RandomTransform(**LESSON)
    for made in (layer(images), layer(images, training=False), keras.Sequential([layer]).predict(images, verbose=0)):
        np.testing.assert_allclose(made, images / 255, rtol=1e-6)
    assert layer(photos(1)[0]).shape == (32, 32, 3)


def test_one_picture_is_a_batch_of_one():
    image = photos(1)[0]
    one = RandomTransform(**LESSON, seed=4)(image, training=True)
    batch = RandomTransform(**LESSON, seed=4)(image[np.newaxis], training=True)
    np.testing.assert_array_equal(one, batch[0])


def test_it_draws_anew_in_every_call_of_a_map():
    layer = RandomTransform(**LESSON, seed=2)
    single = tf.data.Dataset.from_tensor_slices(np.repeat(photos(1), 6, axis=0))
    for dataset in (single, single.batch(3)):
        mapped = dataset.map(lambda images: layer(images, training=True))
        made = [picture for _ in range(2) for images in mapped for picture in images.numpy().reshape(-1, 32, 32, 3)]
        assert len(made) == 12
        assert all(np.abs(a - b).max() > 0.01 for a, b in itertools.combinations(made, 2))


def model_with(layer, **compile_options):
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((16, 16, 3)),
            layer,
            keras.layers.Conv2D(4, 3, activation="relu"),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(loss="binary_crossentropy", optimizer="adam", **compile_options)
    return model


@pytest.mark.parametrize("jit_compile", [True, False])
def test_a_model_that_holds_it_trains(jit_compile):
    images, labels = photos(12, 16, 16), np.arange(12) % 2
    model = model_with(RandomTransform(**STRONG, seed=1), jit_compile=jit_compile)
    history = model.fit(images, labels, batch_size=5, epochs=2, verbose=0).history
    assert np.all(np.isfinite(history["loss"]))


def test_it_does_not_switch_xla_off_as_the_stock_layers_do():
    assert RandomTransform().supports_jit
    assert not keras.layers.RandomRotation(0.1).supports_jit


def test_a_saved_model_predicts_the_same_and_draws_again(tmp_path):
    images, layer = photos(12, 16, 16), RandomTransform(**(STRONG | {"fill_mode": "reflect"}), seed=1)
    model = model_with(layer)
    model.fit(images, np.arange(12) % 2, epochs=1, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.predict(images, verbose=0), model.predict(images, verbose=0))
    again = loaded.layers[0]
    assert again.get_config() == layer.get_config()
    fresh = RandomTransform.from_config(layer.get_config())
    np.testing.assert_array_equal(again(images, training=True), fresh(images, training=True))


def test_from_generator_takes_everything_over():
    settings = STRONG | dict(brightness_range=(0.5, 1.5), channel_shift_range=9.0, fill_mode="wrap")
    layer = RandomTransform.from_generator(ImageDataGenerator(**settings), seed=3)
    config = layer.get_config()
    assert {name: config[name] for name in settings} == settings
    assert config["seed"] == 3 and config["swap_axes"] is False


def test_from_generator_says_what_it_cannot_do():
    for name, value in (
        ("featurewise_center", True),
        ("samplewise_center", True),
        ("zca_whitening", True),
        ("preprocessing_function", abs),
        ("data_format", "channels_first"),
        ("interpolation_order", 3),
    ):
        generator = ImageDataGenerator()
        setattr(generator, name, value)
        with pytest.raises(ValueError, match=f"The generator has {name}={value!r}"):
            RandomTransform.from_generator(generator)


NONSENSE = {
    "rotation_range": [-1, "40", float("inf")],
    "width_shift_range": [-0.1, ["left"]],
    "height_shift_range": [[]],
    "shear_range": [90],
    "zoom_range": [1, (1.2, 0.8), ("a", "b")],
    "brightness_range": [0.5],
    "channel_shift_range": [-3],
    "fill_mode": ["mirror"],
    "cval": ["black"],
    "rescale": ["1/255"],
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_refused_by_name(name):
    for value in NONSENSE[name]:
        with pytest.raises(ValueError) as caught:
            RandomTransform(**{name: value})
        assert f"{name} is {value!r}; expected" in str(caught.value)


def test_images_of_another_shape_are_refused():
    for shape in ((32,), (1, 1, 32, 3), (2, 2, 2, 2, 2)):
        with pytest.raises(ValueError, match="expected"):
            RandomTransform(**LESSON)(np.zeros(shape, "float32"), training=True)


def test_a_list_of_shifts_may_hold_anything_that_the_generator_takes():
    for limit in ([-10, 0], [0], (0.0, -0.1), np.array([3, 4])):
        drawn = RandomTransform(width_shift_range=limit, rotation_range=1).draw((1, 2), 500, 10, 20)["ty"].numpy()
        unit = 20 if max(limit) < 1 else 1
        expected = {round(float(sign * value * unit), 6) for value in limit for sign in (-1, 1)}
        assert set(np.round(drawn, 6)) == expected


def test_rescale_0_means_none_as_in_keras():
    generator = ImageDataGenerator(rescale=0)
    np.testing.assert_array_equal(RandomTransform.from_generator(generator)(photos(1)), photos(1))


def test_the_config_is_plain_json():
    layer = RandomTransform(np.float32(40), np.array([1, 2]), zoom_range=np.array([0.5, 1.5]), cval=np.int64(3))
    config = json.loads(json.dumps(layer.get_config()))
    assert config["width_shift_range"] == [1, 2] and config["zoom_range"] == [0.5, 1.5]
    again = RandomTransform.from_config(config)
    np.testing.assert_array_equal(again.augment(photos(), (1, 2)), layer.augment(photos(), (1, 2)))


def test_one_draw_of_the_generator_serves_a_whole_batch():
    parameters = {"theta": 10.0, "flip_horizontal": True, "channel_shift_intensity": None, "brightness": None}
    layer = RandomTransform()
    both = layer.apply(np.repeat(photos(1), 2, axis=0), parameters)
    np.testing.assert_array_equal(both[0], both[1])
    assert not np.array_equal(both[0], layer.apply(photos(1), parameters | {"flip_horizontal": False})[0])


def test_another_seed_is_no_reason_to_compile_again():
    layer = RandomTransform(**LESSON)
    for seed in range(6):
        layer.augment(photos(2), (seed, 1))
    assert layer._compiled_plan.experimental_get_tracing_count() == 1


def test_its_place_in_a_network_says_float32_whatever_the_policy():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        assert RandomTransform(**LESSON)(keras.Input((16, 16, 3))).dtype == "float32"
    finally:
        keras.config.set_dtype_policy("float32")
