"""helpers.plotting.training_curves, photo_plots and figures: what is drawn, for every reader, in few bytes."""

import base64
import builtins
import html
import io
import re
from types import SimpleNamespace

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from helpers import plotting
from helpers.plotting import (
    before_after,
    best_epoch,
    describe_history,
    figures,
    most_wrong,
    photo_grid,
    plot_confusion,
    plot_history,
    plot_individuals,
    plot_runs,
    training_curves,
)
from helpers.plotting.figures import COLOURS, as_html, as_picture, show
from helpers.plotting.training_curves import curve, margin_of_error

HISTORY = {
    "accuracy": [0.5, 0.6, 0.7, 0.8, 0.9, 1.0],
    "val_accuracy": [0.5, 0.6, 0.55, 0.75, 0.7, 0.6],
    "loss": [0.7, 0.6, 0.5, 0.4, 0.3, 0.2],
    "val_loss": [0.7, 0.5, 0.6, 0.8, 0.9, 1.0],
}
SHORT = {key.replace("accuracy", "acc"): values for key, values in HISTORY.items()}
TRAINING_ONLY = {key: HISTORY[key] for key in ("accuracy", "loss")}


@pytest.fixture(autouse=True)
def pyplot_stays_as_it_was():
    settings = dict(matplotlib.rcParams)
    yield
    pyplot = pytest.importorskip("matplotlib.pyplot")
    assert pyplot.get_fignums() == []
    assert {key: value for key, value in matplotlib.rcParams.items() if key != "backend"} == {
        key: value for key, value in settings.items() if key != "backend"
    }


def photos(count, size=64, seed=0):
    """Noisy photos, uint8, which are hard to make small."""
    noise = np.random.default_rng(seed).normal(0, 12, (count, size, size, 3))
    ramp = np.linspace(20, 220, size)[:, None] + np.zeros((size, size))
    colours = np.linspace(0.4, 1, 3 * count).reshape(count, 1, 1, 3)
    return np.clip(ramp[..., None] * colours + noise, 0, 255).astype(np.uint8)


def lines(axes):
    return {line.get_label(): line for line in axes.lines}


