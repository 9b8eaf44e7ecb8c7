import numpy as np
import pytest

from helpers.augmentation.generator_settings import LESSON, Augmentation
from helpers.augmentation.transforms import FILL_MODES
from helpers.widgets import pictures, pixels, same_label

CAT = pictures.drawn_cat()


MAKERS = [pixels.make_invented_pixels, pixels.make_still_the_label, pixels.make_one_photo_many_epochs]


@pytest.mark.parametrize("make", MAKERS)
def test_every_control_is_described_and_the_sentence_is_below_the_picture(make):
    box = make()
    parts = [*box.controls.values(), *box.buttons.values()]
    assert parts and all(part.description for part in parts)
    assert box.sentence and box.picture.value.index("<img") < box.picture.value.index("<figcaption")


def test_the_share_of_invented_pixels_is_computed():
    _, sentence = pixels.invented_view(CAT, {"tx": -30}, "nearest")
    assert sentence.startswith("20% of the pixels are invented")


def test_invented_pixels_are_hatched_beside_the_result():
    drawn, _ = pixels.invented_view(CAT, {"tx": -75}, "constant", 128)
    result, hatched = (np.asarray(drawn)[16:256, left : left + 240] for left in (247, 493))
    assert (result[:, :100] == 128).all()
    assert hatched[:, :100].min() == 0 and hatched[:, :100].max() == 255
    assert np.array_equal(result[:, 130:], hatched[:, 130:])


@pytest.mark.parametrize(
    "fill_mode, words", [("nearest", "streak"), ("reflect", "mirror"), ("wrap", "other side"), ("constant", "cval=0")]
)
def test_each_fill_mode_invents_other_pixels_and_the_same_share(fill_mode, words):
    box = pixels.make_invented_pixels()
    pictures_of, shares = set(), set()
    for mode in FILL_MODES:
        box.controls["fill_mode"].value = mode
        pictures_of.add(box.picture.value)
        shares.add(box.sentence.split("%")[0])
    assert len(pictures_of) == 4 and shares == {"33"}
    box.controls["fill_mode"].value = fill_mode
    assert words in box.sentence and repr(fill_mode) in box.sentence


def test_shift_moves_right_and_invents_what_it_leaves_behind():
    box = pixels.make_invented_pixels()
    box.set(rotation=0, zoom=1.0, shift=40)
    assert box.sentence.startswith("40% ")
    result = np.asarray(box.drawn)[16:256, 247:487].astype(int)
    unshifted = np.asarray(box.drawn)[16:256, 1:241].astype(int)
    assert np.abs(result[:, 100:] - unshifted[:, 4:144]).mean() < 1


def test_a_photo_that_covers_everything_invents_nothing():
    box = pixels.make_invented_pixels()
    box.set(rotation=0, zoom=0.5)
    assert box.sentence.startswith("No pixel is invented")


def test_the_learner_is_told_whether_the_label_holds():
    box = pixels.make_still_the_label()
    box.controls["rotation"].value = 180
    assert box.sentence.endswith("It reads as a 9.")
    box.buttons["Still the same label"].click()
    assert "No, the label broke: it reads as a 9" in box.message.value
    box.buttons["The label broke"].click()
    assert "Right: it reads as a 9" in box.message.value
    box.controls["rotation"].value = 20
    assert box.message.value == "" and box.sentence.endswith("press a button.")
    box.buttons["Still the same label"].click()
    assert "Right: it is still a 6." in box.message.value


def test_in_between_it_is_hard_to_tell_whatever_the_learner_says():
    box = pixels.make_still_the_label()
    box.controls["rotation"].value = 90
    for button in box.buttons.values():
        button.click()
        assert "Hard to tell" in box.message.value


@pytest.mark.parametrize("subject", same_label.SUBJECTS)
def test_each_control_changes_the_picture_of_each_subject(subject):
    box = pixels.make_still_the_label()
    box.set(subject=subject, rotation=0)
    for name, value in {"rotation": 45, "horizontal_flip": True, "vertical_flip": True, "shear": 30, "zoom": 2}.items():
        before = box.drawn.tobytes()
        box.controls[name].value = value
        assert box.drawn.tobytes() != before, name


def test_the_first_answer_is_not_given_away():
    sentence = pixels.make_still_the_label().sentence
    assert sentence.startswith("This was a 6") and "9" not in sentence and "hard" not in sentence


def test_epochs_are_counted_for_one_photo_for_all_and_on_disk():
    box = pixels.make_one_photo_many_epochs()
    box.buttons["Next epoch"].click()
    box.buttons["Next epoch"].click()
    box.buttons["Next epoch"].click()
    assert box.sentence == (
        "After 12 epochs: pictures the network has seen of this photo: 12; of all 2,000 photos: 24,000; "
        "files on disk: 2,000, the same as before."
    )
    box.buttons["Ten epochs"].click()
    assert "of this photo: 22; of all 2,000 photos: 44,000" in box.sentence
    box.buttons["Back to epoch 1"].click()
    assert box.sentence.startswith("After 1 epoch: ")


def cell(drawn, number):
    left, top = 1 + number % 3 * 156, 16 + number // 3 * 172
    return np.asarray(drawn)[top : top + 150, left : left + 150]


def test_the_last_nine_epochs_are_shown_each_with_another_picture():
    drawn, _ = pixels.epochs_view(CAT, LESSON, 30, 2000, 0)
    after, _ = pixels.epochs_view(CAT, LESSON, 31, 2000, 0)
    cells = [cell(drawn, number) for number in range(9)]
    assert len({part.tobytes() for part in cells}) == 9
    for number in range(8):
        assert np.array_equal(cell(after, number), cells[number + 1])


def test_before_the_ninth_epoch_places_are_empty():
    drawn, _ = pixels.epochs_view(CAT, LESSON, 2, 2000, 0)
    assert cell(drawn, 1).std() > 10
    assert (cell(drawn, 2) == 255).all()


def test_without_augmentation_every_epoch_shows_the_photo():
    drawn, _ = pixels.epochs_view(CAT, Augmentation(), 9, 2000, 0)
    assert all(np.array_equal(cell(drawn, number), CAT) for number in range(9))


def test_another_seed_shows_other_pictures():
    one, again, other = (pixels.epochs_view(CAT, LESSON, 9, 2000, seed)[0].tobytes() for seed in (0, 0, 1))
    assert one == again != other


def test_a_folder_without_photos_is_refused():
    with pytest.raises(ValueError, match="photos is 0"):
        pixels.make_one_photo_many_epochs(photos=0)


@pytest.mark.parametrize("show", [pixels.invented_pixels, pixels.still_the_label, pixels.one_photo_many_epochs])
def test_a_page_without_widgets_keeps_the_picture(show, monkeypatch):
    shown = []
    monkeypatch.setattr("helpers.widgets.shell.display", lambda data, raw: shown.append(data))
    assert show() is None
    assert "<img" in shown[0]["text/html"] and shown[0]["text/plain"].endswith(".")
    assert len(shown[0]["text/html"]) < 60_000
