# ---
# jupyter:
#   jupytext:
#     formats: ipynb,paired//py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 9 · Start from a trained network
#
# **Goal.** With few photos, do not start from nothing: take over what another network has learned,
# put layers of your own on top, and know what freezing, dropout and fine-tuning really do.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/OWNER/REPO/blob/main/notebooks/09_start_from_a_trained_network.ipynb)
#
# Follows the third week of the course, *Transfer learning*, with its part on dropout. What it takes
# on each profile is printed below.
#
# You will be able to
#
# * freeze a base, augment in front of it, and train a head on top;
# * say what a frozen `BatchNormalization` does, and when to compile again;
# * choose a rate of dropout, and fine-tune without wrecking the base.
#
# [Lesson list](00_lessons.ipynb) · before: [8 · Augment with layers](08_augment_with_layers.ipynb) · builds on: [3 · Train with augmentation](03_train_with_augmentation.ipynb)

# %% tags=["bootstrap"]
import os, pathlib, subprocess, sys
clone = pathlib.Path("augmentation-course").resolve()
root = next((p for p in clone.parents if (p / "helpers" / "runtime.py").is_file()), clone)
if not (root / "helpers" / "runtime.py").is_file():  # it stands alone, as on Colab: fetch the course
    source = os.environ.get("COURSE_REPOSITORY", "https://github.com/OWNER/REPO")
    if source.endswith("OWNER/REPO"):
        raise RuntimeError("This copy does not say where it is published; get the whole course.")
    try:
        command = ["git", "clone", "-q", "--depth=1", "-b", "main", source, str(root)]
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        reason = (getattr(problem, "stderr", "") or str(problem)).strip()
        raise RuntimeError(f"{source} could not be fetched to {root}: {reason}") from None
sys.path[:0] = [str(root)] * (str(root) not in sys.path)
print("Course files:", "fetched beside this notebook" if root == clone else "found around it")

# %%
from helpers import runtime

settings = runtime.start()

# %% tags=["record"]
import keras
import numpy as np
from keras import layers
from tensorflow.keras.preprocessing.image import ImageDataGenerator

from helpers import datasets, exercises, plotting, sample, training
from helpers.augmentation import RandomTransform, cache_photos
from helpers.evidence import Claims, records, seeds
from helpers.training import SaveAndResume
from helpers.widgets import quiz

# %% [markdown]
# ## Settings

# %% tags=["nbval-check-output"]
if settings.full:
    IMAGE_SIZE, BATCH, EPOCHS, BASE_EPOCHS, SMALL = (160, 160), 20, 5, 0, 1000
    SEEDS, HEAD_EPOCHS, TUNING_EPOCHS = [settings.seed], 15, 2
else:
    IMAGE_SIZE, BATCH, EPOCHS, BASE_EPOCHS, SMALL = (64, 64), 16, 40, 14, 30
    SEEDS, HEAD_EPOCHS, TUNING_EPOCHS = [settings.seed + i for i in range(3)], 30, 15
RIVAL_EPOCHS = 2 * EPOCHS

print(
    settings.describe(
        sample="a base trained on 2,100 drawn animals, people and faces; 90 drawn hands to "
        "learn from, 360 for validation, 64x64 pixels; about three minutes.",
        full="MobileNetV2 as trained on ImageNet (2 MB); 2,000 cats and dogs and 1,027 horses "
        "and humans, 160x160 pixels, five epochs; downloads of 230 MB, about ten minutes.",
    )
)

# %% [markdown]
# ## Two sets: a large one of other things, a small one of yours
#
# On the sample profile, you want to tell rock, paper and scissors apart, and have 30 photos of each. The
# large set is everything else that this course draws: cats, dogs, horses, humans, happy and sad faces.
# There is no hand in it that shows a sign. On the full profile the large set is ImageNet, a million photos
# that you need not have: its features come with the weights. (ImageNet has cats and dogs among its
# classes, so that base has a head start which the drawn one has not.)

