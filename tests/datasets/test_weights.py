"""Weights: the data folder, a mirror; what does not fit is refused and named."""

import h5py
import numpy as np
import pytest

from helpers.datasets import archives, weights
from helpers.datasets.archives import ArchiveError
from helpers.datasets.downloads import DownloadError


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    monkeypatch.setattr(weights, "URLS", ("http://127.0.0.1:9/tiny.h5",))


@pytest.fixture
def make(tmp_path):
    def make(name="given.h5", numbers=weights.PARAMETERS, layer="Conv1", value=0.5):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with h5py.File(path, "w") as file:
            file.create_group(layer).create_dataset("kernel", data=np.full(numbers, value, np.float32))
        return path

    return make


@pytest.mark.parametrize("listed", [False, True])
def test_a_mirror_gives_it_once(make, tmp_path, listed):
    path = make(f"mirror/{weights.FILE}")
    if listed:
        line = f"{weights.FILE} sha256:{archives.digest(path)}\n"
        (path.parent / "registry.txt").write_text(line, encoding="utf-8")
    found = weights.fetch(data=tmp_path / "data", mirror=str(path.parent))
    assert found == tmp_path / "data" / "weights" / weights.FILE
    path.unlink()
    assert weights.fetch(data=tmp_path / "data", mirror=str(path.parent)) == found
    assert sorted(entry.name for entry in found.parent.iterdir()) == [weights.FILE, f"{weights.FILE}.json"]


def test_a_file_that_was_put_there_by_hand_needs_no_network(make, tmp_path):
    path = make(f"data/weights/{weights.FILE}")
    assert weights.fetch(data=tmp_path / "data", mirror="") == path


def test_a_hash_of_the_mirror_must_fit(make, tmp_path):
    path = make(f"mirror/{weights.FILE}")
    (path.parent / "registry.txt").write_text(f"{weights.FILE} sha256:{'0' * 64}\n", encoding="utf-8")
    with pytest.raises(DownloadError, match="SHA-256 begins with"):
        weights.fetch(data=tmp_path / "data", mirror=str(path.parent))


def test_without_network_each_place_is_named_and_what_to_do(tmp_path):
    with pytest.raises(DownloadError) as caught:
        weights.fetch(data=tmp_path, mirror=str(tmp_path / "empty"))
    message = str(caught.value)
    assert "no such file" in message and "127.0.0.1:9/tiny.h5: no connection" in message
    assert all(word in message for word in ("MobileNetV2", "COURSE_PROFILE=sample", "COURSE_MIRROR", weights.FILE))
    assert not list((tmp_path / "weights").iterdir())


def test_a_damaged_file_in_the_data_folder_is_set_aside(make, tmp_path):
    make(f"data/weights/{weights.FILE}", numbers=3)
    make(f"mirror/{weights.FILE}")
    found = weights.fetch(data=tmp_path / "data", mirror=str(tmp_path / "mirror"))
    assert (found.parent / f"{weights.FILE}.aside-1").is_file()
    assert weights.check(found) == archives.digest(found)


def test_what_is_no_file_of_weights(make, tmp_path):
    page = tmp_path / "page.h5"
    page.write_text("<html>sign in</html>")
    with pytest.raises(ArchiveError, match="not a whole file of weights"):
        weights.check(page)
    with pytest.raises(ArchiveError, match="not finite"):
        weights.check(make(value=np.nan))
    with pytest.raises(ArchiveError, match="another network: 7 numbers instead of 410,208"):
        weights.check(make(numbers=7))
    with pytest.raises(ArchiveError, match="no layer Conv1"):
        weights.check(make(layer="block1_conv1"))


def test_the_real_network_has_as_many_parameters():
    import keras

    network = keras.applications.MobileNetV2((32, 32, 3), alpha=0.35, include_top=False, weights=None)
    assert network.count_params() == weights.PARAMETERS
