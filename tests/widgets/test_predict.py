import io

import keras
import numpy as np
import pytest
from PIL import Image

from helpers.widgets import predict
from helpers.widgets.predict import make_predict_your_own, predict_photos
from helpers.widgets.uploads import Upload

DARK, BRIGHT = Image.new("RGB", (40, 20), (10, 10, 10)), Image.new("RGB", (90, 160), (240, 240, 240))


def network(outputs=1, size=(8, 12), channels=3, activation=True):
    """Answers by the mean brightness: above one half, the second class."""
    inputs = keras.Input((*size, channels))
    mean = keras.layers.GlobalAveragePooling2D()(inputs)
    last = "sigmoid" if outputs == 1 else "softmax"
    dense = keras.layers.Dense(outputs, activation=last if activation else None)
    model = keras.Model(inputs, dense(mean))
    kernel = np.full((channels, outputs), 20 / channels) if outputs == 1 else np.zeros((channels, outputs))
    bias = np.full(outputs, -10.0) if outputs == 1 else np.zeros(outputs)
    if outputs > 1:
        kernel[:, 1], bias[1] = 20 / channels, -10
        kernel[:, 2:], bias[2:] = 0, -50
    dense.set_weights([kernel, bias])
    return model


@pytest.fixture(scope="module")
def model():
    return network()


def uploaded(*pictures, seven=False):
    files = []
    for number, picture in enumerate(pictures):
        buffer = io.BytesIO()
        picture.save(buffer, "PNG")
        files.append({"name": f"my{number}.png", "content": memoryview(buffer.getvalue())})
    return {file["name"]: file for file in files} if seven else tuple(files)


def test_one_sigmoid_output_is_the_probability_of_the_second_class(model):
    dark, bright = predict_photos(model, [DARK, BRIGHT])
    assert (dark.label, bright.label) == ("cat", "dog")
    assert dark.probability == pytest.approx(1 / (1 + np.exp(20 * 10 / 255 - 10)), abs=1e-4)
    assert bright.probability == pytest.approx(1 / (1 + np.exp(-20 * 240 / 255 + 10)), abs=1e-4)


def test_a_softmax_output_has_a_probability_for_each_class():
    dark, bright = predict_photos(network(3), [DARK, BRIGHT], class_names=("ape", "bee", "cow"))
    assert (dark.label, bright.label) == ("ape", "bee")
    assert 0.99 < bright.probability <= 1


def test_photos_are_resized_and_rescaled_as_in_training(model, tmp_path):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (50, 70, 3), dtype="uint8"))
    noise.save(tmp_path / "noise.png")
    (prediction,) = predict_photos(model, [noise])
    as_trained = keras.utils.img_to_array(keras.utils.load_img(tmp_path / "noise.png", target_size=(8, 12)))
    assert np.array_equal(np.asarray(prediction.seen), as_trained)
    assert prediction.values == pytest.approx((as_trained.min() / 255, as_trained.max() / 255), abs=1e-6)
    expected = model.predict(as_trained[None] / 255, verbose=0)[0, 0]
    assert prediction.probability == pytest.approx(max(expected, 1 - expected), abs=1e-5)


def test_without_rescaling_the_answer_is_another(model):
    (dark,) = predict_photos(model, [DARK], rescale=1)
    assert dark.label == "dog" and dark.values == (10, 10)


def test_a_network_for_grey_photos_gets_grey_photos():
    (bright,) = predict_photos(network(channels=1), [BRIGHT])
    assert bright.label == "dog" and bright.seen.mode == "L"


def test_a_network_without_a_size_needs_one():
    free = network(size=(None, None))
    with pytest.raises(ValueError, match="image_size=\\(height, width\\)"):
        predict_photos(free, [DARK])
    assert predict_photos(free, [DARK], image_size=(6, 7))[0].seen.size == (7, 6)


@pytest.mark.parametrize(
    ("make", "options", "message"),
    [
        (network, {"class_names": ("cat",)}, "1 names .cat. for an output"),
        (network, {"class_names": ("a", "b", "c")}, "3 names"),
        (lambda: network(3), {}, "2 names"),
        (network, {"image_size": (8, 8)}, "the network takes .8, 12. pixels"),
        (lambda: keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)]), {}, "expected photos"),
    ],
)
def test_what_does_not_fit_is_refused_before_any_photo(make, options, message):
    with pytest.raises(ValueError, match=message):
        predict_photos(make(), [], **options)
    with pytest.raises(ValueError, match=message):
        make_predict_your_own(make(), **options)


def test_outputs_that_are_no_probabilities_are_refused():
    with pytest.raises(ValueError, match="expected probabilities.*activation='sigmoid'"):
        predict_photos(network(activation=False), [DARK])


def test_no_photos_give_no_predictions(model):
    assert predict_photos(model, []) == []


@pytest.mark.parametrize("seven", [False, True])
def test_chosen_photos_are_answered_in_a_sentence_each(model, seven):
    box = make_predict_your_own(model)
    button, answers = box.children
    assert button.description == "Choose photos" and button.multiple
    assert predict.NOTHING_YET in answers.value and box.sentence == predict.NOTHING_YET
    box.children[0].notify_change(
        {"name": "value", "new": uploaded(DARK, BRIGHT, seven=seven), "old": (), "owner": button, "type": "change"}
    )
    assert "my0.png: cat with probability 1.00" in answers.value
    assert "my1.png: dog with probability 1.00" in answers.value
    assert "right what the network sees, 12 by 8 pixels with values from 0.94 to 0.94" in answers.value
    assert answers.value.count("<img") == 2


def test_a_bad_file_is_named_beside_the_answers_for_the_good_ones(model):
    shown, sentence = predict.answer(
        [Upload("a.txt", None, "a.txt is no <picture>."), Upload("b.png", DARK)],
        lambda pictures: predict_photos(model, pictures),
    )
    assert "a.txt is no &lt;picture&gt;." in shown
    assert sentence.startswith("a.txt is no <picture>. b.png: cat with probability")


def test_a_photo_may_stand_there_from_the_start(model):
    box = make_predict_your_own(model, first=BRIGHT)
    assert "<img" in box.children[1].value
    assert box.sentence.startswith("the first photo: dog with probability 1.00. Left the photo, 90 by 160 pixels")


def test_an_error_of_the_network_is_shown_as_text():
    def fail(pictures):
        raise RuntimeError("out of memory")

    shown, sentence = predict.answer([Upload("b.png", DARK)], fail)
    assert sentence == "The network could not answer: out of memory" and "out of memory" in shown


def test_both_pictures_stand_side_by_side():
    both = predict.side_by_side(Image.new("RGB", (4000, 1000), "red"), Image.new("RGB", (8, 8), "blue"))
    assert both.size == (2 * predict.HEIGHT + predict.GAP + predict.HEIGHT, predict.HEIGHT)
    middle = predict.HEIGHT // 2
    assert both.getpixel((5, middle)) == (255, 0, 0) and both.getpixel((both.width - 5, middle)) == (0, 0, 255)
    assert predict.side_by_side(Image.new("RGB", (3, 900)), Image.new("RGB", (1, 200))).height == predict.HEIGHT