# %%
DRAWN = dict(data=settings.data, seed=settings.seed, size=64)
if settings.full:
    pets = datasets.fetch("cats_and_dogs_filtered")
    horses = [
        datasets.fetch(name) for name in ("horse-or-human", "validation-horse-or-human")
    ]
    TARGETS = {
        "cats or dogs": [pets / "train", pets / "validation"],
        "horses or humans": horses,
    }
else:
    hands = sample.rock_paper_scissors(
        train=100,
        validation=120,
        individuals=(100, 120),  # nobody twice
        train_poses=sample.WAVING,
        background="scene",
        **DRAWN,
    )
    TARGETS = {"rock, paper or scissors": [hands / "train", hands / "validation"]}

# %% tags=["nbval-check-output"]
CACHES = {
    name: [cache_photos(folder, IMAGE_SIZE) for folder in folders]
    for name, folders in TARGETS.items()
}

# %%
large = []
if not settings.full:
    pets = sample.cats_and_dogs(
        train=350, validation=1, train_poses=sample.RECLINING, **DRAWN
    )
    reclining = sample.horses_and_humans(per_class=350, poses=sample.RECLINING, **DRAWN)
    faces = sample.happy_or_sad(per_class=350, poses=sample.TILTED, **DRAWN)
    large = [
        cache_photos(folder, IMAGE_SIZE) for folder in (pets / "train", reclining, faces)
    ]

# %% [markdown]
# Of the hands, you get the first 30 of each sign; the others are kept for later. (Of the real photos, all.)


# %% tags=["nbval-check-output"]
def first_of_each(cache, count):
    labels = range(len(cache.class_names))
    chosen = np.concatenate([np.flatnonzero(cache.labels == i)[:count] for i in labels])
    return cache.pixels[chosen], cache.labels[chosen]


PHOTOS = {
    name: (first_of_each(train, SMALL), (validation.pixels, validation.labels))
    for name, (train, validation) in CACHES.items()
}
target = next(iter(PHOTOS))
(images, labels), (unseen_images, unseen_labels) = PHOTOS[target]
CLASSES = CACHES[target][0].class_names
print(f"{target}: {len(images)} photos to learn from, {len(unseen_images)} for validation")

# %% tags=["keep-figure"]
shown, captions = [], []
for cache in [*large, CACHES[target][0]]:
    two, numbers = first_of_each(cache, 2)
    shown += list(two)
    yours = "" if cache in large else "yours: "
    captions += [yours + cache.class_names[number] for number in numbers]
plotting.show(
    plotting.photo_grid(
        shown,
        captions,
        columns=6,
        title="What the base sees, and what is yours" if large else "What is yours",
    ),
    f"Two photos of each class: {', '.join(dict.fromkeys(captions))}.",
)

# %% [markdown]
# ## A trained base
#
# A photo enters a network at the **bottom**; the answer comes out at the **top**. Low layers know edges
# and colours, which are the same on all photos; the top names the classes of the large set, for which
# you have no use. A **base** is a trained network without its top.
#
# On the full profile it comes from `keras.applications`. On the sample profile you train one yourself, on
# six classes, and keep three of its four blocks: the highest one knows most of paws and moods, and least
# of hands. (The course does the same with Inception, which it cuts at a layer called `mixed7`.)
#
# New in its blocks: `BatchNormalization` brings every feature to mean 0 and spread 1, in training by mean
# and variance of the batch, at prediction by *moving averages* of these. It has an offset of its own, so
# the convolution needs no bias; `momentum=0.9` lets the averages follow faster, as there are few steps.
# `GlobalAveragePooling2D` keeps one number per feature, its mean over all places. `softmax` gives a
# probability per class, and its loss takes the class as a number; lesson 10 explains both.


# %%
def convolution_block(filters, **first):
    pool = [] if first else [layers.MaxPooling2D(2, 2)]
    return [
        layers.Conv2D(filters, (3, 3), padding="same", use_bias=False, **first),
        layers.BatchNormalization(momentum=0.9),
        layers.Activation("relu"),
        *pool,
    ]


