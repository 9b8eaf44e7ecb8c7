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
# # 6 · Smaller photos, other batch sizes
#
# **Goal.** Measure what three numbers do that are usually copied: the size of the photos, the size of
# a batch, and the optimizer; each with several seeds, since one run says little.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/OWNER/REPO/blob/main/notebooks/06_smaller_photos_other_batch_sizes.ipynb)
#
# Follows *Introduction to TensorFlow*, week 4: *Compress your images*, and its closing remarks on
# batch sizes. What it takes on each profile is printed below.
#
# You will be able to
#
# * say where the weights of a network are, and why smaller photos can make it larger;
# * read a mean with its error, and say when two settings cannot be told apart;
# * choose batch size and optimizer for a reason.
#
# [Lesson list](00_lessons.ipynb) · before: [5 · The full Kaggle exercise](05_full_kaggle_exercise.ipynb) · next: [7 · Happy or sad](07_happy_or_sad.ipynb)

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
from helpers.evidence import Claims, seeds
from helpers.training import SaveAndResume
from helpers.widgets import quiz

# %% [markdown]
# ## Settings

# %% tags=["nbval-check-output", "record"]
if settings.full:
    train_dir = datasets.fetch("horse-or-human")
    validation_dir = datasets.fetch("validation-horse-or-human")
    SIDES, SIDE, BATCHES, BATCH, EPOCHS = (75, 150, 300), 75, (8, 32, 128), 32, 15
else:
    base_dir = sample.cats_and_dogs(
        settings.data, seed=settings.seed, train=150, validation_poses=sample.UPRIGHT
    )
    train_dir, validation_dir = base_dir / "train", base_dir / "validation"
    SIDES, SIDE, BATCHES, BATCH, EPOCHS = (16, 32, 64), 32, (4, 16, 64, 256), 16, 12

SEEDS = [3 * settings.seed + number for number in range(3)]
print(
    settings.describe(
        sample="300 drawn photos for training, 250 for validation, 16 to 64 pixels wide, 27 "
        "trainings of 12 epochs; under three minutes.",
        full="1,027 rendered photos for training, 256 for validation, 75 to 300 pixels wide, "
        "24 trainings of 15 epochs; a download of 161 MB, about four hours on two cores. "
        "COURSE_EPOCHS=N makes it shorter.",
    )
)

# %% [markdown]
# ## The compacted network is the larger one
#
# The course halves the side of its photos, from 300 to 150 pixels, "to have a quarter of the overall
# data", and leaves out two of the five blocks, which are no longer needed. *Predict:* how many
# weights has the network for small photos, compared with the one for large photos?


# %% tags=["nbval-check-output"]
def course_network(side, filters):
    network = keras.Sequential([keras.Input((side, side, 3))])
    for count in filters:
        network.add(layers.Conv2D(count, (3, 3), activation="relu"))
        network.add(layers.MaxPooling2D(2, 2))
    network.add(layers.Flatten())
    network.add(layers.Dense(512, activation="relu"))
    network.add(layers.Dense(1, activation="sigmoid"))
    return network


NETWORKS = {
    "300 pixels, five blocks": course_network(300, (16, 32, 64, 64, 64)),
    "150 pixels, three blocks (the course's)": course_network(150, (16, 32, 64)),
    "150 pixels, five blocks": course_network(150, (16, 32, 64, 64, 64)),
}
for name, network in NETWORKS.items():
    flat = network.layers[-3].output.shape[-1]
    print(
        f"{name:<40} {network.count_params():>9,} weights, of which "
        f"{network.layers[-2].count_params():>9,} behind {flat:>6,} flattened values"
    )

# %% [markdown]
# > **Where the course is wrong.** A quarter of the pixels, and five and a half times the weights.
# > Nearly all weights stand between the flattened values and the first dense layer. Each block of
# > convolution and pooling quarters these values; two blocks fewer make them sixteen times as many,
# > which more than eats up what the smaller photo saved. "Smaller photos" and "smaller network" are
# > two decisions.

# %% [markdown]
# ## How small may a photo be?
#
# What does the network see? The same photo in the sizes that we are going to compare:

# %% tags=["keep-figure"]
first_class = sorted(folder for folder in train_dir.iterdir() if folder.is_dir())[0]
path = sorted(first_class.iterdir())[4]
small = [
    np.asarray(keras.utils.load_img(path, target_size=(side, side), interpolation="box"))
    for side in SIDES
]
plotting.show(
    plotting.photo_grid(small, [f"{side} × {side}" for side in SIDES], columns=len(SIDES)),
    f"One photo, {' and '.join(f'{side}' for side in SIDES)} pixels wide. The smallest has "
    f"{(SIDES[-1] // SIDES[0]) ** 2} times fewer pixels than the largest.",
)

