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
if not root.exists():  # the notebook stands alone, as on Colab: fetch the course beside it
    source = os.environ.get("COURSE_REPOSITORY", "https://github.com/OWNER/REPO")
    subprocess.run(["git", "clone", "-q", "--depth=1", "-b", "main", source, str(root)], check=True)
sys.path[:0] = [str(root)] * (str(root) not in sys.path)
print("Course files:", "fetched beside this notebook" if root == clone else "found around it")

# %%
from helpers import runtime

settings = runtime.start()

# %%
import keras
import numpy as np
from keras import layers
from tensorflow.keras.preprocessing.image import ImageDataGenerator

from helpers import datasets, measurements, plotting, sample, training, weights
from helpers.augmentation import RandomTransform
from helpers.checkpoints import Claims
from helpers.photo_cache import cache_photos
from helpers.widgets.quiz import quiz

# %% [markdown]
# ## Settings

# %% tags=["nbval-check-output"]
if settings.full:
    IMAGE_SIZE, BATCH, EPOCHS, BASE_EPOCHS = (160, 160), 20, 5, 0
    SEEDS, DROPOUT_EPOCHS, TUNING_EPOCHS = [settings.seed], 20, 2
else:
    IMAGE_SIZE, BATCH, EPOCHS, BASE_EPOCHS = (64, 64), 16, 40, 10
    SEEDS, DROPOUT_EPOCHS, TUNING_EPOCHS = [settings.seed + i for i in range(3)], 25, 15

print(
    settings.describe(
        sample="a base trained on 2,100 drawn animals, people and faces; 90 drawn hands to "
        "learn from, 180 for validation, 64x64 pixels; under three minutes.",
        full="MobileNetV2 as trained on ImageNet (2 MB); 2,000 cats and dogs and 1,027 horses "
        "and humans, 160x160 pixels, five epochs; downloads of 230 MB, about ten minutes.",
    )
)

# %% [markdown]
# ## Two sets: a large one of other things, a small one of yours
#
# On the sample profile, you want to tell rock, paper and scissors, and have 30 photos of each. The
# large set shows cats, dogs, horses, humans and faces: no hand from near. On the full profile the large
# set is ImageNet, a million photos that you need not have: its features come with the weights.

# %%
POSES = dict(rotation=30, scale=(0.8, 1.1), shift=0.06, mirror=True)
WAVING = sample.Poses(**POSES)
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
        train=30,
        validation=60,
        individuals=(30, 60),  # nobody twice
        train_poses=WAVING,
        validation_poses=WAVING,
        background="scene",
        **DRAWN,
    )
    TARGETS = {"rock, paper or scissors": [hands / "train", hands / "validation"]}

# %% tags=["nbval-check-output"]
PHOTOS = {
    name: [cache_photos(folder, IMAGE_SIZE) for folder in folders]
    for name, folders in TARGETS.items()
}
target = next(iter(PHOTOS))
train, validation = PHOTOS[target]

# %%
large = []
if not settings.full:
    pets = sample.cats_and_dogs(
        train=350, validation=1, train_poses=sample.RECLINING, **DRAWN
    )
    figures = sample.horses_and_humans(per_class=350, poses=sample.RECLINING, **DRAWN)
    faces = sample.happy_or_sad(per_class=350, poses=sample.TILTED, **DRAWN)
    large = [
        cache_photos(folder, IMAGE_SIZE) for folder in (pets / "train", figures, faces)
    ]

# %% tags=["keep-figure"]
shown, captions = [], []
for cache in [*large, train]:
    for number, name in enumerate(cache.class_names):
        first = np.flatnonzero(cache.labels == number)[:2]
        shown += list(cache.pixels[first])
        captions += [("yours: " if cache is train else "") + name] * 2
plotting.show(
    plotting.photo_grid(
        shown, captions, columns=6, title="What the base sees, and what is yours"
    ),
    f"Two photos of each class: {', '.join(dict.fromkeys(captions))}.",
)