def build_own_base():
    inputs = keras.Input((*IMAGE_SIZE, 3))
    blocks = [*convolution_block(16, strides=2)]
    blocks += [*convolution_block(32), *convolution_block(64)]
    return keras.Sequential([inputs, *blocks], name="base")


def own_top():
    pool = layers.GlobalAveragePooling2D()
    return [*convolution_block(128), pool, layers.Dropout(0.2)]


generator = ImageDataGenerator(
    rotation_range=15,
    width_shift_range=0.1,
    height_shift_range=0.1,
    zoom_range=0.1,
    horizontal_flip=True,
)


# %% [markdown]
# Around the base come augmentation, scaling to −1…1 (what MobileNetV2 was trained with) and a top:
# `layer(outputs)` hangs a layer behind what is there. The learning rate begins high and falls to zero along half a cosine: large steps first, then smaller ones.


# %%
def build_whole(base, top, classes):
    inputs = keras.Input((*IMAGE_SIZE, 3))
    outputs = RandomTransform.from_generator(generator)(inputs)
    outputs = layers.Rescaling(1 / 127.5, offset=-1)(outputs)
    outputs = base(outputs)
    for layer in [*top, layers.Dense(classes, activation="softmax")]:
        outputs = layer(outputs)
    return keras.Model(inputs, outputs)