def legend_texts(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


# --- colours


def luminance(colour):
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


@pytest.mark.parametrize("colour", COLOURS)
def test_colours_can_be_read_on_white_even_as_text(colour):
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_there_are_four_different_colours():
    assert len(set(COLOURS)) == 4


# --- histories


@pytest.mark.parametrize("history", [HISTORY, SHORT, SimpleNamespace(history=HISTORY)])
def test_curve_reads_every_way_of_writing_accuracy(history):
    for name in ("accuracy", "acc"):
        assert curve(history, name).tolist() == HISTORY["accuracy"]
        assert curve(history, f"val_{name}").tolist() == HISTORY["val_accuracy"]
    assert curve(history, "loss").dtype == float


def test_a_curve_that_is_missing_is_named_with_those_there_are():
    with pytest.raises(ValueError, match="no curve 'val_accuracy'; it holds accuracy, loss"):
        curve(TRAINING_ONLY, "val_accuracy")
    with pytest.raises(ValueError, match="a history is list; expected what model.fit returned"):
        curve([0.5], "accuracy")
    with pytest.raises(ValueError, match="no curve 'accuracy'; it holds nothing"):
        curve({}, "accuracy")


def test_best_epoch_counts_from_one_and_passes_over_nan():
    assert best_epoch(np.array([0.1, 0.3, 0.3])) == 2
    assert best_epoch(np.array([np.nan, 0.4, 0.3])) == 2
    assert best_epoch(np.array([np.nan, 0.4, 0.3]), lowest=True) == 3


def test_a_training_in_one_sentence():
    assert describe_history(HISTORY, name="plain") == (
        "plain: over the last 5 of 6 epochs, training accuracy averages 0.800 and validation accuracy 0.640, "
        "a gap of +0.160; validation accuracy is best at epoch 4 with 0.750."
    )
    assert describe_history({"acc": [0.5, 0.7]}) == (
        "training run: over the 2 epochs, training accuracy averages 0.600; there is no validation curve."
    )
    assert "over the last 5 of 6 epochs, training accuracy averages" in describe_history(HISTORY)


@pytest.mark.parametrize("histories", [HISTORY, SHORT, SimpleNamespace(history=HISTORY), {"one": HISTORY}])
def test_one_training_is_drawn_with_gap_and_best_epoch(histories):
    figure = plot_history(histories, title="Plain")
    assert isinstance(figure, Figure)
    left, right = figure.axes
    for axes, metric, choose in ((left, "accuracy", np.argmax), (right, "loss", np.argmin)):
        drawn = lines(axes)
        assert list(drawn) == ["training", "validation", "best validation epoch"]
        assert drawn["training"].get_xdata().tolist() == [1, 2, 3, 4, 5, 6]
        assert drawn["training"].get_ydata().tolist() == HISTORY[metric]
        assert drawn["validation"].get_ydata().tolist() == HISTORY[f"val_{metric}"]
        best = int(choose(HISTORY[f"val_{metric}"]))
        ring = drawn["best validation epoch"]
        assert (ring.get_xdata()[0], ring.get_ydata()[0]) == (best + 1, HISTORY[f"val_{metric}"][best])
        assert f"at epoch {best + 1}" in axes.get_title()
        (gap,) = axes.collections
        assert gap.get_label() == "gap"
        corners = gap.get_paths()[0].vertices
        assert corners[:, 1].min() == min(HISTORY[metric] + HISTORY[f"val_{metric}"])
        assert corners[:, 1].max() == max(HISTORY[metric] + HISTORY[f"val_{metric}"])
        assert (drawn["training"].get_linestyle(), drawn["training"].get_marker()) == ("-", "o")
        assert (drawn["validation"].get_linestyle(), drawn["validation"].get_marker()) == ("--", "s")
        assert axes.get_xlabel().startswith("epoch (")
    assert left.get_ylabel() == "accuracy (fraction of photos, 0–1)"
    assert right.get_ylabel() == "loss (lower is better)"
    assert legend_texts(figure) == ["training", "validation", "best validation epoch", "gap"]
    assert figure.get_suptitle() == "Plain"


def test_without_validation_only_training_is_drawn():
    figure = plot_history(TRAINING_ONLY)
    assert [list(lines(axes)) for axes in figure.axes] == [["training"]] * 2
    assert not figure.axes[0].collections
    assert legend_texts(figure) == ["training"]


def test_several_trainings_have_a_colour_each_and_their_names_at_the_ends():
    figure = plot_history({"plain": HISTORY, "augmented": SHORT, "no validation": TRAINING_ONLY})
    for axes in figure.axes:
        colours = [line.get_color() for line in axes.lines]
        assert colours == [COLOURS[0]] * 3 + [COLOURS[1]] * 3 + [COLOURS[2]]
        named = {text.get_text(): text.get_color() for text in axes.texts}
        assert named == dict(zip(["plain", "augmented", "no validation"], COLOURS[:3], strict=True))
        assert not axes.collections
    assert legend_texts(figure) == ["training", "validation", "best validation epoch"]
    assert COLOURS[2] not in {handle.get_color() for handle in figure.legends[0].legend_handles}


def test_too_many_trainings_and_uneven_curves_are_refused():
    with pytest.raises(ValueError, match="there are 0 curves"):
        plot_history({})
    with pytest.raises(ValueError, match="there are 5 curves to compare; expected 1 to 4"):
        plot_history({str(i): HISTORY for i in range(5)})
    with pytest.raises(ValueError, match="6 epochs and val_accuracy 3; .* validation_freq"):
        plot_history({**HISTORY, "val_accuracy": [0.5, 0.6, 0.7]})


def test_names_at_the_ends_do_not_overlap():
    same = np.full(8, 0.8)
    figure = plot_runs({"few figures": same, "more pictures of the same figures": same, "many figures": same})
    figure.draw_without_rendering()
    boxes = [Text.get_window_extent(text) for text in figure.axes[0].texts]  # without the line to the curve
    assert len(boxes) == 3
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    assert all(figure.bbox.x1 >= box.x1 and box.y0 >= 0 for box in boxes)


# --- runs and their sampling error


def test_runs_are_drawn_with_their_names():
    curves = {"few": np.array([0.5, 0.6]), "many": np.array([0.7, 0.8, 0.9])}
    axes = plot_runs(curves, title="Runs").axes[0]
    assert {name: line.get_ydata().tolist() for name, line in lines(axes).items()} == {
        "few": [0.5, 0.6],
        "many": [0.7, 0.8, 0.9],
    }
    assert lines(axes)["many"].get_xdata().tolist() == [1, 2, 3]
    assert axes.get_title() == "Runs"
    assert {text.get_text() for text in axes.texts} == {"few", "many"}
    assert len({line.get_marker() for line in axes.lines}) == 2


def test_no_runs_at_all_are_refused():
    with pytest.raises(ValueError, match="there are 0 curves"):
        plot_runs({})


def test_sampling_error():
    assert margin_of_error(0.5, 100) == pytest.approx(0.098)
    assert isinstance(margin_of_error(0.5, 100), float)
    assert margin_of_error(np.array([0, 0.5, 1]), 256) == pytest.approx([0, 0.06125, 0])
    rng = np.random.default_rng(0)
    inside = abs(rng.binomial(256, 0.8, 20000) / 256 - 0.8) <= margin_of_error(0.8, 256)
    assert inside.mean() == pytest.approx(0.95, abs=0.01)
    with pytest.raises(ValueError, match="accuracy holds values from 80 to 80; .* Divide percentages by 100"):
        margin_of_error(80, 256)
    with pytest.raises(ValueError, match="photos is 0"):
        margin_of_error(0.8, 0)


# --- photos


def test_photos_of_all_kinds_are_drawn(tmp_path):
    path = tmp_path / "photo.png"
    Image.new("L", (5, 4), 90).save(path)
    images = [
        np.full((4, 4, 3), 51, np.uint8),
        np.full((3, 6, 3), 0.2, np.float32),
        np.full((4, 4), 51, np.int64),
        np.full((4, 4, 1), 0.2),
        np.full((4, 4, 4), 51, np.uint8),
        path,
        str(path),
    ]
    figure = photo_grid(images, [str(number) for number in range(7)], columns=4, title="All kinds")
    drawn = [axes for axes in figure.axes if axes.images]
    assert len(figure.axes) == 8
    assert [axes.get_title() for axes in drawn] == list("0123456")
    for axes in drawn[:5]:
        assert np.unique(axes.images[0].get_array()).tolist() == [51]
    assert drawn[1].images[0].get_array().shape == (3, 6, 3)
    assert np.unique(drawn[6].images[0].get_array()).tolist() == [90]
    assert figure.get_suptitle() == "All kinds"


@pytest.mark.parametrize("batch", [photos(3), photos(3) / 255, list(photos(3))])
def test_a_batch_is_several_photos(batch):
    assert sum(len(axes.images) for axes in photo_grid(batch).axes) == 3


@pytest.mark.parametrize(
    ("images", "message"),
    [
        ([np.full((4, 4, 3), 200.0)], "photo 1 is float64 with values from 200 to 200; expected 0–1. .* rescale"),
        ([np.zeros((4, 4, 3)), np.full((4, 4, 3), -1.0)], "photo 2 .* from -1 to -1"),
        ([np.full((4, 4, 3), np.nan)], "from nan to nan"),
        ([np.full((4, 4, 3), 300)], "expected 0–255"),
        ([np.zeros((4, 4, 2))], r"photo 1 has the shape \(4, 4, 2\)"),
        ([np.zeros(4)], "has the shape"),
        (np.zeros((4, 4, 3)), "this is one photo"),
        ("photo.jpg", "this is one photo"),
        ([], "there are 0 photos"),
    ],
)
def test_what_is_no_photo_is_refused(images, message):
    with pytest.raises(ValueError, match=message):
        photo_grid(images)


def test_titles_and_columns_are_checked():
    with pytest.raises(ValueError, match="3 photos and 2 titles"):
        photo_grid(photos(3), ["a", "b"])
    with pytest.raises(ValueError, match="columns is 0"):
        photo_grid(photos(3), columns=0)


def test_long_titles_are_wrapped_and_do_not_overlap():
    figure = photo_grid(photos(6), ["horses, taken for humans in this photo"] * 6)
    figure.draw_without_rendering()
    boxes = [axes.title.get_window_extent() for axes in figure.axes]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def test_the_original_is_framed_beside_its_versions():
    original, *changed = photos(4)
    figure = before_after(original, changed)
    assert [axes.get_title() for axes in figure.axes] == ["original", "version 1", "version 2", "version 3"]
    assert np.array_equal(figure.axes[0].images[0].get_array(), original)
    assert figure.axes[0].axison and figure.axes[0].spines["left"].get_linewidth() == 4
    assert not any(axes.axison for axes in figure.axes[1:])
    named = before_after(original, changed, titles=["a", "b", "c"])
    assert [axes.get_title() for axes in named.axes][1:] == ["a", "b", "c"]
    with pytest.raises(ValueError, match="4 photos and 2 titles"):
        before_after(original, changed, titles=["a"])


# --- right and wrong


def test_confusion_counts_and_percentages():
    figure = plot_confusion([0, 0, 0, 1], np.array([[0], [0], [1], [1]]), ["cats", "dogs"])
    axes = figure.axes[0]
    assert [text.get_text() for text in axes.texts] == ["2\n66.7%", "1\n33.3%", "0\n0.0%", "1\n100.0%"]
    assert [text.get_text() for text in axes.get_xticklabels()] == ["cats", "dogs"]
    assert axes.get_title() == "75.0% of 4 photos right"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted class", "true class")
    assert len(plot_confusion([0, 0], [0, 0], "abc").axes[0].texts) == 9


@pytest.mark.parametrize(
    ("labels", "predicted", "message"),
    [
        ([0, 1], [0.2, 0.9], r"predicted holds \[0.2, 0.9\]; expected class numbers from 0 to 1. .* > 0.5"),
        ([0, 2], [0, 1], "labels holds"),
        ([-1, 0], [0, 1], "labels holds"),
        ([], [], "labels holds"),
        ([0, np.nan], [0, 1], "labels holds"),
        ([0, 1], [0], "2 labels and 1 predictions"),
    ],
)
def test_confusion_refuses_what_are_no_classes(labels, predicted, message):
    with pytest.raises(ValueError, match=message):
        plot_confusion(labels, predicted, ["cats", "dogs"])


def test_the_most_confident_mistake_comes_first():
    images = photos(5)
    labels, probabilities = [0, 0, 1, 1, 0], np.array([[0.6], [0.99], [0.3], [0.9], [0.5]])
    figure = most_wrong(images, labels, probabilities, ["cats", "dogs"])
    drawn = [axes for axes in figure.axes if axes.images]
    order = [next(i for i in range(5) if np.array_equal(axes.images[0].get_array(), images[i])) for axes in drawn]
    assert order == [1, 2, 0]
    assert [axes.get_title() for axes in drawn] == [
        "cats, taken for dogs (99%)",
        "dogs, taken for cats (70%)",
        "cats, taken for dogs (60%)",
    ]
    assert figure.get_suptitle().startswith("3 of 5 photos are wrong")
    many = most_wrong(photos(12), [0] * 12, [0.9] * 12, ["cats", "dogs"])
    assert sum(bool(axes.images) for axes in many.axes) == 8


def test_nothing_wrong_is_said():
    figure = most_wrong(photos(2), [0, 1], [0.1, 0.9], ["cats", "dogs"])
    assert figure.texts[0].get_text() == "Nothing is wrong: all 2 photos are right."


@pytest.mark.parametrize(
    ("labels", "probabilities", "names", "message"),
    [
        ([0, 1], [0.1, 0.9], ["a", "b", "c"], "expected two"),
        ([0, 1], [0.1, 1.9], ["a", "b"], "probabilities holds values from 0.1 to 1.9"),
        ([0, 1], [0.1, np.nan], ["a", "b"], "probabilities holds"),
        ([0], [0.1, 0.9], ["a", "b"], "2 images, 1 labels and 2 probabilities"),
        ([0, 1], [[0.1, 0.9]] * 2, ["a", "b"], "4 probabilities"),
    ],
)
def test_most_wrong_refuses_what_does_not_fit(labels, probabilities, names, message):
    with pytest.raises(ValueError, match=message):
        most_wrong(photos(2), labels, probabilities, names)


def test_the_heat_map_groups_figures_by_class():
    names = ["human10", "horse2", "human9", "horse1"]
    accuracy = np.array([[0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.7, 0.8]])
    axes, bar = plot_individuals(accuracy, names).axes
    assert [text.get_text() for text in axes.get_yticklabels()] == ["horse1", "horse2", "human9", "human10"]
    (image,) = axes.images
    assert image.get_array().tolist() == [[0.4, 0.8], [0.2, 0.6], [0.3, 0.7], [0.1, 0.5]]
    assert image.get_clim() == (0, 1) and image.get_cmap().name == "cividis"
    assert tuple(image.get_extent()[:2]) == (0.5, 2.5)
    assert [line.get_ydata()[0] for line in axes.lines] == [1.5]
    assert "fraction" in bar.get_ylabel()
    with pytest.raises(ValueError, match=r"shape \(4, 2\); expected \(epochs, 4\)"):
        plot_individuals(accuracy.T, names)
    with pytest.raises(ValueError, match="expected fractions"):
        plot_individuals(accuracy * 100, names)


# --- in a notebook

NASTY = 'A "quoted" <b>caption</b> & more, 0.8 > 0.7'


def test_the_html_has_the_sentence_twice_and_escaped():
    text = as_html(plot_history(HISTORY), NASTY)
    assert text.count(html.escape(NASTY)) == 2
    assert "<b>" not in text
    assert re.fullmatch(
        r'<figure style="margin: 0"><img alt="([^"<>]*)" src="data:image/png;base64,[\w+/=]+">'
        r"<figcaption>[^<>]*</figcaption></figure>",
        text,
    )
    data = base64.b64decode(re.search('base64,([^"]+)', text)[1])
    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.mode, picture.width) == ("PNG", "P", 792)


