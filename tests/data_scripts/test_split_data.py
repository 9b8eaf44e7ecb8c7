"""data_scripts.split_data: the command line of the split."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from data_scripts.split_data import main, split_classes


@pytest.fixture
def pets(tmp_path):
    for name in ("Cat", "Dog"):
        folder = tmp_path / "PetImages" / name
        folder.mkdir(parents=True)
        for number in range(10):
            Image.new("RGB", (4, 4), (number, 0, 0)).save(folder / f"{number}.png")
    (tmp_path / "PetImages" / "Cat" / "666.jpg").write_bytes(b"")
    (tmp_path / "PetImages" / "readme.txt").write_text("passed over")
    return tmp_path / "PetImages"


def found(target):
    return {
        f"{side.name}/{folder.name}": len(os.listdir(folder))
        for side in sorted(target.iterdir())
        for folder in sorted(side.iterdir())
        if folder.is_dir()
    }


def test_the_command_runs_prints_and_repeats(pets, tmp_path):
    command = [sys.executable, "-m", "data_scripts.split_data", pets, tmp_path / "out", "--rename", "Cat=cats"]
    for _ in range(2):
        root = Path(__file__).resolve().parents[2]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines() == [
            "cats:",
            "666.jpg is zero length, so ignoring.",
            "9 for training, 1 for testing",
            "Dog:",
            "9 for training, 1 for testing",
        ]
        assert found(tmp_path / "out") == {"testing/Dog": 1, "testing/cats": 1, "training/Dog": 9, "training/cats": 9}


def test_fraction_seed_and_names_reach_the_split(pets, tmp_path):
    arguments = ["--fraction", "0.5", "--seed", "7", "--rename", "Cat=cats", "Dog=dogs"]
    assert main([str(pets), str(tmp_path / "a"), *arguments]) == 0
    assert found(tmp_path / "a") == dict.fromkeys(["testing/cats", "testing/dogs", "training/cats", "training/dogs"], 5)
    parts = split_classes(pets, tmp_path / "b", 0.5, seed=7)
    assert list(parts) == ["Cat", "Dog"]
    assert sorted(path.name for path in parts["Cat"].testing) == sorted(os.listdir(tmp_path / "a" / "testing" / "cats"))


@pytest.mark.parametrize(
    ("source", "target", "more", "message"),
    [
        ("absent", "out", [], "absent does not exist"),
        ("PetImages/Dog", "out", [], "There are no class folders in"),
        ("PetImages", "PetImages/out", [], "lies inside the source"),
        ("PetImages", "PetImages", [], "lies inside the source"),
        ("PetImages", "out", ["--fraction", "1.5"], "fraction is 1.5"),
        ("PetImages", "out", ["--fraction", "nan"], "fraction is nan"),
        ("PetImages", "out", ["--rename", "Bird=birds"], "--rename names Bird, but .* holds Cat, Dog"),
        ("PetImages", "out", ["--rename", "Cat=Dog"], "gives two classes the same name: Dog, Dog"),
    ],
)
def test_an_error_is_one_clear_line(pets, tmp_path, capsys, source, target, more, message):
    assert main([str(tmp_path / source), str(tmp_path / target), *more]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1
    assert printed.err.startswith("error: ")
    assert re.search(message, printed.err)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "arguments",
    [[], ["a"], ["a", "b", "--fraction", "many"], ["a", "b", "--seed", "x"]]
    + [["a", "b", "--rename", pair] for pair in ("Cat", "Cat=", "=cats", "Cat=../cats", "Cat=..", "Cat=.c", "Cat=a/b")],
)
def test_wrong_usage_exits_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: python -m data_scripts.split_data" in capsys.readouterr().err