def fit(network, photos, epochs, learning_rate=3e-3, batch=BATCH, **more):
    epochs = settings.epochs(epochs)
    steps = -(-len(photos[0]) // batch) * epochs
    falling = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    network.compile(
        loss="sparse_categorical_crossentropy",
        optimizer=keras.optimizers.Adam(falling),
        metrics=["accuracy"],
        jit_compile=False,  # compiling would take longer than it saves here
    )
    return network.fit(*photos, batch_size=batch, epochs=epochs, verbose=0, **more).history


# %%
runtime.set_seed(settings.seed)
if settings.full:
    base = keras.applications.MobileNetV2(
        (*IMAGE_SIZE, 3), alpha=0.35, include_top=False, weights=datasets.fetch_weights()
    )
else:
    base = build_own_base()
    everything = (
        np.concatenate([cache.pixels for cache in large]),
        np.concatenate([cache.labels + 2 * i for i, cache in enumerate(large)]),
    )
    whole = build_whole(base, own_top(), classes=6)
    saved = settings.runs / "09_base.json"
    progress = training.CurveLogger(saved, seed=settings.seed, every=7)
    fit(whole, everything, BASE_EPOCHS, batch=64, callbacks=[progress])

# %% [markdown]
# ### Which end is the top?
#
# The course's notes add "new layers at the bottom". *Predict:* which layer does `include_top=False` leave
# out: the first or the last?

# %% tags=["nbval-check-output"]
ends = {}
for include_top in (True, False):
    mobile = keras.applications.MobileNetV2(
        (96, 96, 3), alpha=0.35, include_top=include_top, weights=None
    )
    ends[include_top] = mobile.layers[0].name.split("_")[0], mobile.layers[-1].name
    print(f"include_top={include_top!s:<5}: from {' to '.join(ends[include_top])}")

# %% [markdown]
# > **Where the course has it upside down.** What is left out, and what you add, are the layers next to
# > the *output*: the top. `summary()` prints them last, and that may be where "bottom" comes from.

# %% [markdown]
# ## Freeze it
#
# A frozen layer keeps its weights while others learn. The notes write `layer.trainable = false`:

# %% tags=["nbval-check-output"]
try:
    base.trainable = false  # noqa: F821
except NameError as error:
    print("NameError:", error)
base.trainable = False
print("frozen: arrays to be trained in the base:", len(base.trainable_weights))
print("layers in it that would learn:", sum(layer.trainable for layer in base.layers))

# %% [markdown]
# > **Where the course breaks.** Python's word is `False`. One line on the base reaches all its layers;
# > no loop is needed.
#
# ### What freezing does, and what it does not
#
# `BatchNormalization` keeps two kinds of numbers: a scale and an offset, which are *learned*, and the moving
# averages, which are merely *updated* in training. If they drift to your few photos, the layers above get
# other values than they learned on. Many guides say: call the base with `training=False`, then the averages
# stay, even when you unfreeze it.
#
# *Predict:* in which of these four cases do the averages change?


# %%
def one_block():
    runtime.set_seed(settings.seed)
    return keras.Sequential(
        [keras.Input((8,)), layers.Dense(4), layers.BatchNormalization()], name="block"
    )


def freeze_normalisation(network):
    for layer in network.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.trainable = False


def what_changes(prepare, **call):
    block = one_block()
    prepare(block)
    inputs = keras.Input((8,))
    network = keras.Model(inputs, layers.Dense(1)(block(inputs, **call)))
    network.compile(loss="mse", optimizer=keras.optimizers.SGD(0.01), run_eagerly=True)
    before = block.get_weights()
    network.fit(SIGNAL, SIGNAL[:, :1], epochs=1, verbose=0)
    # kernel and bias of the dense layer; scale, offset; the two moving averages
    changed = [not np.array_equal(*two) for two in zip(before, block.get_weights())]
    return any(changed[:2]), any(changed[4:])


SIGNAL = np.random.default_rng(0).normal(2, 3, (64, 8)).astype("float32")

# %% tags=["nbval-check-output"]
CASES = {
    "nothing frozen": what_changes(lambda block: None),
    "nothing frozen, block(x, training=False)": what_changes(
        lambda block: None, training=False
    ),
    "block.trainable = False": what_changes(
        lambda block: setattr(block, "trainable", False)
    ),
    "its BatchNormalization frozen": what_changes(freeze_normalisation),
}
for name, (learned, averages) in CASES.items():
    print(f"{name:<41} weights change: {learned!s:<5}  moving averages: {averages}")

# %% [markdown]
# > **Where many guides no longer hold.** In Keras 3, in a network that is built as here, `fit` overrules
# > `training=False`: it calls the whole with `training=True`, and hands that down to every layer
# > (keras#20285; in a `call` that you write yourself, `training=False` still holds). As long as the base is
# > frozen that does no harm, for a frozen `BatchNormalization` works as at prediction and leaves its
# > averages alone. **Unfreeze** the base, and they drift. What holds: leave these layers frozen.
#
# Freezing does *not* make the base free: photos still pass through every layer of it, and that costs
# time. And there is a trap. The block below is frozen after an epoch of training. *Predict:* do its
# weights stay?

# %% tags=["nbval-check-output"]
block = one_block()
begun = keras.Sequential([keras.Input((8,)), block, layers.Dense(1)])
begun.compile(loss="mse", optimizer=keras.optimizers.SGD(0.01), jit_compile=False)
begun.fit(SIGNAL, SIGNAL[:, :1], epochs=1, verbose=0)
block.trainable = False
moved = {}
for compiled_again in (False, True):
    if compiled_again:
        begun.compile(loss="mse", optimizer=keras.optimizers.SGD(0.01), jit_compile=False)
    before = block.layers[0].kernel.numpy()
    begun.fit(SIGNAL, SIGNAL[:, :1], epochs=1, verbose=0)
    moved[compiled_again] = not np.array_equal(before, block.layers[0].kernel.numpy())
    print(
        f"compiled again: {compiled_again!s:<5}  "
        f"the frozen weights move: {moved[compiled_again]}"
    )

# %% [markdown]
# > **A trap.** `trainable` alone does not reach a network that has begun to train. After every change of
# > it, compile again.

# %% [markdown]
# ## Put a head on it
#
# Frozen layers take any variant that augmentation makes; the head learns from the features of a new
# variant in every epoch. A head of one layer will do. On the sample profile it sees not only *which*
# features there are, but *where*: a hand has its fingers on one side.


# %%
def build_transfer(base, classes):
    pool = layers.GlobalAveragePooling2D() if settings.full else layers.Flatten()
    return build_whole(base, [pool, layers.Dropout(0.2)], classes)


# %% tags=["nbval-check-output"]
first_network = build_transfer(base, len(CLASSES))
to_train = sum(int(np.prod(value.shape)) for value in first_network.trainable_weights)
print(f"parameters: {first_network.count_params():,}, of which are trained: {to_train:,}")

# %% [markdown]
# ### Against a start from nothing
#
# The rival is the network that the base was cut from, all four blocks of it, with the same augmentation.
# Its first weights are drawn at random, all of them are trained, and it gets **twice** as many epochs,
# on the drawn hands enough to know every one of its photos. (On the full profile it is the same small
# network, and ten epochs do not exhaust it.) A second rival has the very layers of the frozen base and
# its head. With several seeds, each training has other first weights, another order and other variants;
# the base is the same one in all of them, so the intervals leave out *its* chance.
#
# *Predict:* by how many points does the frozen base win on validation photos?


# %%
NOTHING, SAME_HEAD, FROZEN = "from nothing", "from nothing, same head", "from a frozen base"


def build_start(start, classes):
    if start == FROZEN:
        return build_transfer(base, classes)
    own = build_own_base()
    if start == SAME_HEAD:
        return build_transfer(own, classes)
    return build_whole(own, own_top(), classes)


def run(start, target, seed):
    photos, unseen = PHOTOS[target]
    runtime.set_seed(seed)
    network = build_start(start, len(CACHES[target][0].class_names))
    history = fit(network, photos, EPOCHS if start == FROZEN else RIVAL_EPOCHS)
    result = network.evaluate(*unseen, batch_size=64, verbose=0, return_dict=True)
    print(
        f"{target}, {start}, seed {seed}: "
        f"training {history['accuracy'][-1]:.3f}, validation {result['accuracy']:.3f}"
    )
    return network, result["accuracy"]


rivals = {start: [run(start, target, i) for i in SEEDS] for start in (NOTHING, SAME_HEAD)}

# %%
transfers = [run(FROZEN, target, seed) for seed in SEEDS]

# %% tags=["keep-figure"]
starts = rivals | {FROZEN: transfers}
accuracy = {start: [result for _, result in runs] for start, runs in starts.items()}
print(seeds.as_table({"validation accuracy": accuracy}))
several = seeds.describe(accuracy, "Validation accuracy")
plotting.show(
    seeds.plot_seeds(accuracy, quantity="validation accuracy (0–1)"),
    several if len(SEEDS) > 1 else f"Validation accuracy of one seed: {accuracy}.",
)

# %% [markdown]
# On the full profile, the same with the second set:

# %%
others = {name: run(FROZEN, name, settings.seed)[1] for name in list(PHOTOS)[1:]}

# %% [markdown]
# On the drawn hands both rivals end with (nearly) all of their training photos right, so it is not for lack
# of epochs: they have to find edges, shapes, and what to do with them, from the same few photos. The head
# only weighs features that are there.
#
# > **What is not promised.** A base helps where its features are of use *and* are hard to find from your
# > photos. Where your classes are easily told apart, the start from nothing may well win. Always train the
# > rival, too.

# %% [markdown]
# ## Dropout
#
# A `Dropout` layer sets values to zero at random. The idea: a unit that may find any other one missing
# cannot lean on it, and has to find something that is of use by itself. Whether that pays, you have to
# measure.
#
# *Predict:* `Dropout(0.2)` on ten thousand ones: how many are left, and what is each? And at prediction?

# %% tags=["nbval-check-output"]
dropping = layers.Dropout(0.2, seed=settings.seed)
ones = np.ones((1, 10_000), dtype="float32")
first, second = (dropping(ones, training=True).numpy() for _ in range(2))
share = float(np.mean(first == 0))
print("left:", int(np.sum(first > 0)))
print("the others are:", np.unique(first[first > 0]))
print("the next step drops the same ones:", np.array_equal(first, second))
print(
    "at prediction nothing changes:", np.array_equal(dropping(ones, training=False), ones)
)
print("weights in the layer:", dropping.count_params())

# %% [markdown]
# > **Where the course is wrong.** "I will lose 20 % of the untrained nodes." Nothing is lost, and it has
# > nothing to do with untrained: at every step of the training another fifth of the *values* is set to
# > zero, and the rest is scaled up to make up for it. At prediction all are there.
#
# ### How much of it?
#
# For a quick look at many rates, compute the features of photos **once**, and train heads on these. That
# is fast, and leaves nothing to augment, so there will be a gap. Here are 100 photos of each class.
# *Predict:* which rate closes the gap most, and which is best on validation photos?


# %%
def features(pixels):
    inputs = keras.Input((*IMAGE_SIZE, 3))
    found = base(layers.Rescaling(1 / 127.5, offset=-1)(inputs))
    pool = layers.GlobalAveragePooling2D() if settings.full else layers.Flatten()
    return keras.Model(inputs, pool(found)).predict(pixels, batch_size=64, verbose=0)


hundred, hundred_labels = first_of_each(CACHES[target][0], 100)
seen, unseen = features(hundred), features(unseen_images)


# %%
def train_head(rate, seed):
    runtime.set_seed(seed)
    head = keras.Sequential(
        [
            keras.Input(seen.shape[1:]),
            layers.Dropout(rate),
            layers.Dense(64, activation="relu"),
            layers.Dropout(rate),
            layers.Dense(len(CLASSES), activation="softmax"),
        ]
    )
    history = fit(head, (seen, hundred_labels), HEAD_EPOCHS, 8e-4, batch=32)
    in_fit = training.last_mean(history, "accuracy")
    return (
        in_fit,
        share_right(head, seen, hundred_labels),
        share_right(head, unseen, unseen_labels),
    )


def share_right(head, found, labels):
    return float(np.mean(np.argmax(head(found), axis=1) == labels))  # dropout is off here


# %%
fitted, shown_gap, real_gap, judged = {}, {}, {}, {}
for rate in (0.0, 0.2, 0.5, 0.8):
    found = np.array([train_head(rate, settings.seed + i) for i in range(3)])
    in_fit, dropout_off, on_unseen = found.T
    name = f"dropout {rate}"
    shown_gap[name], real_gap[name] = in_fit - on_unseen, dropout_off - on_unseen
    fitted[name], judged[name] = in_fit, on_unseen
columns = {"training, in fit": fitted, "validation": judged}
columns |= {"gap in fit": shown_gap, "gap, dropout off": real_gap}
print(seeds.as_table(columns))

# %% tags=["keep-figure"]
plotting.show(
    seeds.plot_seeds(shown_gap, quantity="training minus validation accuracy"),
    seeds.describe(shown_gap, "The gap that fit shows"),
)

# %% [markdown]
# The gap that `fit` shows shrinks as the rate rises. But look twice. Training accuracy is measured with
# dropout **on**; the last column asks the same photos with dropout off, and there, up to .5, the gap has
# hardly changed. What you are after is validation accuracy, and on these features it does not rise. At .8
# training accuracy is as low as validation accuracy: the head no longer learns what it could. Judge
# dropout by validation, never by the gap that `fit` prints.

# %% [markdown]
# ## Fine-tune, with care
#
# When the head has learned, the base may follow. Unfreeze it, all but its `BatchNormalization`, compile
# again, and choose a learning rate.
#
# *Predict:* 1e-4, or 300 times as much? And what does the larger one do if the base stays frozen?


# %%
def moving_averages(network):
    found = [value for value in network.weights if "moving" in value.path]
    return np.concatenate([value.numpy() for value in found])


def fine_tune(learning_rate, frozen=False):
    runtime.set_seed(settings.seed)
    copied = keras.models.clone_model(base)
    network = build_transfer(copied, len(CLASSES))
    network.set_weights(transfers[0][0].get_weights())
    copied.trainable = False  # a clone may say True while its layers are frozen, and
    copied.trainable = not frozen  # to set True where it says True changes nothing
    freeze_normalisation(copied)
    before = moving_averages(copied)
    fit(network, (images, labels), TUNING_EPOCHS, learning_rate)
    kept.append(np.array_equal(before, moving_averages(copied)))
    return network.evaluate(unseen_images, unseen_labels, verbose=0)[1]


# %%
kept = []
small, large_steps = fine_tune(1e-4), fine_tune(3e-2)
head_only = fine_tune(3e-2, frozen=True)
print(f"as it was                       validation accuracy {accuracy[FROZEN][0]:.3f}")
print(f"fine-tuned, 1e-4                validation accuracy {small:.3f}")
print(f"fine-tuned, 3e-2                validation accuracy {large_steps:.3f}")
print(f"head alone, 3e-2, base frozen   validation accuracy {head_only:.3f}")

# %% tags=["nbval-check-output"]
print("moving averages of the base, fine-tuned, are as before:", all(kept))

# %% [markdown]
# The same large steps with the base still frozen do less harm: it is the base that they ruin. Small steps
# do no harm, and on so few drawn photos gain nothing beyond chance either: one seed, and an accuracy
# measured on few photos. Try fine-tuning last, and compare.
#
# ### Exercise: unfreeze the top
#
# Of a large base, one often unfreezes only the highest layers, which are the most specific to the old
# classes. Write `unfreeze_top(base, count)`: `base` is frozen; afterwards the last `count` entries of
# `base.layers` learn, and nothing else. `BatchNormalization` stays frozen wherever it is, and `count` may be
# 0. Change `base` itself, and return nothing.


# %% tags=["exercise:unfreeze"]
def unfreeze_top(base, count):
    # solution:
    base.trainable = True
    for layer in base.layers[: len(base.layers) - count]:
        layer.trainable = False
    for layer in base.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.trainable = False
    # end of solution


# %%
exercises.unfreeze.check(unfreeze_top)

# %% [markdown]
# ## The same on real photos
#
# What does a base that was trained on a million photos give on the course's 2,000 cats and dogs? The two
# cells below are the whole training, for you to take along: a frozen MobileNetV2 without augmentation or
# with lesson 3's, and, where `tuned` is true, ten more epochs in which its last block learns as well, at a
# hundredth of the rate. They run here on the full profile only.


# %% tags=["record"]
def pet_network(weights_file):
    base = keras.applications.MobileNetV2(
        (160, 160, 3), alpha=0.35, include_top=False, weights=weights_file
    )
    base.trainable = False
    inputs = keras.Input((160, 160, 3))
    outputs = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    outputs = base(outputs, training=False)  # keeps the moving averages, whatever is unfrozen
    outputs = layers.GlobalAveragePooling2D()(outputs)
    outputs = layers.Dropout(0.2)(outputs)
    return base, keras.Model(inputs, layers.Dense(1, activation="sigmoid")(outputs))


def pet_batches(augmented, seed):
    folder = datasets.fetch("cats_and_dogs_filtered")
    train = cache_photos(folder / "train", (160, 160))
    validation = cache_photos(folder / "validation", (160, 160))
    ranges = dict(rotation_range=40, width_shift_range=0.2, height_shift_range=0.2)
    ranges |= dict(shear_range=0.2, zoom_range=0.2, horizontal_flip=True)
    transform = RandomTransform(**ranges) if augmented else RandomTransform()
    as_they_are = validation.batches(20, RandomTransform(), shuffle=False, seed=seed)
    return train.batches(20, transform, seed=seed), as_they_are


# %% tags=["record"]
def train_on_pets(augmented, tuned, seed, folder):
    runtime.set_seed(seed)
    base, network = pet_network(datasets.fetch_weights())
    batches, validation = pet_batches(augmented, seed)
    phases = []
    for phase, rate in (("head", 1e-3), ("tuning", 1e-5))[: 1 + tuned]:
        if phase == "tuning":
            for layer in base.layers:
                layer.trainable = layer.name.startswith(("block_16", "Conv_1"))
        network.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        network.optimizer.learning_rate = rate
        saving = SaveAndResume(
            folder / f"09_{phase}.json", batches, validation, seed=seed, every=5
        )
        network.fit(
            batches,
            validation_data=validation,
            epochs=settings.epochs(10),
            verbose=0,
            callbacks=[saving],
        )
        phases.append(saving.record)
    said = records.pack(network.predict(validation, verbose=0).T)
    extra = dict(parameters=network.count_params(), outputs={"validation": said})
    return records.joined(phases) | extra


# %% [markdown]
# ## Checkpoint

# %%
claims = Claims(cut_short=settings.cuts(max(RIVAL_EPOCHS, HEAD_EPOCHS)))
claims.add("photos to learn from", len(images), equals=2000 if settings.full else 90)
claims.add(
    "parameters of the base",
    base.count_params(),
    equals=410_208 if settings.full else 23_920,
)
claims.add(
    "arrays trained over the frozen base",
    len(transfers[0][0].trainable_weights),
    equals=2,
)
for name, expected in zip(CASES, (1, 1, 0, 0)):
    claims.add(f"moving averages change: {name}", CASES[name][1], equals=expected)
claims.add("frozen, not compiled again: weights move", moved[False], equals=1)
claims.add("share that Dropout(0.2) sets to zero", share, at_most=0.22)
means = {name: float(np.mean(values)) for name, values in accuracy.items()}
for start in rivals:
    claims.add(f"validation accuracy {start}", means[start], trained=True)
claims.add(
    f"validation accuracy, frozen base: {target}",
    means[FROZEN],
    at_least=0.88 if settings.full else None,
    trained=True,
)
claims.add(
    "gain of the frozen base over the better rival",
    means[FROZEN] - max(means[start] for start in rivals),
    at_least=0.08,
    trained=True,
)
for name, value in others.items():
    claims.add(
        f"validation accuracy, frozen base: {name}", value, at_least=0.93, trained=True
    )

# %%
gaps = {name: float(np.mean(values)) for name, values in shown_gap.items()}
best = {name: float(np.mean(values)) for name, values in judged.items()}
claims.add("gap in fit without dropout", gaps["dropout 0.0"], trained=True)
claims.add(
    "gap in fit, dropout 0.5 as a share of that without",
    gaps["dropout 0.5"] / gaps["dropout 0.0"],
    at_most=0.67,
    trained=True,
)
claims.add(
    "validation accuracy, dropout 0.5 minus none",
    best["dropout 0.5"] - best["dropout 0.0"],
    at_most=0.05,
    trained=True,
)
claims.add(
    "gap with dropout off, 0.5 minus none",
    float(np.mean(real_gap["dropout 0.5"]) - np.mean(real_gap["dropout 0.0"])),
    trained=True,
)
claims.add(
    "fine-tuning in small steps against large ones",
    small - large_steps,
    at_least=0.1,
    trained=True,
)
claims.add(
    "large steps: frozen base against unfrozen",
    head_only - large_steps,
    at_least=0.05,
    trained=True,
)
claims.add("fine-tuned in small steps", small, trained=True)
claims.add("fine-tuned: moving averages kept", all(kept), equals=1)
claims.show()

# %% [markdown]
# ## Exercise
#
# It is above, before the checkpoint: *unfreeze the top*. There are hints, `exercises.unfreeze.hint()`, and `exercises.unfreeze.solution()`.
#
# ## Quiz
#
# Answer before you look back. The same questions, readable without running anything, are in the
# [quiz sheet](quizzes/README.md).

# %%
quiz("09")

# %% [markdown]
# ## Try it
#
# 1. Set `SMALL = 10`. Who loses more, the frozen base or the rivals?
# 2. Leave `freeze_normalisation` out of `fine_tune`. What becomes of the averages, and of the accuracy?
# 3. Leave the horses and humans out of `large`, and make 30 of each your target. Who wins now?
#
# ## In three lines
#
# * A base without its top, frozen; augmentation in front; a new head. It needs few photos and epochs.
# * After each change of `trainable`, compile again. Leave `BatchNormalization` frozen when you fine-tune.
# * Dropout zeroes values, in training only. Judge it by validation accuracy, not by the gap.
#
# Next: [10 · More than two classes](10_more_than_two_classes.ipynb).
