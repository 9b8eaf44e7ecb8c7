"""The folder of happy and sad faces: layout, repeatability, and what its arguments change."""

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
from helpers.sample import faces as sample_faces
from helpers.sample import sets


def faces(data: Path, **options) -> Path:
    return sets.happy_or_sad(data, **{"per_class": 3, "size": 32} | options)


def files(folder: Path) -> dict[str, str]:
    """Every photo's contents as a digest, by its path inside the folder."""
    paths = sorted(folder.glob("*/*.png"))
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_the_layout_is_that_of_the_real_set(tmp_path):
    folder = sets.happy_or_sad(tmp_path, size=32)
    kinds = [path.parent.name for path in folder.glob("*/*.png")]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == registry.info("happy-or-sad").counts
    assert folder.parent == tmp_path / "sample" and folder.name.startswith("happy-or-sad-")


def test_a_name_says_which_face_and_which_photo_of_it(tmp_path):
    assert set(files(faces(tmp_path))) == {f"{mood}/{mood}{n}-00.png" for mood in ("happy", "sad") for n in (1, 2, 3)}
    assert {path.name for path in (faces(tmp_path, faces=2) / "sad").iterdir()} == {
        "sad1-00.png", "sad2-00.png", "sad1-01.png",
    }  # fmt: skip


def test_every_photo_is_rgb_of_the_size(tmp_path):
    for path in faces(tmp_path, size=40).glob("*/*.png"):
        with Image.open(path) as photo:
            assert photo.size == (40, 40) and photo.mode == "RGB"


def test_a_face_is_in_both_classes(tmp_path, monkeypatch):
    drawn = {"happy": [], "sad": []}

    def note(rng, face, mood, pose, size):
        drawn[mood].append(face)
        return Image.new("RGB", (size, size))

    monkeypatch.setattr(sample_faces, "face_photo", note)
    faces(tmp_path, per_class=4)
    assert drawn["happy"] == drawn["sad"] and len(set(drawn["sad"])) == 4
    faces(tmp_path, per_class=4, faces=1)
    assert len(set(drawn["happy"][4:] + drawn["sad"][4:])) == 1


def test_a_seed_repeats_bit_for_bit_and_another_differs(tmp_path):
    first = files(faces(tmp_path / "a"))
    assert first == files(faces(tmp_path / "b")) and len(set(first.values())) == 6
    assert not set(first.values()) & set(files(faces(tmp_path / "a", seed=1)).values())


def test_another_process_draws_the_same(tmp_path):
    script = "import sys, pathlib; from helpers import sample; "
    script += "sample.happy_or_sad(pathlib.Path(sys.argv[1]), per_class=3, size=32); "
    script += "assert 'tensorflow' not in sys.modules"
    root = Path(sets.__file__).parents[2]
    subprocess.run([sys.executable, "-c", script, tmp_path / "there"], check=True, cwd=root)
    (there,) = (tmp_path / "there" / "sample").iterdir()
    here = faces(tmp_path / "here")
    assert here.name == there.name and files(here) == files(there)


def test_another_stream_draws_other_faces(tmp_path):
    assert not set(files(faces(tmp_path)).values()) & set(files(faces(tmp_path, stream="new")).values())


def test_a_photo_does_not_depend_on_how_many_are_drawn(tmp_path):
    assert files(faces(tmp_path)).items() <= files(faces(tmp_path, per_class=5)).items()


def test_every_argument_changes_the_set(tmp_path):
    options = [{}, {"seed": 1}, {"per_class": 2}, {"faces": 2}, {"poses": sets.TILTED}, {"size": 33}, {"stream": "x"}]
    assert len({faces(tmp_path, **chosen) for chosen in options}) == len(options)
    assert faces(tmp_path, faces=3) == faces(tmp_path)


def test_a_second_call_draws_nothing(tmp_path, monkeypatch):
    folder = faces(tmp_path)
    monkeypatch.setattr(sample_faces, "face_photo", None)
    assert faces(tmp_path) == folder


def test_tilted_faces_reach_farther_than_facing_ones():
    far, near = sets.TILTED, sets.FACING
    assert far.rotation > near.rotation and far.shift > near.shift and np.ptp(far.scale) > np.ptp(near.scale)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"per_class": 0}, "per_class is 0; expected at least 1"),
        ({"seed": -1}, "seed is -1"),
        ({"size": 31}, "size is 31; expected 32 to 512"),
        ({"faces": 4}, r"faces is 4; expected 1 to per_class \(3\), or None"),
        ({"faces": 0}, "faces is 0"),
    ],
)
def test_values_out_of_range_are_named(options, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        faces(tmp_path, **options)
    assert list(tmp_path.iterdir()) == []


def test_drawing_is_quick(tmp_path):
    started = time.perf_counter()
    sets.happy_or_sad(tmp_path, per_class=10)
    assert (time.perf_counter() - started) / 20 < 0.2
