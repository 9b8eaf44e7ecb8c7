"""The folder of hands that play rock, paper, scissors: layout, repeatability, and what its arguments change."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers.datasets import registry
from helpers.sample import hands as sample_hands
from helpers.sample.hands import rock_paper_scissors
from helpers.sample.store import MANIFEST, Poses

SMALL = {"train": 3, "validation": 2, "individuals": (2, 1), "size": 32}
CLASSES = ("paper", "rock", "scissors")


def hands(data: Path, **options) -> Path:
    return rock_paper_scissors(data, **SMALL | options)


def files(folder: Path) -> dict[str, str]:
    """Every photo's contents as a digest, by its path inside the folder."""
    paths = sorted(folder.glob("*/*/*.png"))
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.fixture
def notes(monkeypatch):
    """Instead of drawing, write down (hand, gesture, pose) of every photo."""
    drawn = []

    def note(rng, hand, gesture, pose, size, background):
        drawn.append((hand, gesture, pose))
        return Image.new("RGB", (size, size))

    monkeypatch.setattr(sample_hands, "hand_photo", note)
    return drawn


def test_by_default_the_classes_are_those_of_the_real_set_and_of_one_size(tmp_path, notes):
    folder = rock_paper_scissors(tmp_path, size=32)
    assert folder.parent == tmp_path / "sample" and folder.name.startswith("rock-paper-scissors-")
    assert {path.name for path in folder.iterdir()} == {"train", "validation", MANIFEST}
    for part, photos, people in (("train", 120, 12), ("validation", 40, 4)):
        counts = {target.name: len(list(target.glob("*.png"))) for target in (folder / part).iterdir()}
        assert counts == dict.fromkeys(CLASSES, photos) and set(counts) == set(registry.info("rps").counts)
        assert len({path.name[:6] for path in (folder / part / "rock").iterdir()}) == people


def test_a_name_says_which_hand_and_which_photo_of_it(tmp_path):
    names = [f"train/{kind}/{kind}{n}.png" for kind in CLASSES for n in ("01-000", "02-000", "01-001")]
    names += [f"validation/{kind}/{kind}03-{n}.png" for kind in CLASSES for n in ("000", "001")]
    assert set(files(hands(tmp_path))) == set(names)


def test_every_photo_is_rgb_of_the_size(tmp_path):
    for path in hands(tmp_path, size=40).glob("*/*/*.png"):
        with Image.open(path) as photo:
            assert photo.size == (40, 40) and photo.mode == "RGB"


def test_a_hand_is_in_all_classes_but_in_one_part_only(tmp_path, notes):
    hands(tmp_path, train=6, validation=4, individuals=(3, 2))
    by_class = [[hand for hand, gesture, _ in notes if gesture == kind] for kind in CLASSES]
    assert by_class[0] == by_class[1] == by_class[2]
    train, validation = set(by_class[0][:6]), set(by_class[0][6:])
    assert len(train) == 3 and len(validation) == 2 and not train & validation


def test_poses_are_distributed_alike_and_differ_from_class_to_class(tmp_path, notes):
    hands(tmp_path, train=200, validation=200)
    for first in (0, 600):
        poses = [[pose for _, _, pose in notes[start : start + 200]] for start in range(first, first + 600, 200)]
        assert len(set(sum(poses, []))) == 600
        turned = np.array([[pose.rotation for pose in part] for part in poses])
        limit = 6 if first == 0 else 30
        assert np.abs(turned).max() <= limit and np.abs(turned.mean(1)).max() < 0.2 * limit
        mirrored = [np.mean([pose.mirrored for pose in part]) for part in poses]
        assert mirrored == [0, 0, 0] if first == 0 else np.ptp(mirrored) < 0.2 and min(mirrored) > 0.3


def test_a_seed_repeats_bit_for_bit_and_another_differs(tmp_path):
    first = files(hands(tmp_path / "a"))
    assert first == files(hands(tmp_path / "b")) and len(set(first.values())) == 15
    assert not set(first.values()) & set(files(hands(tmp_path / "a", seed=1)).values())


def test_another_process_draws_the_same(tmp_path):
    script = "import sys, pathlib; from helpers.sample.hands import rock_paper_scissors; "
    script += f"rock_paper_scissors(pathlib.Path(sys.argv[1]), **{SMALL}); assert 'tensorflow' not in sys.modules"
    root = Path(sample_hands.__file__).parents[2]
    subprocess.run([sys.executable, "-c", script, tmp_path / "there"], check=True, cwd=root)
    (there,) = (tmp_path / "there" / "sample").iterdir()
    here = hands(tmp_path / "here")
    assert here.name == there.name and files(here) == files(there)


def test_a_photo_does_not_depend_on_how_many_are_drawn(tmp_path):
    assert files(hands(tmp_path)).items() <= files(hands(tmp_path, train=5, validation=4)).items()


def test_every_argument_changes_the_set(tmp_path, notes):
    options = [{}, {"seed": 1}, {"train": 2}, {"validation": 1}, {"individuals": (3, 1)}, {"size": 33}]
    options += [{"train_poses": Poses()}, {"validation_poses": Poses()}, {"background": "scene"}]
    assert len({hands(tmp_path, **chosen) for chosen in options}) == len(options)


def test_a_second_call_draws_nothing(tmp_path, monkeypatch):
    folder = hands(tmp_path)
    monkeypatch.setattr(sample_hands, "hand_photo", None)
    assert hands(tmp_path) == folder


def test_nothing_half_written_stays(tmp_path, monkeypatch):
    draw, drawn = sample_hands.hand_photo, []

    def interrupted(*arguments):
        drawn.append(arguments)
        if len(drawn) == 8:
            raise KeyboardInterrupt
        return draw(*arguments)

    monkeypatch.setattr(sample_hands, "hand_photo", interrupted)
    with pytest.raises(KeyboardInterrupt):
        hands(tmp_path)
    assert list((tmp_path / "sample").iterdir()) == []
    assert len(files(hands(tmp_path))) == 15


def test_validation_poses_reach_farther_than_those_of_training():
    far, near = sample_hands.WAVING, sample_hands.REACHING
    assert far.rotation > near.rotation and far.shift > near.shift and np.ptp(far.scale) > np.ptp(near.scale)
    assert far.mirror and not near.mirror


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"train": 0}, "train is 0; expected at least 1"),
        ({"validation": -1}, "validation is -1; expected at least 1"),
        ({"seed": -1}, "seed is -1"),
        ({"size": 31}, "size is 31; expected 32 to 512"),
        ({"individuals": (4, 1)}, r"individuals is \(4, 1\); expected 1 to train \(3\) hands for train"),
        ({"individuals": (2, 3)}, r"individuals is \(2, 3\); expected 1 to validation \(2\) hands for validation"),
        ({"individuals": (0, 1)}, r"individuals is \(0, 1\)"),
        ({"individuals": (1, 1, 1)}, r"individuals is \(1, 1, 1\); expected two numbers"),
        ({"background": "beach"}, "background is 'beach'; expected 'plain' or 'scene'"),
    ],
)
def test_values_out_of_range_are_named(options, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        hands(tmp_path, **options)
    assert list(tmp_path.iterdir()) == []


def test_drawing_is_quick(tmp_path):
    started = time.perf_counter()
    rock_paper_scissors(tmp_path, train=6, validation=4, individuals=(2, 2))
    assert (time.perf_counter() - started) / 30 < 0.2
