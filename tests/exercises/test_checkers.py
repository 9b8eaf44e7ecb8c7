"""Checkers of answers that need no Keras: right ones pass, each typical slip gets a message of its own."""

import itertools
import math
import random
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers.datasets.photo_files import usable
from helpers.exercises import curves
from helpers.exercises.checkers import by_hand, by_thought, outcome, split
from helpers.exercises.checkers.outcome import NOT_ATTEMPTED, NOT_CHECKED, NOT_YET, PASSED, NotYet, judge
from helpers.plotting import histories
from helpers.sample import sets


def said(checker, *answers, status=NOT_YET, **named):
    found = judge(checker, *answers, **named)
    assert found.status == status, found
    return found.message


# --- the four outcomes ---------------------------------------------------------------------------


def double(x):
    return 2 * x


def checks_double(function):
    if outcome.run(function, 3, call="double(3)") != 6:
        raise NotYet("double(3) should be 6.")
    return "It doubles."


def test_an_outcome_reads_as_status_and_message():
    assert str(judge(checks_double, double)) == "Passed. It doubles."
    assert str(judge(checks_double, lambda x: x)) == "Not yet. double(3) should be 6."


def test_a_gap_is_not_attempted_and_is_named():
    def two(first, second, seed=0):
        raise AssertionError("never called")

    assert said(two, ..., 3, status=NOT_ATTEMPTED).startswith("first is still a gap")
    assert said(two, ..., ..., status=NOT_ATTEMPTED).startswith("first and second are still gaps")
    assert said(two, 3, None, status=NOT_ATTEMPTED).startswith("second is None")


def stub_with_words(x):
    """Double it."""
    ...  # your code


def stub_that_returns(x):
    return ...


def stub_that_passes(x):
    pass


@pytest.mark.parametrize("stub", [stub_with_words, stub_that_returns, stub_that_passes, lambda x: ...])
def test_a_function_whose_body_is_a_gap_is_not_attempted(stub):
    assert outcome.is_stub(stub)
    assert "still a gap" in said(checks_double, stub, status=NOT_ATTEMPTED)


@pytest.mark.parametrize("function", [double, lambda x: 0, lambda x: x, print, int, "text", lambda x: [...]])
def test_whoever_wrote_something_has_attempted_it(function):
    assert not outcome.is_stub(function)


def test_a_gap_inside_a_function_is_found_when_it_is_stumbled_over():
    def half_done(x):
        factor = ...
        return factor * x

    def unfinished(x):
        result = ...
        return result

    assert "still a gap" in said(checks_double, half_done, status=NOT_ATTEMPTED)
    assert "still a gap" in said(checks_double, unfinished, status=NOT_ATTEMPTED)


def test_an_exception_in_the_answer_is_named_with_its_line():
    def breaks(x):
        y = 0
        return x / y

    line = breaks.__code__.co_firstlineno + 2
    assert said(checks_double, breaks) == (
        f"double(3) stops with ZeroDivisionError: division by zero, in line {line}, `return x / y`."
    )


def test_the_line_is_the_learners_even_where_a_library_raised():
    def breaks(x):
        return np.zeros(3) @ np.zeros(4)

    message = said(checks_double, breaks)
    assert "`return np.zeros(3) @ np.zeros(4)`" in message and "ValueError" in message


def test_code_without_a_source_is_named_by_its_line_alone():
    space = {}
    exec(compile("def typed(x):\n    return x + 'a'\n", "<nowhere>", "exec"), space)
    message = said(checks_double, space["typed"])
    assert message.startswith("double(3) stops with TypeError: ") and message.endswith("in line 2.")


def test_leaving_python_in_an_answer_leaves_the_check_only():
    def leaves(x):
        raise SystemExit

    assert "SystemExit" in said(checks_double, leaves)


def test_a_checker_that_stops_itself_blames_itself():
    def broken(answer):
        return 1 / 0

    message = said(broken, 3, status=NOT_CHECKED)
    assert message.startswith("The checker itself stopped with ZeroDivisionError: division by zero.")


def test_an_interrupted_check_is_no_verdict():
    def interrupted(x):
        raise KeyboardInterrupt

    assert "interrupted" in said(checks_double, interrupted, status=NOT_CHECKED)