def test_show_displays_one_output_in_a_notebook(monkeypatch):
    ipython = pytest.importorskip("IPython")
    shown = []
    monkeypatch.setattr(ipython, "get_ipython", lambda: object())
    monkeypatch.setattr(ipython.display, "display", lambda data, raw: shown.append((data, raw)))
    assert show(plot_history(HISTORY), "A sentence.") is None
    ((data, raw),) = shown
    assert raw and data["text/plain"] == "A sentence." and data["text/html"].startswith("<figure")


@pytest.mark.parametrize("installed", [True, False])
def test_show_prints_the_sentence_elsewhere(monkeypatch, capsys, installed):
    importing = builtins.__import__

    def without_ipython(name, *more):
        if name.startswith("IPython") and not installed:
            raise ImportError(name)
        return importing(name, *more)

    monkeypatch.setattr(builtins, "__import__", without_ipython)
    show(plot_history(HISTORY), "A sentence.")
    assert capsys.readouterr().out == "A sentence.\n"


@pytest.mark.parametrize("sentence", ["", "  \n"])
def test_show_wants_a_sentence(sentence):
    with pytest.raises(ValueError, match="the sentence is empty"):
        show(plot_history(HISTORY), sentence)


def wavy(epochs):
    rng = np.random.default_rng(0)
    ramp = np.linspace(0.5, 0.9, epochs)
    return {key: ramp + rng.normal(0, 0.02 if "val" in key else 0.004, epochs) for key in HISTORY}


