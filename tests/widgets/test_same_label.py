import numpy as np
import pytest

from helpers.augmentation import transforms
from helpers.widgets import pictures, same_label
from helpers.widgets.same_label import BROKEN, HARD, SAME, SUBJECTS, Change

SIX, B, ARROW, CAT = (SUBJECTS[name] for name in ("6", "b", "arrow to the right", "drawn cat"))


@pytest.mark.parametrize(
    "subject, change, outcome, shows",
    [
        (SIX, Change(), SAME, "a 6"),
        (SIX, Change(rotation=40), SAME, "a 6"),
        (SIX, Change(rotation=-40), SAME, "a 6"),
        (SIX, Change(rotation=180), BROKEN, "a 9"),
        (SIX, Change(rotation=-180), BROKEN, "a 9"),
        (SIX, Change(rotation=150), BROKEN, "a 9"),
        (SIX, Change(rotation=90), HARD, "something in between"),
        (SIX, Change(horizontal_flip=True, vertical_flip=True), BROKEN, "a 9"),
        (SIX, Change(rotation=180, horizontal_flip=True, vertical_flip=True), SAME, "a 6"),
        (SIX, Change(horizontal_flip=True), HARD, "a 6 in a mirror"),
        (SIX, Change(vertical_flip=True), BROKEN, "a 9 in a mirror"),
        (SIX, Change(zoom=0.3), HARD, "only a part of it"),
        (SIX, Change(zoom=3), SAME, "a 6"),
        (SIX, Change(shear=60), HARD, "something much slanted"),
        (SIX, Change(shear=-30), SAME, "a 6"),
        (B, Change(rotation=20), SAME, "a b"),
        (B, Change(horizontal_flip=True), BROKEN, "a d"),
        (B, Change(vertical_flip=True), BROKEN, "a p"),
        (B, Change(rotation=180), BROKEN, "a q"),
        (B, Change(horizontal_flip=True, vertical_flip=True), BROKEN, "a q"),
        (B, Change(rotation=180, horizontal_flip=True), BROKEN, "a p"),
        (ARROW, Change(rotation=20), SAME, "an arrow that points right"),
        (ARROW, Change(rotation=45), HARD, "something in between"),
        (ARROW, Change(rotation=90), BROKEN, "an arrow that points up"),
        (ARROW, Change(rotation=-90), BROKEN, "an arrow that points down"),
        (ARROW, Change(rotation=90, vertical_flip=True), BROKEN, "an arrow that points down"),
        (ARROW, Change(rotation=90, horizontal_flip=True), BROKEN, "an arrow that points up"),
        (ARROW, Change(horizontal_flip=True), BROKEN, "an arrow that points left"),
        (ARROW, Change(vertical_flip=True), SAME, "an arrow that points right"),
        (CAT, Change(rotation=180, horizontal_flip=True), SAME, "a cat"),
        (CAT, Change(rotation=90, vertical_flip=True), SAME, "a cat"),
        (CAT, Change(zoom=0.3), HARD, "only a part of it"),
    ],
    ids=str,
)
def test_each_subject_reads_as_it_should(subject, change, outcome, shows):
    assert same_label.reading(subject, change) == (outcome, shows)


@pytest.mark.parametrize("horizontal", [False, True])
@pytest.mark.parametrize("vertical", [False, True])
def test_the_arrow_points_where_its_reading_says(horizontal, vertical):
    for rotation in (-180, -90, 0, 90, 180):
        change = Change(rotation, horizontal, vertical)
        ink = np.argwhere(same_label.changed(ARROW, change)[..., 0] < 128)
        # The head has more ink than the tail, so the mean lies towards it.
        down, right = ink.mean(axis=0) - (ink.min(axis=0) + ink.max(axis=0)) / 2
        way = ("right" if right > 0 else "left") if abs(right) > abs(down) else ("down" if down > 0 else "up")
        assert same_label.reading(ARROW, change).shows == f"an arrow that points {way}"


def overlap(one, other):
    return (one & other).sum() / (one | other).sum()


def test_half_a_turn_makes_of_a_6_what_the_font_draws_as_9():
    turned = same_label.changed(SIX, Change(rotation=180))[..., 0] < 128
    nine, six = (pictures.letter(text)[..., 0] < 128 for text in "96")
    assert overlap(turned, nine) > 0.8 > 0.6 > overlap(turned, six)


@pytest.mark.parametrize(
    "change, text",
    [
        (Change(horizontal_flip=True), "d"),
        (Change(vertical_flip=True), "p"),
        (Change(rotation=180), "q"),
    ],
)
def test_flips_make_of_a_b_what_the_font_draws(change, text):
    changed = same_label.changed(B, change)[..., 0] < 128
    letter = pictures.letter(text)[..., 0] < 128
    assert overlap(changed, letter) > 0.8


def test_both_answers_are_told_apart_wherever_it_is_not_hard_to_tell():
    for subject in SUBJECTS.values():
        for rotation in range(-180, 181, 15):
            change = Change(rotation=rotation)
            same, broke = (same_label.judge(subject, change, says) for says in (True, False))
            outcome = same_label.reading(subject, change).outcome
            if outcome == HARD:
                assert same == broke and same.startswith("Hard to tell")
            else:
                assert same.startswith("Right") == (outcome == SAME)
                assert broke.startswith("Right") == (outcome == BROKEN)


def test_the_verdict_names_what_it_reads_as_and_the_label_in_the_file():
    verdict = same_label.judge(SIX, Change(rotation=180), True)
    assert verdict == "No, the label broke: it reads as a 9, while the file would still be labelled a 6."


def test_the_sentence_tells_the_reading_after_half_turns_and_flips_only():
    assert same_label.describe(SIX, Change()) == "This is a 6, left as it was."
    assert same_label.describe(SIX, Change(rotation=180)).endswith("It reads as a 9.")
    assert same_label.describe(B, Change(horizontal_flip=True)).endswith("mirrored left to right. It reads as a d.")
    assert same_label.describe(CAT, Change(vertical_flip=True)).endswith("It still reads as a cat.")
    asked = same_label.describe(SIX, Change(rotation=-150, horizontal_flip=True))
    assert asked == (
        "This was a 6; it is turned by 150 degrees clockwise, then mirrored left to right. "
        "Does its label still hold? Decide, then press a button."
    )


def test_every_change_is_put_into_words():
    words = Change(10, True, True, -5, 0.5).in_words()
    assert words == (
        "turned by 10 degrees counter-clockwise, then sheared by -5 degrees, then enlarged by a zoom factor of 0.5, "
        "then mirrored left to right, then mirrored top to bottom"
    )
    assert "shrunk" in Change(zoom=2).in_words()


def test_the_picture_is_changed_as_keras_would():
    change = Change(30, True, False, 10, 1.5)
    expected = transforms.transform(CAT.picture(), change.parameters(), "nearest")
    assert np.array_equal(same_label.changed(CAT, change), np.rint(expected))
    assert change.parameters()["flip_horizontal"] is True
