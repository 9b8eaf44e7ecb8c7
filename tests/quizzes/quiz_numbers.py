"""What the `computed` expressions of the question bank may name: the course's settings, and plain arithmetic."""

import itertools
import math

# The course's settings; test_grading.py tests that the lessons have the same.
CATS = dict(image=150, filters=[32, 64, 128, 128], dense=512, train=2000, validation=1000, batch=20, learning_rate=1e-4)
HORSES = dict(
    image=300, filters=[16, 32, 64, 64, 64], dense=512, train=1027, validation=256, validation_figures=11, batch=128
)
COMPACT = dict(image=150, filters=[16, 32, 64], dense=512)
KAGGLE = dict(files_per_class=12500, usable_per_class=12499, split_size=0.9)
HAPPY = dict(train=80, batch=10, threshold=0.999)
AUGMENTATION = dict(
    rotation_range=40,
    width_shift_range=0.2,
    height_shift_range=0.2,
    shear_range=0.2,
    zoom_range=0.2,
    horizontal_flip=True,
    fill_mode="nearest",
)


def after_convolution(size, width=3):
    return size - width + 1


def after_blocks(size, blocks):
    for _ in range(blocks):
        size = after_convolution(size) // 2
    return size


def parameters(image, filters, dense):
    """Weights of the course's network: blocks of convolution (3 by 3) and pooling, a dense layer, one output."""
    total = sum(3 * 3 * before * after + after for before, after in itertools.pairwise([3, *filters]))
    flat = after_blocks(image, len(filters)) ** 2 * filters[-1]
    return total + flat * dense + dense + dense + 1


def batches(photos, batch):
    return math.ceil(photos / batch)


def error_bar(accuracy, photos):
    return 1.96 * math.sqrt(accuracy * (1 - accuracy) / photos)


def shear_pixels(degrees, image):
    return image / 2 * math.sin(math.radians(degrees))


def softmax(values):
    exponentials = [math.exp(value) for value in values]
    return [value / sum(exponentials) for value in exponentials]


ALLOWED = dict(
    math=math, int=int, len=len, min=min, range=range, round=round, sorted=sorted, softmax=softmax,
    after_convolution=after_convolution, after_blocks=after_blocks, parameters=parameters, batches=batches,
    error_bar=error_bar, shear_pixels=shear_pixels, CATS=CATS, HORSES=HORSES, COMPACT=COMPACT, KAGGLE=KAGGLE,
    HAPPY=HAPPY, AUGMENTATION=AUGMENTATION,
)  # fmt: skip