@pytest.mark.parametrize(
    "figure",
    [
        plot_history(wavy(15), title="Short"),
        plot_history(wavy(100), title="Long"),
        plot_history({"plain": wavy(30), "augmented": wavy(30), "augmented, dropout": wavy(100)}),
        plot_runs({name: wavy(24)["loss"] for name in ("few", "more", "many")}),
        plot_individuals(np.random.default_rng(0).random((24, 11)), [f"horse{number}" for number in range(11)]),
        plot_confusion([0, 1, 1], [0, 1, 0], ["cats", "dogs"]),
    ],
)
def test_a_chart_takes_less_than_25_kb(figure):
    kind, data = as_picture(figure)
    assert kind == "png"
    assert len(data) < 25_000


def test_photos_take_less_than_80_kb_and_keep_their_colours():
    images = photos(24, size=150)
    kind, data = as_picture(photo_grid(images, ["a photo"] * 24))
    assert (kind, len(data) < 80_000) == ("jpeg", True)
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.width == 792
        middle = np.asarray(picture)[40:90, 30:110].mean(axis=(0, 1))
    assert middle == pytest.approx(images[0][30:100].mean(axis=(0, 1)), abs=15)


def test_the_public_surface_is_what_it_says():
    assert all(callable(getattr(plotting, name)) for name in plotting.__all__)
    assert plotting.show is figures.show