# %% [markdown]
# ## A trained base
#
# A photo enters a network at the **bottom**; the answer comes out at the **top**. Low layers know edges
# and colours, which are the same on all photos; the top names the classes of the large set, of which
# you have no use. A **base** is a trained network without its top.
#
# On the sample profile you train one yourself, on six classes, and keep three of its four blocks: the
# highest one knows most of paws and moods, and least of hands. (The course does the same with
# Inception, which it cuts at a layer called `mixed7`.) On the full profile, `include_top=False` leaves
# the top away.


# %%
def build_own_base():
    network = keras.Sequential([keras.Input((*IMAGE_SIZE, 3))], name="base")
    for filters in (24, 48, 96):
        network.add(layers.Conv2D(filters, (3, 3), padding="same", use_bias=False))
        network.add(layers.BatchNormalization(momentum=0.9))
        network.add(layers.Activation("relu"))
        network.add(layers.MaxPooling2D(2, 2))
    return network


generator = ImageDataGenerator(
    rotation_range=15,
    width_shift_range=0.1,
    height_shift_range=0.1,
    zoom_range=0.1,
    horizontal_flip=True,
)


def augmentation():
    return RandomTransform.from_generator(generator)


# %%
runtime.set_seed(settings.seed)
if settings.full:
    base = keras.applications.MobileNetV2(
        (*IMAGE_SIZE, 3), alpha=0.35, include_top=False, weights=weights.fetch()
    )