def test_the_wrong_number_of_answers_is_said_with_the_right_one():
    assert said(checks_double, 1, 2, status=NOT_CHECKED) == "check was given 2 values; expected check(function)."
    assert "given 1 value;" in said(checks_double, nothing=1, status=NOT_CHECKED)


def test_what_an_answer_prints_is_dropped(capsys):
    def loud(x):
        print("here I am")
        return 2 * x

    assert judge(checks_double, loud).status == PASSED
    assert capsys.readouterr().out == ""


def test_values_are_shown_in_the_same_words_every_time():
    assert outcome.shown({"b", "a"}) == "{'a', 'b'}"
    assert outcome.shown(np.float64(0.5)) == "0.5"
    assert outcome.shown(np.zeros(3)) == "of type ndarray"
    assert outcome.shown(double) == "the function double"
    assert outcome.shown(int) == "the class int"
    assert len(outcome.shown(list(range(100)))) == 60


# --- sizes by hand -------------------------------------------------------------------------------


def test_the_sizes_are_those_that_keras_makes():
    import keras

    model = keras.Sequential(
        [keras.Input((150, 150, 3)), keras.layers.Conv2D(16, (3, 3)), keras.layers.MaxPooling2D(2, 2)]
    )
    after_convolution, after_pooling = (layer.output.shape[1] for layer in model.layers)
    assert by_hand.sizes() == (after_convolution, after_pooling, model.count_params())
    message = said(by_hand.layer_sizes, *by_hand.sizes(), status=PASSED)
    assert all(str(size) in message for size in by_hand.sizes())


@pytest.mark.parametrize("answers", [(np.int64(148), 74.0, 448), (148.0, np.float32(74), 448)])
def test_sizes_may_be_of_any_numeric_type(answers):
    assert judge(by_hand.layer_sizes, *answers).status == PASSED


SIZE_SLIPS = {
    (150, 74, 448): "No filter fits round a pixel of the border",
    (149, 74, 448): "The border has two sides",
    (147, 74, 448): "the filter that begins at pixel 148 still fits",
    (152, 74, 448): "it can only shrink",
    (75, 74, 448): "Pooling halves; a convolution moves on",
    (50, 74, 448): "They overlap",
    (12, 74, 448): "after_convolution is 12; expected what is left of 150 pixels",
    (148, 75, 448): "what the course says",
    (148, 148, 448): "that is what goes in",
    (148, 146, 448): "Pooling does not overlap",
    (148, 147, 448): "moves on by its own width",
    (148, 37, 448): "each side is halved once",
    (148, 49, 448): "The pooling window is 2 pixels wide",
    (148, 70, 448): "after_pooling is 70; expected half",
    (148, 74, 432): "the biases are missing",
    (148, 74, 160): "the channels are missing",
    (148, 74, 144): "both the three channels of the photo and the biases",
    (148, 74, 480): "a bias for each channel",
    (148, 74, 433): "one bias for the whole layer",
    (148, 74, 435): "for each of the photo's channels",
    (148, 74, 28): "There are 16.",
    (148, 74, 27): "one filter without its bias",
    (148, 74, 148 * 148 * 16): "number of values that come out",
    (148, 74, 1000): "weights is 1000; expected, for each of the 16 filters",
}


@pytest.mark.parametrize("answers", SIZE_SLIPS, ids=str)
def test_each_slip_of_size_has_its_own_message(answers):
    assert SIZE_SLIPS[answers] in said(by_hand.layer_sizes, *answers)


def test_no_two_slips_of_size_share_a_message():
    assert len({said(by_hand.layer_sizes, *answers) for answers in SIZE_SLIPS}) == len(SIZE_SLIPS)


@pytest.mark.parametrize("value", ["148", (148, 148), True, float("nan"), [148], object])
def test_a_size_that_is_no_number_cannot_be_checked(value):
    assert "expected one number" in said(by_hand.layer_sizes, value, 74, 448, status=NOT_CHECKED)


# --- the error bar -------------------------------------------------------------------------------


def right_error(accuracy, photos):
    return (accuracy * (1 - accuracy) / photos) ** 0.5


def test_the_error_agrees_with_the_error_bars_of_the_figures():
    for accuracy, photos in by_hand.MEASURED:
        assert 1.96 * by_hand.share_error(accuracy, photos) == histories.margin_of_error(accuracy, photos)