NAN = float("nan")
WENT_WRONG = {
    "ends in nan": [1.0, 0.5, NAN],
    "begins with nan": [NAN, 0.5, 0.4],
    "nan in the middle": [1.0, NAN, 0.4],
    "all nan": [NAN, NAN, NAN],
    "infinite": [1.0, np.inf, np.inf],
    "one epoch": [NAN],
}


@pytest.mark.parametrize("values", WENT_WRONG.values(), ids=WENT_WRONG)
def test_a_training_that_went_wrong_is_drawn_and_described(values):
    keys = ("accuracy", "val_accuracy", "loss", "val_loss")
    history, fine = dict.fromkeys(keys, values), dict.fromkeys(keys, [0.5, 0.6, 0.7])
    one_fine = {**fine, "val_loss": values} if len(values) == 3 else history
    for figure in (
        training_curves.plot_history(history),
        training_curves.plot_history(one_fine),
        training_curves.plot_history({"bad": history, "good": fine}),
        training_curves.plot_history({"accuracy": values, "loss": values}),
        training_curves.plot_runs({"bad": values, "good": [0.5, 0.6], "bad too": values}),
    ):
        figure.savefig(io.BytesIO())
        assert all(axes.get_xlim()[1] >= len(values) for axes in figure.axes)
    assert training_curves.describe_history(history)


@pytest.mark.parametrize("history", [{}, {"accuracy": []}, {"accuracy": [], "loss": []}])
def test_an_empty_history_is_refused_in_words(history):
    for draw in (training_curves.plot_history, training_curves.describe_history):
        with pytest.raises(ValueError, match="the history has no curve 'accuracy'|expected 1 to"):
            draw(history)