# %% [markdown]
# One function makes one training: it builds, compiles and fits, and returns validation accuracy and
# seconds. Everything but the three settings and the seed stays the same. The photos are decoded
# once, with lesson 8's cache; `ImageDataGenerator` would give the same pixels:


# %% tags=["nbval-check-output", "record"]
def cached(folder, side):
    return cache_photos(folder, (side, side))


photos = {side: (cached(train_dir, side), cached(validation_dir, side)) for side in SIDES}
flow = ImageDataGenerator().flow_from_directory(
    validation_dir, target_size=(SIDE, SIDE), batch_size=4, shuffle=False
)
print("the same pixels:", np.array_equal(flow[0][0], photos[SIDE][1].pixels[:4]))

# %% tags=["nbval-check-output", "record"]
OPTIMIZERS = {
    "SGD": lambda: keras.optimizers.SGD(1e-2),
    "SGD with momentum": lambda: keras.optimizers.SGD(1e-2, momentum=0.9),
    "RMSprop": lambda: keras.optimizers.RMSprop(1e-3),
    "Adam": lambda: keras.optimizers.Adam(1e-3),
}
rescaling = RandomTransform(rescale=1 / 255)


def build_network(side, optimizer):
    network = keras.Sequential([keras.Input((side, side, 3))])
    for count in (16, 32, 64):
        network.add(layers.Conv2D(count, (3, 3), padding="same", activation="relu"))
        network.add(layers.MaxPooling2D(2, 2))
    network.add(layers.Flatten())
    network.add(layers.Dense(64, activation="relu"))
    network.add(layers.Dense(1, activation="sigmoid"))
    network.compile(
        loss="binary_crossentropy", optimizer=OPTIMIZERS[optimizer](), metrics=["accuracy"]
    )
    return network


for side in SIDES:
    print(f"{side:>3} pixels: {build_network(side, 'Adam').count_params():>9,} weights")

# %% tags=["record"]
done = {}


def train(side=SIDE, batch=BATCH, optimizer="RMSprop", seed=0):
    if (side, batch, optimizer, seed) not in done:  # what was trained is kept
        runtime.set_seed(seed)
        batches = photos[side][0].batches(batch, rescaling, seed=seed)
        save = settings.runs / f"06_{side}_{batch}_{optimizer}_{seed}.json"
        saving = SaveAndResume(save, batches, seed=seed, every=0)
        history = build_network(side, optimizer).fit(
            batches,
            validation_data=photos[side][1].batches(64, rescaling, shuffle=False),
            epochs=settings.epochs(EPOCHS),
            verbose=0,
            callbacks=[saving],
        ).history
        seconds = sum(saving.record["seconds"])
        accuracy = training.last_mean(history, "val_accuracy", epochs=3)
        done[side, batch, optimizer, seed] = accuracy, seconds
    return done[side, batch, optimizer, seed]


# %% [markdown]
# *Predict:* four times the pixels, how many times the seconds? And how much accuracy?

# %%
runs = {f"{side} × {side}": [train(side=side, seed=seed) for seed in SEEDS] for side in SIDES}
size_accuracy = {name: [accuracy for accuracy, _ in found] for name, found in runs.items()}
size_seconds = {name: [seconds for _, seconds in found] for name, found in runs.items()}
print(
    seeds.as_table({"validation accuracy": size_accuracy, "seconds": size_seconds})
)

# %% tags=["keep-figure"]
plotting.show(
    seeds.plot_seeds(
        size_accuracy, quantity="validation accuracy", title="Size of the photos"
    ),
    seeds.describe(size_accuracy, "Validation accuracy"),
)

# %% [markdown]
# The interval behind ± is wide, because three seeds are few: a single run could have told you almost
# anything between its ends. Small photos lose what distinguishes the classes at some point; where,
# depends on what that is. Look at the smallest picture above again, and ask yourself.

# %% [markdown]
# ## How large should a batch be?
#
# The course's documents show a plot of batch size against accuracy, without saying where it comes
# from. Here is one that you can check. The number of epochs stays the same, so a larger batch means
# **fewer steps**.