def test_the_error_agrees_with_what_repeated_measuring_gives():
    draws = np.random.default_rng(0).binomial(256, 0.75, 20_000) / 256
    assert by_hand.share_error(0.75, 256) == pytest.approx(draws.std(), rel=0.03)


@pytest.mark.parametrize("function", [right_error, by_hand.share_error, lambda p, n: np.sqrt(p * (1 - p) / n)])
def test_right_error_bars_pass(function):
    assert judge(by_hand.error_bar, function).status == PASSED


ERROR_SLIPS = {
    "no root": (lambda p, n: p * (1 - p) / n, "that is the variance"),
    "p alone": (lambda p, n: math.sqrt(p / n), "Multiply p by (1 - p)"),
    "1 - p alone": (lambda p, n: math.sqrt((1 - p) / n), "Multiply (1 - p) by p"),
    "percent": (lambda p, n: 100 * right_error(p, n), "in percent"),
    "interval": (lambda p, n: 1.96 * right_error(p, n), "Leave the 1.96 out"),
    "two errors": (lambda p, n: 2 * right_error(p, n), "two standard errors"),
    "no photos": (lambda p, n: math.sqrt(p * (1 - p)), "the spread of a single photo"),
    "photos outside": (lambda p, n: math.sqrt(p * (1 - p)) / n, "stands outside the root"),
    "root below": (lambda p, n: p * (1 - p) / math.sqrt(n), "the root covers only the number of photos"),
    "a half": (lambda p, n: 0.5 / math.sqrt(n), "takes the accuracy as 0.5"),
    "photos only": (lambda p, n: n**-0.5, "does not ask for the accuracy at all"),
    "n - 1": (lambda p, n: math.sqrt(p * (1 - p) / (n - 1)), "divides by n - 1"),
    "rounded": (lambda p, n: round(right_error(p, n), 3), "it is rounded"),
    "swapped": (lambda n, p: right_error(p, n), "It takes the number of photos first"),
    "swapped, and raises": (lambda n, p: math.sqrt(p * (1 - p) / n), "swap them"),
    "nonsense": (lambda p, n: p * n, "has the variance p * (1 - p) / n"),
    "text": (lambda p, n: "0.03", "is '0.03'; expected one number"),
    "one argument": (lambda p: p, "stops with TypeError"),
}


@pytest.mark.parametrize("slip", ERROR_SLIPS)
def test_each_slip_of_the_error_bar_has_its_own_message(slip):
    function, phrase = ERROR_SLIPS[slip]
    assert phrase in said(by_hand.error_bar, function)


def test_a_wrong_error_bar_is_told_with_the_value_seen_and_expected():
    message = said(by_hand.error_bar, ERROR_SLIPS["no root"][0])
    assert message.startswith("standard_error(0.75, 256) is 0.0007324; expected 0.02706: ")


def test_the_result_instead_of_the_function_cannot_be_checked():
    message = said(by_hand.error_bar, right_error(0.75, 256), status=NOT_CHECKED)
    assert "expected the function itself" in message and "check(standard_error)" in message


# --- independent units ---------------------------------------------------------------------------


def test_figures_are_counted_as_the_course_names_them():
    for names in by_hand.PHOTO_LISTS:
        assert len({sets.individual_of(name) for name in names}) == len({name.split("-")[0] for name in names})


@pytest.mark.parametrize(
    "function",
    [
        lambda names: len({name.split("-")[0] for name in names}),
        lambda names: len({sets.individual_of(name) for name in names}),
        lambda names: len(set(map(sets.individual_of, names))),
    ],
)
def test_right_counts_pass(function):
    assert judge(by_hand.independent_units, function).status == PASSED


def digits_after(name):
    return "".join(filter(str.isdigit, name.split("-")[0]))


COUNT_SLIPS = {
    "photos": (len, "that counts photos"),
    "kinds": (lambda names: len({name.split("-")[0].rstrip("0123456789") for name in names}), "counts kinds"),
    "numbers": (lambda names: len({digits_after(name) for name in names}), "goes by the individual's number alone"),
    "photo numbers": (lambda names: len({name.split("-")[1] for name in names}), "numbers the photo"),
    "first letters": (lambda names: len({name[:6] for name in names}), "horse1 and horse10 are one"),
    "runs": (
        lambda names: len(list(itertools.groupby(names, lambda name: name.split("-")[0]))),
        "collect the individuals in a set",
    ),
    "the set": (lambda names: {name.split("-")[0] for name in names}, "Return its length"),
    "one too many": (
        lambda names: len({name.split("-")[0] for name in names}) + 1,
        "stands before the hyphen; collect",
    ),
    "raises": (lambda names: len(names.split("-")), "stops with AttributeError"),
}


