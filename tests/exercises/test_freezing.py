"""Which layers learn: what a learner gets for right and for wrong functions."""

from judging import all_pass, each_is_told_why, said
from keras import layers

from helpers.exercises.checkers.freezing import unfreeze
from helpers.exercises.checkers.outcome import NOT_ATTEMPTED, NOT_CHECKED


def normal(layer):
    return isinstance(layer, layers.BatchNormalization)


def thaw(base, chosen):
    base.trainable = True
    for number, layer in enumerate(base.layers):
        layer.trainable = bool(chosen(number, layer))


def first_then_rest(base, count):
    base.trainable = True
    for layer in base.layers[: len(base.layers) - count]:
        layer.trainable = False
    for layer in base.layers:
        if normal(layer):
            layer.trainable = False


def in_one_loop(base, count):
    thaw(base, lambda number, layer: number >= len(base.layers) - count and not normal(layer))


def base_left_frozen(base, count):
    for layer in base.layers[len(base.layers) - count :]:
        layer.trainable = not normal(layer)


def by_negative_index(base, count):
    base.trainable = True
    for layer in base.layers[:-count]:
        layer.trainable = False
    for layer in base.layers:
        if normal(layer):
            layer.trainable = False


def thawed_last(base, count):
    for layer in base.layers[: len(base.layers) - count]:
        layer.trainable = False
    base.trainable = True


def build_anew(base, count):
    first_then_rest(base, count)
    base.set_weights([value * 0 + 1 for value in base.get_weights()])


WRONG = {
    "base left frozen": (base_left_frozen, "still False"),
    "one too many": (
        lambda base, count: thaw(base, lambda i, layer: i >= 7 - count and not normal(layer)),
        "low_dense",
    ),
    "all of it": (lambda base, count: setattr(base, "trainable", True), "set it first"),
    "thawed last": (thawed_last, "set it first"),
    "normalisation learns": (lambda base, count: thaw(base, lambda i, layer: i >= 8 - count), "Freeze every"),
    "all but normalisation": (lambda base, count: thaw(base, lambda i, layer: not normal(layer)), "low_dense"),
    "from the bottom": (lambda base, count: thaw(base, lambda i, layer: i < count and not normal(layer)), "lowest 4"),
    "minus nothing": (by_negative_index, "layers[:-0]"),
    "other weights": (build_anew, "changed layers or weights"),
    "one too few": (lambda base, count: thaw(base, lambda i, layer: i > 8 - count and not normal(layer)), "expected"),
    "an error": (lambda base, count: base.layers[count + 99], "stops with IndexError"),
}


def test_right_ones_pass_and_each_slip_is_told_why():
    all_pass(unfreeze, {"first thawed": [first_then_rest], "in one loop": [in_one_loop]})
    each_is_told_why(unfreeze, WRONG)


def test_what_is_no_function_or_a_gap():
    def unfreeze_top(base, count): ...

    said(unfreeze, 3, status=NOT_CHECKED)
    said(unfreeze, unfreeze_top, status=NOT_ATTEMPTED)
