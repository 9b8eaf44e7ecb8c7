import ast
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from data_scripts import record_turned
from helpers.widgets import turned

LESSON = Path(__file__).resolve().parent.parent / "notebooks" / "paired" / "03_train_with_augmentation.py"


@pytest.fixture
def quick(tmp_path, monkeypatch):
    """Few angles and no training; the answer of a network is the brightness of its photo's upper left corner."""
    calls = []

    class Network:
        def predict(self, batch, batch_size, verbose):
            assert batch.shape[1:] == (64, 64, 3) and 0 <= batch.min() <= batch.max() <= 1
            return batch[:, :8, :8].mean((1, 2, 3))[:, None]

    def train(data, seed, augmentation, epochs):
        calls.append((seed, bool(augmentation), epochs))
        return Network()

    monkeypatch.setattr(record_turned, "train", train)
    monkeypatch.setattr(turned, "ANGLES", (-90, 0, 90))
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    return calls


def test_a_record_holds_the_answers_for_every_seed_photo_and_angle(quick, tmp_path, capsys):
    out = tmp_path / "record.json"
    arguments = ["--seeds", "4", "5", "--epochs", "2", "--judged", "4", "--out", str(out)]
    assert record_turned.main(arguments) == 0
    assert quick == [(4, False, 2), (4, True, 2), (5, False, 2), (5, True, 2)]
    record = turned.load(out)
    assert record.probabilities["with"].shape == (2, 6, 3) and record.accuracies["without"].shape == (2, 3)
    assert record.photos == 8
    kept = json.loads(out.read_text(encoding="utf-8"))
    assert kept["seeds"] == [4, 5] and kept["versions"]["keras"] and len(kept["seconds"]) == 4
    assert "seed 5, with augmentation" in capsys.readouterr().out


def test_the_answers_belong_to_the_photos_that_the_widget_shows(quick, tmp_path):
    record = record_turned.make_record(tmp_path, [0], epochs=1, judged=4)
    for index, (kind, number) in enumerate([(kind, number) for kind in turned.KINDS for number in range(3)]):
        for place, angle in enumerate((-90, 0, 90)):
            shown = turned.turn(turned.photo(kind, number), angle).resize((64, 64), Image.Resampling.NEAREST)
            expected = np.asarray(shown)[:8, :8].mean() / 255
            assert record["probabilities"]["with"][0][index][place] == pytest.approx(expected, abs=6e-4)


@pytest.mark.parametrize(
    ("options", "message"),
    [(["--epochs", "0"], "epochs is 0"), (["--judged", "2"], "judged is 2"), (["--seeds", "-1"], "seeds is -1")],
)
def test_numbers_that_are_too_small_are_refused(quick, capsys, options, message):
    with pytest.raises(SystemExit):
        record_turned.main(options)
    assert message in capsys.readouterr().err


def test_the_networks_are_those_of_lesson_3():
    text = LESSON.read_text(encoding="utf-8")
    tree = ast.parse(text)
    (augmentation,) = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "AUGMENTATION"
    ]
    assert {word.arg: ast.literal_eval(word.value) for word in augmentation.keywords} == record_turned.AUGMENTATION
    sample = text[text.index("base_dir = sample.cats_and_dogs(") :]
    assert re.search(r"= \((\d+), \1\), (\d+), (\d+)\n", sample).groups() == ("64", "16", "28")
    assert (record_turned.SIDE, record_turned.BATCH, record_turned.EPOCHS) == (64, 16, 28)
    assert "FILTERS, DENSE, LEARNING_RATE = (16, 32, 64, 64), 128, 6e-4" in sample
    assert (record_turned.FILTERS, record_turned.DENSE, record_turned.LEARNING_RATE) == ((16, 32, 64, 64), 128, 6e-4)

    import keras

    (definition,) = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "build_network"]
    names = {"keras": keras, "layers": keras.layers, "IMAGE_SIZE": (64, 64)}
    names |= {name: getattr(record_turned, name) for name in ("FILTERS", "DENSE", "LEARNING_RATE")}
    exec(compile(ast.Module([definition], []), "lesson 3", "exec"), names)
    lesson, ours = names["build_network"](), record_turned.build_network()
    assert [type(layer) for layer in lesson.layers] == [type(layer) for layer in ours.layers]
    assert lesson.count_params() == ours.count_params()
    theirs, mine = (network.optimizer.get_config() | {"name": ""} for network in (lesson, ours))
    assert theirs == mine


def test_a_training_gives_a_network_that_can_be_asked(tmp_path, monkeypatch):
    real = record_turned.sample.cats_and_dogs
    monkeypatch.setattr(
        record_turned.sample,
        "cats_and_dogs",
        lambda data, seed: real(data, seed=seed, train=4, validation=1, size=64),
    )
    network = record_turned.train(tmp_path, 0, record_turned.AUGMENTATION, epochs=1)
    answers = record_turned.ask(network, [turned.photo("cat", 0), turned.photo("dog", 0)], 45)
    assert answers.shape == (2,) and ((answers > 0) & (answers < 1)).all()