# %% tags=["nbval-check-output"]
steps = {batch: -(-len(photos[SIDE][0]) // batch) for batch in BATCHES}
for batch, count in steps.items():
    print(f"batches of {batch:>3}: {count:>3} steps in an epoch")

# %% [markdown]
# *Predict:* which batch size reaches the highest validation accuracy in the same number of epochs?

# %%
runs = {
    f"batch {batch}": [train(batch=batch, seed=seed) for seed in SEEDS] for batch in BATCHES
}
batch_accuracy = {name: [accuracy for accuracy, _ in found] for name, found in runs.items()}
batch_seconds = {name: [seconds for _, seconds in found] for name, found in runs.items()}
print(
    seeds.as_table({"validation accuracy": batch_accuracy, "seconds": batch_seconds})
)

# %% tags=["keep-figure"]
plotting.show(
    seeds.plot_seeds(batch_accuracy, quantity="validation accuracy", title="Batch size"),
    seeds.describe(batch_accuracy, "Validation accuracy"),
)

# %% [markdown]
# > **What the plot without a source leaves out.** Batch size, learning rate and number of epochs hang
# > together. A large batch gives a better estimate of the direction, and then takes one step where a
# > small batch takes many. It needs a larger learning rate or more epochs; here it has neither.

# %% [markdown]
# ## Which optimizer?
#
# The course takes `RMSprop`, "since it automates learning-rate tuning". That is only partly so: each
# weight gets its own scale, but you still choose the rate. *Predict:* plain SGD, with a rate ten
# times as large: will it keep up?

# %%
runs = {name: [train(optimizer=name, seed=seed) for seed in SEEDS] for name in OPTIMIZERS}
optimizer_accuracy = {name: [accuracy for accuracy, _ in found] for name, found in runs.items()}
print(seeds.as_table({"validation accuracy": optimizer_accuracy}))

# %% tags=["keep-figure"]
plotting.show(
    seeds.plot_seeds(
        optimizer_accuracy, quantity="validation accuracy", title="Optimizer"
    ),
    seeds.describe(optimizer_accuracy, "Validation accuracy"),
)

# %% [markdown]
# In so few epochs, plain SGD has hardly begun. That is no verdict: with a larger rate and more epochs
# it gets there. RMSprop and Adam are quick to start with their default rates, which is why courses
# use them.

# %% [markdown]
# ## Checkpoint

# %%
claims = Claims(cut_short=settings.cuts(EPOCHS))
counts = [network.count_params() for network in NETWORKS.values()]
claims.add("parameters of the network for 300 pixels", counts[0], equals=1_704_097)
claims.add("parameters of the compacted one for 150 pixels", counts[1], equals=9_494_561)
claims.add("seeds", len(SEEDS), at_least=3)
mean = {
    name: seeds.mean_and_margin(values)[0]
    for table in (size_accuracy, batch_accuracy, optimizer_accuracy)
    for name, values in table.items()
}
for name, value in mean.items():
    claims.add(f"mean validation accuracy: {name}", value, trained=True)
claims.add(
    "largest photos less smallest",
    mean[f"{SIDES[-1]} × {SIDES[-1]}"] - mean[f"{SIDES[0]} × {SIDES[0]}"],
    at_least=None if settings.full else 0.02,
    trained=True,
)
claims.add(
    "time of the largest photos against the smallest",
    np.median(size_seconds[f"{SIDES[-1]} × {SIDES[-1]}"])
    / np.median(size_seconds[f"{SIDES[0]} × {SIDES[0]}"]),
    at_least=1.3,
)
claims.add(
    "smallest batch less largest",
    mean[f"batch {BATCHES[0]}"] - mean[f"batch {BATCHES[-1]}"],
    at_least=None if settings.full else 0.1,
    trained=True,
)
claims.add(
    "RMSprop less plain SGD",
    mean["RMSprop"] - mean["SGD"],
    at_least=None if settings.full else 0.1,
    trained=True,
)
claims.show()

# %% [markdown]
# ## Exercise
#
# Fill in `# your code`, run the cell, then the one below it. There are hints,
# `exercises.count_steps.hint()`, and `exercises.count_steps.solution()`.
#
# **Count the steps.** How often are the weights updated in a training? Think of the last batch of an
# epoch, which may be smaller.


# %% tags=["exercise:count_steps"]
def count_steps(photos, batch_size, epochs):
    # solution:
    return -(-photos // batch_size) * epochs
    # end of solution


# %%
exercises.count_steps.check(count_steps)

# %% [markdown]
# ## Quiz
#
# Answer before you look back. The same questions, readable without running anything, are in the
# [quiz sheet](quizzes/README.md).

# %%
quiz("06")

# %% [markdown]
# ## Try it
#
# 1. Give the largest batch more epochs, so that it takes as many steps as the smallest. What remains
#    of the difference?
# 2. Raise the rate of SGD to 0.1. Does it catch up? What do the seeds say?
# 3. Take ten seeds instead of three. How much narrower do the intervals get?
#
# ## In three lines
#
# * Smaller photos are faster; whether the network gets smaller depends on what you leave out.
# * In a fixed number of epochs, larger batches mean fewer steps, and need a larger rate or more time.
# * One run is an anecdote: three seeds give a mean and an error, and often a humbler sentence.
#
# Next: [7 · Happy or sad](07_happy_or_sad.ipynb).