@pytest.mark.parametrize("slip", COUNT_SLIPS)
def test_each_slip_of_counting_has_its_own_message(slip):
    function, phrase = COUNT_SLIPS[slip]
    assert phrase in said(by_hand.independent_units, function)


def test_a_wrong_count_is_told_with_the_names_and_both_numbers():
    message = said(by_hand.independent_units, COUNT_SLIPS["first letters"][0])
    assert "'horse10-1.png'" in message and "it says 1; expected 2, horse1 and horse10" in message


def test_a_learners_function_cannot_change_the_next_lists():
    def clears(names):
        count = len({name.split("-")[0] for name in names})
        names.clear()
        return count

    assert judge(by_hand.independent_units, clears).status == PASSED
    assert judge(by_hand.independent_units, clears).status == PASSED


# --- which transforms keep the label -------------------------------------------------------------

KEPT = {
    "digits": {"small_shift", "brightness"},
    "letters": {"small_shift", "brightness"},
    "faces": {"horizontal_flip", "small_shift", "brightness"},
    "cars or cats": {"horizontal_flip", "vertical_flip", "rotation_180", "small_shift", "brightness"},
    "x-rays": {"vertical_flip", "small_shift", "brightness"},
}


def test_the_right_transforms_pass_in_any_order_and_kind_of_collection():
    assert judge(by_thought.label_kept, KEPT).status == PASSED
    assert judge(by_thought.label_kept, {task: sorted(KEPT[task]) for task in reversed(KEPT)}).status == PASSED


def test_faces_upside_down_are_accepted_either_way_and_it_is_said():
    upside_down = {**KEPT, "faces": KEPT["faces"] | {"vertical_flip", "rotation_180"}}
    assert "accepted either way" in said(by_thought.label_kept, upside_down, status=PASSED)


LABEL_SLIPS = [
    (
        {"digits": {"small_shift", "brightness", "rotation_180"}},
        "digits: rotation_180 does not keep the label: a 6 turned",
    ),
    ({"digits": {"small_shift", "brightness", "horizontal_flip"}}, "a 2 seen in a mirror is a 5"),
    ({"digits": {"small_shift", "brightness", "vertical_flip"}}, "a 2 flipped top to bottom is a 5"),
    ({"digits": {"brightness"}}, "digits: small_shift is left out, though it keeps the label"),
    ({"letters": {"small_shift", "brightness", "horizontal_flip"}}, "a b seen in a mirror is a d"),
    ({"letters": {"small_shift", "brightness", "vertical_flip"}}, "is a p"),
    ({"letters": {"small_shift", "brightness", "rotation_180"}}, "is a q"),
    ({"letters": {"small_shift"}}, "letters: brightness is left out"),
    ({"faces": {"small_shift", "brightness"}}, "a smile seen in a mirror is a smile"),
    ({"cars or cats": {"horizontal_flip", "small_shift", "brightness"}}, "a car on its roof is still a car"),
    ({"cars or cats": {"vertical_flip", "rotation_180", "small_shift", "brightness"}}, "looks the other way is a cat"),
    ({"x-rays": {"small_shift", "brightness", "vertical_flip", "horizontal_flip"}}, "what lay on the left lies on the"),
    ({"x-rays": {"small_shift", "brightness", "vertical_flip", "rotation_180"}}, "half a turn swaps left and right"),
    ({"x-rays": {"small_shift", "brightness"}}, "top and bottom change places, left and right do not"),
    ({"faces": set()}, "faces: horizontal_flip is left out"),
]


@pytest.mark.parametrize(("change", "phrase"), LABEL_SLIPS, ids=range(len(LABEL_SLIPS)))
def test_each_slip_about_labels_has_its_own_message(change, phrase):
    assert phrase in said(by_thought.label_kept, {**KEPT, **change})


def test_a_label_that_breaks_is_told_before_one_that_is_left_out():
    message = said(by_thought.label_kept, {**KEPT, "digits": set(), "x-rays": {"horizontal_flip"}})
    assert message.startswith("x-rays: horizontal_flip does not keep")