else:
    base = build_own_base()
    whole = keras.Sequential(
        [
            keras.Input((*IMAGE_SIZE, 3)),
            augmentation(),
            layers.Rescaling(1 / 127.5, offset=-1),
            base,
            layers.Conv2D(96, (3, 3), padding="same", activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(6, activation="softmax"),
        ]
    )
    whole.compile(
        loss="sparse_categorical_crossentropy",
        optimizer=keras.optimizers.Adam(2e-3),
        metrics=["accuracy"],
        jit_compile=False,  # in so small a network it does not pay
    )

# %%
if not settings.full:
    progress = training.Progress(
        settings.runs / "09_base.json", seed=settings.seed, every=5
    )
    whole.fit(
        np.concatenate([cache.pixels for cache in large]),
        np.concatenate([cache.labels + 2 * i for i, cache in enumerate(large)]),
        batch_size=64,
        epochs=settings.epochs(BASE_EPOCHS),
        verbose=0,
        callbacks=[progress],
    )

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
# `BatchNormalization` keeps two kinds of numbers: a scale and an offset, which are *learned*, and moving
# averages of what passes through, which are merely *updated* in training. Every guide on transfer learning
# says: call the base with `training=False`, then the averages stay, even when you unfreeze it.
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
# > **Where many guides no longer hold.** In Keras 3, `training=False` in the call is overruled: `fit`
# > calls the whole with `training=True`, and hands that down to every layer (keras#20285). As long as the
# > base is frozen that does no harm, for a frozen `BatchNormalization` works as at prediction and leaves
# > its averages alone. **Unfreeze** the base, and they drift. What holds: leave these layers frozen.
#
# Two things that freezing does *not* do: the photos still pass through every frozen layer, and so cost
# time; and `trainable` alone does not reach a network that has begun to train. *Predict:* is the block
# below frozen?

# %% tags=["nbval-check-output"]
block = one_block()
begun = keras.Sequential([keras.Input((8,)), block, layers.Dense(1)])
begun.compile(loss="mse", optimizer=keras.optimizers.SGD(0.01), jit_compile=False)
begun.fit(SIGNAL, SIGNAL[:, :1], epochs=1, verbose=0)
moved = {}
for compiled_again in (False, True):
    block.trainable = False
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
# > **A trap.** After every change of `trainable`, compile again.

# %% [markdown]
# ## Put a head on it, and augmentation in front
#
# The whole network: augmentation, scaling to −1…1 (what MobileNetV2 was trained with), the base, a new
# head. Frozen layers take any variant; the head learns from the features of a new variant in every epoch.


# %%
def build_network(base, dropout=0.2):
    inputs = keras.Input((*IMAGE_SIZE, 3))
    outputs = augmentation()(inputs)
    outputs = layers.Rescaling(1 / 127.5, offset=-1)(outputs)
    outputs = base(outputs)
    if settings.full:  # which features there are
        outputs = layers.GlobalAveragePooling2D()(outputs)
    else:  # and where they are: a hand has its fingers on one side
        outputs = layers.Flatten()(outputs)
    outputs = layers.Dropout(dropout)(outputs)
    outputs = layers.Dense(len(train.class_names), activation="softmax")(outputs)
    return compiled(keras.Model(inputs, outputs), learning_rate=1e-3)


def compiled(network, learning_rate):
    network.compile(
        loss="sparse_categorical_crossentropy",
        optimizer=keras.optimizers.Adam(learning_rate),
        metrics=["accuracy"],
        jit_compile=False,
    )
    return network


# %% tags=["nbval-check-output"]
first_network = build_network(base)
to_train = sum(int(np.prod(value.shape)) for value in first_network.trainable_weights)
print(f"parameters: {first_network.count_params():,}, of which are trained: {to_train:,}")

# %% [markdown]
# ### Against a start from nothing
#
# The rival has the same layers, augmentation and epochs, with first weights drawn at random and all of
# them trained. (On the full profile it is the small network of the sample profile.) Where several seeds
# are trained, each has other first weights, another order and other variants.
#
# *Predict:* by how many points does the frozen base win on validation photos?


# %%
def run(base, target, name, seed, epochs=EPOCHS):
    photos, judges = PHOTOS[target]
    runtime.set_seed(seed)
    network = build_network(build_own_base() if base is None else base)
    saved = settings.runs / f"09_{name}_{seed}.json"
    history = network.fit(
        photos.batches(BATCH, seed=seed, class_mode="sparse"),
        validation_data=judges.batches(60, shuffle=False, class_mode="sparse"),
        epochs=settings.epochs(epochs),
        verbose=0,
        callbacks=[training.Progress(saved, seed=seed, every=40)],
    ).history
    return network, history


scratch = [run(None, target, "scratch", seed)[1] for seed in SEEDS]

# %%
networks, transfer = zip(*[run(base, target, "transfer", seed) for seed in SEEDS])

# %% tags=["keep-figure"]
RUNS = {"from nothing": scratch[0], "from a frozen base": transfer[0]}
plotting.show(
    plotting.plot_history(RUNS, title=f"{target}: {len(train)} photos, first seed"),
    " ".join(
        plotting.describe_history(history, name=f"A start {name}")
        for name, history in RUNS.items()
    ),
)

# %%
LAST = 2 if settings.full else 5  # epochs that are averaged
accuracy = {
    name: [training.last_mean(history, "val_accuracy", LAST) for history in histories]
    for name, histories in (("from nothing", scratch), ("from a frozen base", transfer))
}
print(measurements.as_table({"validation accuracy": accuracy}))
plotting.show(
    measurements.plot_seeds(accuracy, quantity="validation accuracy (0–1)"),
    measurements.describe(accuracy, "Validation accuracy")
    if len(SEEDS) > 1
    else f"Validation accuracy of one seed: {accuracy}.",
)

# %%
others = {name: run(base, name, "other", settings.seed)[1] for name in list(PHOTOS)[1:]}
for name, history in others.items():
    print(
        f"{name}: validation accuracy {training.last_mean(history, 'val_accuracy', LAST):.3f}"
    )

# %% [markdown]
# The start from nothing has to find edges, and what to do with them, from the same few photos. The head
# on the base only weighs features that are there. How much you win depends on how near the large set is
# to yours, and on how few photos you have: with enough of them, the rival catches up.

# %% [markdown]
# ## Dropout
#
# *Predict:* `Dropout(0.2)` on a thousand ones: how many are left, and what is each? And at prediction?

# %% tags=["nbval-check-output"]
dropping = layers.Dropout(0.2, seed=settings.seed)
ones = np.ones((1, 10_000), dtype="float32")
first, second = (dropping(ones, training=True).numpy() for _ in range(2))
share = float(np.mean(first == 0))
print("about a fifth is zero:", 0.18 < share < 0.22)
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
# For a quick look at many rates, compute the features of every photo **once**, and train heads on these.
# That is fast, and leaves nothing to augment, so there will be a gap. *Predict:* which rate closes it
# most, and which is best on validation photos?


# %%
def features(cache):
    inputs = keras.Input((*IMAGE_SIZE, 3))
    scaled = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    found = base(scaled)
    pool = layers.GlobalAveragePooling2D() if settings.full else layers.Flatten()
    photos = cache.batches(60, shuffle=False, class_mode="sparse")
    return keras.Model(inputs, pool(found)).predict(photos, verbose=0)


FEW = np.concatenate([np.flatnonzero(train.labels == i)[:30] for i in set(train.labels)])
seen, unseen = features(train)[FEW], features(validation)


# %%
def train_head(rate, seed):
    runtime.set_seed(seed)
    head = keras.Sequential(
        [
            keras.Input(seen.shape[1:]),
            layers.Dropout(rate),
            layers.Dense(64, activation="relu"),
            layers.Dropout(rate),
            layers.Dense(len(train.class_names), activation="softmax"),
        ]
    )
    history = (
        compiled(head, learning_rate=1e-3)
        .fit(
            seen,
            train.labels[FEW],
            validation_data=(unseen, validation.labels),
            batch_size=BATCH,
            epochs=settings.epochs(DROPOUT_EPOCHS),
            verbose=0,
        )
        .history
    )
    again = head.evaluate(seen, train.labels[FEW], verbose=0)[1]
    return history, again


# %%
RATES = (0.0, 0.2, 0.5, 0.8)
heads = {rate: [train_head(rate, settings.seed + i) for i in range(3)] for rate in RATES}
last = training.last_mean
shown_gap, real_gap, judged = {}, {}, {}
for rate, found in heads.items():
    name = f"dropout {rate}"
    judged[name] = [last(history, "val_accuracy") for history, _ in found]
    shown_gap[name] = [
        last(history, "accuracy") - last(history, "val_accuracy") for history, _ in found
    ]
    real_gap[name] = [again - last(history, "val_accuracy") for history, again in found]
columns = {"gap in fit": shown_gap, "gap, dropout off": real_gap, "validation": judged}
print(measurements.as_table(columns))

# %%
plotting.show(
    measurements.plot_seeds(shown_gap, quantity="training minus validation accuracy"),
    measurements.describe(shown_gap, "The gap that fit shows"),
)

# %% [markdown]
# The gap that `fit` shows shrinks as the rate rises. But look twice. Training accuracy is measured with
# dropout **on**; the second column asks the same photos with dropout off. And what you are after is the
# third column. On the drawn hands, 0.2 and 0.5 leave the head as much by heart as none, and 0.8 closes the
# gap from above: with so much missing at every step, it hardly learns at all. That is the sign of a rate
# that is too high. What the base could not give, dropout does not make up for; augmentation, above, did.

# %% [markdown]
# ## Fine-tune, with care
#
# When the head has learned, the base may follow. Unfreeze it, all but its `BatchNormalization`, compile
# again, and take a *small* learning rate: large steps tear down in an epoch what the base brought along.
#
# *Predict:* what do steps a hundred times as large do?


# %%
def fine_tune(learning_rate):
    runtime.set_seed(settings.seed)
    copied = keras.models.clone_model(base)
    network = build_network(copied)
    copied.trainable = False  # as it was, so that the weights are in the same order
    network.set_weights(networks[0].get_weights())
    copied.trainable = True
    freeze_normalisation(copied)
    compiled(network, learning_rate)
    averages = moving_averages(copied)
    history = network.fit(
        train.batches(BATCH, seed=settings.seed, class_mode="sparse"),
        validation_data=validation.batches(60, shuffle=False, class_mode="sparse"),
        epochs=settings.epochs(TUNING_EPOCHS),
        verbose=0,
    ).history
    kept = np.array_equal(averages, moving_averages(copied))
    return history, kept


def moving_averages(network):
    found = [v for v in network.weights if "moving" in v.path]
    return np.concatenate([v.numpy() for v in found])


# %%
tuned = {rate: fine_tune(rate) for rate in (1e-4, 1e-2)}

# %%
frozen_end = accuracy["from a frozen base"][0]
print(f"{'frozen':<22} validation accuracy {frozen_end:.3f}")
ends_tuned = {
    rate: training.last_mean(history, "val_accuracy", LAST)
    for rate, (history, _) in tuned.items()
}
for rate, value in ends_tuned.items():
    print(f"{f'fine-tuned, {rate:g}':<22} validation accuracy {value:.3f}")

# %% [markdown]
# Large steps ruin in a few epochs what the base knew. Small ones do no harm, and on so few drawn photos
# gain nothing beyond chance either: one seed, and an accuracy measured on few photos. Fine-tuning pays
# where you have photos enough to teach the base something; try it last, and compare.

# %% tags=["nbval-check-output"]
kept = all(kept for _, kept in tuned.values())
print("moving averages of the base, fine-tuned, are as before:", kept)

# %% [markdown]
# ## Checkpoint

# %%
claims = Claims(cut_short=settings.cuts(EPOCHS) or settings.cuts(DROPOUT_EPOCHS))
claims.add("photos to learn from", len(train), equals=2000 if settings.full else 90)
claims.add(
    "parameters of the base",
    base.count_params(),
    equals=410_208 if settings.full else 53_160,
)
claims.add(
    "arrays trained in the frozen base", len(networks[0].trainable_weights), equals=2
)
for name, expected in zip(CASES, (1, 1, 0, 0)):
    claims.add(f"moving averages change: {name}", CASES[name][1], equals=expected)
claims.add("frozen, not compiled again: weights move", moved[False], equals=1)
claims.add("share that Dropout(0.2) sets to zero", share, at_most=0.22)
means = {name: float(np.mean(values)) for name, values in accuracy.items()}
claims.add("validation accuracy from nothing", means["from nothing"], trained=True)
claims.add(
    f"validation accuracy, frozen base: {target}",
    means["from a frozen base"],
    at_least=0.88 if settings.full else None,
    trained=True,
)
claims.add(
    "gain of the frozen base",
    means["from a frozen base"] - means["from nothing"],
    at_least=0.08,
    trained=True,
)
for name, history in others.items():
    claims.add(
        f"validation accuracy, frozen base: {name}",
        training.last_mean(history, "val_accuracy", LAST),
        at_least=0.93,
        trained=True,
    )
gaps = {name: float(np.mean(values)) for name, values in shown_gap.items()}
for name, value in gaps.items():
    claims.add(f"gap in fit, {name}", value, trained=True)
claims.add(
    "gap in fit, dropout 0.8 as a share of that without",
    gaps["dropout 0.8"] / gaps["dropout 0.0"],
    at_most=0.67,
    trained=True,
)
claims.add(
    "fine-tuning in small steps against large ones",
    ends_tuned[1e-4] - ends_tuned[1e-2],
    at_least=0.1,
    trained=True,
)
claims.add("fine-tuned with 0.0001", ends_tuned[1e-4], trained=True)
claims.add("fine-tuned with 0.01", ends_tuned[1e-2], trained=True)
claims.add("fine-tuned: moving averages kept", kept, equals=1)
claims.show()

# %% [markdown]
# ## Quiz
#
# Answer before you look back. The same questions, readable without running anything, are in the
# [quiz sheet](quizzes/README.md).

# %%
quiz("09")

# %% [markdown]
# ## Try it
#
# 1. Take ten photos of each class instead of all. Who loses more, the frozen base or the rival?
# 2. Leave `freeze_normalisation` out of `fine_tune`. What becomes of the averages, and of the accuracy?
# 3. Put the augmentation into `batches(BATCH, augmentation())` instead of the network. What is faster?
#
# ## In three lines
#
# * A base without its top, frozen; augmentation in front; a new head. It needs few photos and epochs.
# * After each change of `trainable`, compile again. Leave `BatchNormalization` frozen when you fine-tune.
# * Dropout zeroes values, in training only. Judge it by validation accuracy, not by the gap.
#
# Next: back to the [lesson list](00_lessons.ipynb).
