from helpers.exercises import curves
from helpers.plotting import figures


def test_each_kind_is_there_once_and_can_be_told_from_the_numbers_in_the_sentence():
    assert sorted(curves.KINDS.values()) == sorted(curves.WORDS)
    for letter, history in curves.four_trainings().items():
        training, validation, low, high = curves.levels(history)
        if high - low > 0.25:
            read = "cannot be told"
        elif training - validation > 0.12:
            read = "overfits"
        else:
            read = "learns too little" if training < 0.7 else "learns well"
        assert read == curves.KINDS[letter]


def test_the_accuracies_are_those_of_so_many_photos():
    photos = {"accuracy": 2000, "val_accuracy": 1000}
    for history in curves.four_trainings().values():
        for name, values in history.items():
            right = [value * photos[name] for value in values]
            assert len(values) == 20 and all(abs(count - round(count)) < 0.2 for count in right)
            assert 0 <= min(values) and max(values) <= 1


def test_the_figure_has_a_panel_for_each_on_the_same_axes_and_every_point_lies_inside():
    figure = curves.plot_trainings(curves.four_trainings())
    assert [axes.get_title("left") for axes in figure.axes] == list("ABCD")
    assert len({(axes.get_xlim(), axes.get_ylim()) for axes in figure.axes}) == 1
    for axes in figure.axes:
        assert [line.get_linestyle() for line in axes.lines] == ["-", "--"]
        low, high = axes.get_ylim()
        assert all(low < min(line.get_ydata()) and max(line.get_ydata()) < high for line in axes.lines)
    assert "epoch" in figure.get_supxlabel() and "fraction" in figure.get_supylabel()
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["training", "validation"]
    kind, data = figures.as_picture(figure)
    assert kind == "png" and len(data) < 40_000


def test_the_sentence_says_what_is_drawn_and_not_the_answer():
    sentence = curves.describe_trainings(curves.four_trainings())
    assert all(f"{letter}: training averages" in sentence for letter in "ABCD")
    assert sentence.endswith("Drawn from formulas, not trained.")
    assert not [word for word in curves.WORDS if word in sentence]