@pytest.mark.parametrize("task", KEPT)
@pytest.mark.parametrize("transform", by_thought.TRANSFORMS)
def test_every_single_wrong_choice_is_noticed(task, transform):
    changed = {**KEPT, task: KEPT[task] ^ {transform}}
    either = (task, transform) in by_thought.EITHER
    assert judge(by_thought.label_kept, changed).status == (PASSED if either else NOT_YET)


@pytest.mark.parametrize(
    ("answers", "phrase"),
    [
        ("digits", "expected a dictionary of digits, letters, faces, cars or cats and x-rays"),
        ({**KEPT, "digits": "small_shift"}, "expected a set of names"),
        ({**KEPT, "digits": {"flip"}}, "digits holds 'flip'; expected names from horizontal_flip"),
        ({**KEPT, "dogs": set()}, "an entry 'dogs'"),
    ],
)
def test_labels_in_the_wrong_form_cannot_be_checked(answers, phrase):
    assert phrase in said(by_thought.label_kept, answers, status=NOT_CHECKED)


@pytest.mark.parametrize("gap", [{}, {**KEPT, "faces": ...}, {**KEPT, "faces": None}, {"digits": set()}])
def test_a_task_without_an_answer_is_not_attempted(gap):
    assert "There is no answer yet for" in said(by_thought.label_kept, gap, status=NOT_ATTEMPTED)


# --- reading curves ------------------------------------------------------------------------------


def test_the_right_reading_passes():
    assert judge(by_thought.reading_curves, curves.KINDS).status == PASSED


def test_every_confusion_of_two_trainings_has_its_own_message():
    letters = {kind: letter for letter, kind in curves.KINDS.items()}
    messages = {
        said(by_thought.reading_curves, {**curves.KINDS, letters[right]: wrong})
        for right, wrong in itertools.permutations(curves.WORDS, 2)
    }
    assert len(messages) == 12
    assert not [message for message in messages if "{" in message]


def test_a_wrong_reading_is_told_with_the_numbers_of_the_curve():
    letter = next(letter for letter, kind in curves.KINDS.items() if kind == "overfits")
    training, validation, *_ = curves.levels(curves.four_trainings()[letter])
    message = said(by_thought.reading_curves, {**curves.KINDS, letter: "learns well"})
    assert message.startswith(f"You say that {letter} learns well. But training reaches {training:.2f}")
    assert f"{validation:.2f}" in message


def test_a_reading_may_be_in_capitals():
    assert (
        judge(by_thought.reading_curves, {key: word.upper() for key, word in curves.KINDS.items()}).status == PASSED
    )


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"A": "overfit"}, NOT_CHECKED),
        ({"A": 3}, NOT_CHECKED),
        ({"E": "overfits"}, NOT_CHECKED),
        ({"A": ...}, NOT_ATTEMPTED),
        ({"A": None}, NOT_ATTEMPTED),
    ],
)
def test_a_reading_in_the_wrong_form_is_no_wrong_reading(change, status):
    said(by_thought.reading_curves, {**curves.KINDS, **change}, status=status)


# --- split_data ----------------------------------------------------------------------------------


def copy(photos, target):
    target.mkdir(parents=True, exist_ok=True)
    for photo in photos:
        shutil.copyfile(photo, target / photo.name)


def prepared(source, seed):
    photos, skipped = usable(source)
    for name, reason in skipped.items():
        print(f"{name} {reason}, so ignoring.")
    random.Random(seed).shuffle(photos)
    return photos


def right_split(source, training_dir, testing_dir, split_size, seed=0):
    photos = prepared(source, seed)
    cut = int(len(photos) * split_size)
    copy(photos[:cut], training_dir)
    copy(photos[cut:], testing_dir)


def with_numpy(source, training_dir, testing_dir, split_size, seed=0):
    photos = prepared(source, 0)
    order = np.random.default_rng(seed).permutation(len(photos))
    cut = int(len(photos) * split_size)
    copy([photos[i] for i in order[:cut]], training_dir)
    copy([photos[i] for i in order[cut:]], testing_dir)


def with_the_global_stream(source, training_dir, testing_dir, split_size, seed=0):
    random.seed(seed)
    photos = sorted(prepared(source, 0))
    chosen = random.sample(photos, int(len(photos) * split_size))
    copy(chosen, training_dir)
    copy([photo for photo in photos if photo not in chosen], testing_dir)


def with_new_names(source, training_dir, testing_dir, split_size, seed=0):
    photos = prepared(source, seed)
    cut = int(len(photos) * split_size)
    for target, chosen in ((training_dir, photos[:cut]), (testing_dir, photos[cut:])):
        target.mkdir(parents=True)
        for number, photo in enumerate(chosen):
            shutil.copyfile(photo, target / f"{number}{photo.suffix}")


@pytest.mark.parametrize("function", [right_split, with_numpy, with_the_global_stream, with_new_names])
def test_right_splits_pass(function):
    assert said(split.split_data, function, status=PASSED).startswith("18 of 20 photos for training, 2 for testing")


def variant(cut=None, photos=None, copier=copy):
    """A split that differs from the right one in how it lists its photos, or in what it takes of them."""

    def split_data(source, training_dir, testing_dir, split_size, seed=0):
        listed = photos(source, seed) if photos else prepared(source, seed)
        count = int(len(listed) * split_size)
        training, testing = cut(listed, count, split_size) if cut else (listed[:count], listed[count:])
        copier(training, training_dir)
        copier(testing, testing_dir)

    return split_data


def shuffled(photos, seed):
    photos = sorted(photos)
    random.Random(seed).shuffle(photos)
    return photos


def moving(photos, target):
    target.mkdir(parents=True, exist_ok=True)
    for photo in photos:
        shutil.move(photo, target / photo.name)


def saving_again(photos, target):
    target.mkdir(parents=True, exist_ok=True)
    for photo in photos:
        Image.open(photo).rotate(90).save(target / photo.name)


def sorted_photos(source, seed):
    return sorted(prepared(source, seed))


def not_empty(source, seed):
    return shuffled([path for path in source.iterdir() if path.stat().st_size], seed)


def named_as_photos(source, seed):
    return [path for path in not_empty(source, seed) if path.suffix.lower() in (".jpg", ".png")]


def readable_header(source, seed):
    def opens(path):
        try:
            Image.open(path)
        except OSError:
            return False
        return True

    return [path for path in named_as_photos(source, seed) if opens(path)]


def small_letters(source, seed):
    return [path for path in prepared(source, seed) if path.suffix == ".jpg"]


def silent(source, seed):
    return shuffled(usable(source)[0], seed)


def counting_entries(source, training_dir, testing_dir, split_size, seed=0):
    photos = prepared(source, seed)
    cut = int(len(list(source.iterdir())) * split_size)
    copy(photos[:cut], training_dir)
    copy(photos[cut:], testing_dir)


def without_folders(source, training_dir, testing_dir, split_size, seed=0):
    for photo in prepared(source, seed):
        shutil.copyfile(photo, training_dir / photo.name)


def with_folders_of_its_own(source, training_dir, testing_dir, split_size, seed=0):
    training_dir.parent.mkdir(parents=True)
    right_split(source, training_dir, testing_dir, split_size, seed)


def adding_text(source, training_dir, testing_dir, split_size, seed=0):
    return source + "/0.jpg"


def cleaning_up(source, training_dir, testing_dir, split_size, seed=0):
    right_split(source, training_dir, testing_dir, split_size, seed)
    (source / "empty.jpg").unlink()


def two_draws(photos, count, fraction):
    rng = random.Random(0)
    return rng.sample(photos, count), rng.sample(photos, len(photos) - count)


def seedless_photos(source, seed):
    photos = prepared(source, 0)
    random.SystemRandom().shuffle(photos)
    return photos


SPLIT_SLIPS = {
    "leaks as the course does": (
        variant(lambda photos, count, f: (photos[:count], photos[: len(photos) - count])),
        "the course's own answer, testing_set = shuffled_set[:testing_length]",
    ),
    "two draws": (variant(lambda photos, count, f: (photos[:count], photos[count - 1 : count + 1])), "Shuffle once"),
    "minus zero": (
        variant(lambda photos, count, f: (photos[:count], photos[-int(len(photos) * (1 - f) + 1e-9) :])),
        "[-0:]",
    ),
    "two roundings": (
        variant(lambda photos, count, f: (photos[:count], photos[count : count + int(len(photos) * (1 - f))])),
        "two roundings",
    ),
    "nothing for testing": (variant(lambda photos, count, f: (photos[:count], [])), "testing_dir got nothing"),
    "one kind of file": (variant(photos=small_letters), "are in neither folder, 1.JPG for one"),
    "swapped": (variant(lambda photos, count, f: (photos[count:], photos[:count])), "The two folders are swapped"),
    "rounds": (
        variant(lambda photos, count, f: (photos[: round(len(photos) * f)], photos[round(len(photos) * f) :])),
        "int() cuts off what round()",
    ),
    "counts bad files": (counting_entries, "the bad files were counted as well"),
    "half": (
        variant(lambda photos, count, f: (photos[:10], photos[10:])),
        "10 are in training; expected int(20 * 0.6)",
    ),
    "sorted": (variant(photos=sorted_photos), "in the order of their names"),
    "one shuffle for all": (variant(photos=lambda source, seed: prepared(source, 3)), "all give the same split"),
    "no seed": (variant(photos=seedless_photos), "Two calls with seed=0 gave two different splits"),
    "copies an empty file": (
        variant(photos=lambda source, seed: shuffled(source.iterdir(), seed)),
        "empty.jpg was copied, though it has zero length",
    ),
    "copies foreign files": (variant(photos=not_empty), "Thumbs.db was copied, though it is no photo"),
    "copies broken files": (variant(photos=named_as_photos), "broken.jpg was copied, though it cannot be decoded"),
    "copies half a file": (variant(photos=readable_header), "half.jpg was copied, though it breaks off"),
    "moves": (variant(copier=moving), "they were moved"),
    "saves again": (variant(copier=saving_again), "is no copy"),
    "deletes": (cleaning_up, "empty.jpg in the source was changed, added or deleted"),
    "copies nothing": (
        variant(copier=lambda photos, target: None),
        "Neither training_dir nor testing_dir holds a file",
    ),
    "no folder": (without_folders, "Make the folder before you copy into it"),
    "folder is there": (with_folders_of_its_own, "The folder of the class before it is there already"),
    "paths as text": (adding_text, "join names to it with a slash"),
    "silent": (variant(photos=silent), "without a word"),
    "no argument seed": (
        lambda source, training_dir, testing_dir, split_size: 0,
        "split_data takes (source, training_dir",
    ),
}


@pytest.mark.parametrize("slip", SPLIT_SLIPS)
def test_each_slip_of_the_split_has_its_own_message(slip):
    function, phrase = SPLIT_SLIPS[slip]
    message = said(split.split_data, function)
    assert phrase in message
    assert "/tmp" not in message and "split-" not in message


def test_the_leak_is_told_with_how_much_leaks():
    assert said(split.split_data, SPLIT_SLIPS["leaks as the course does"][0]).startswith("All 8 testing photos are in")


def test_the_scratch_folder_is_gone_afterwards(tmp_path, monkeypatch):
    monkeypatch.setattr(split.tempfile, "tempdir", str(tmp_path))
    judge(split.split_data, right_split)
    judge(split.split_data, SPLIT_SLIPS["moves"][0])
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_room_is_not_the_learners_fault(tmp_path, monkeypatch):
    def full(source, training_dir, testing_dir, split_size, seed=0):
        raise OSError(28, "No space left on device")

    assert "No space left on device" in said(split.split_data, full, status=NOT_CHECKED)
    monkeypatch.setattr(split.tempfile, "tempdir", str(tmp_path / "not there"))
    assert said(split.split_data, right_split, status=NOT_CHECKED).startswith("No scratch folder can be made")
    monkeypatch.undo()
    monkeypatch.setattr(split, "_source", lambda folder, photos: (_ for _ in ()).throw(OSError(30, "Read-only")))
    assert said(split.split_data, right_split, status=NOT_CHECKED).startswith("The scratch folder cannot be written to")


def test_the_bad_files_are_bad_for_the_course_too(tmp_path):
    photos, skipped = usable(split._source(tmp_path / "cats", 20))
    assert len(photos) == 20 and set(skipped) == set(split.BAD)
    assert len({path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}) == 20 + len(split.BAD)


def test_the_result_instead_of_split_data_cannot_be_checked():
    assert "check(split_data)" in said(split.split_data, Path("training"), status=NOT_CHECKED)


def test_no_two_slips_share_a_message():
    for table in (ERROR_SLIPS, COUNT_SLIPS, SPLIT_SLIPS):
        phrases = [phrase for _, phrase in table.values()]
        assert len(set(phrases)) == len(phrases)
