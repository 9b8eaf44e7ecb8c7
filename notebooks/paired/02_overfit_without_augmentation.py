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
# # 2 · Overfit without augmentation
#
# **Goal.** Train the course's network on few photos until it knows them by heart, and see in
# numbers why that is no good.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/OWNER/REPO/blob/main/notebooks/02_overfit_without_augmentation.ipynb)
#
# Follows week 2 of *Convolutional Neural Networks in TensorFlow*, the notebook *Cats v Dogs
# Augmentation*, first block. What it takes on each profile is printed below.
#
# You will be able to
#
# * read from two curves where a network stops learning and starts memorising;
# * say how far a validation accuracy can be trusted, from the number of photos alone;
# * find out *what* a network failed to learn, by changing one thing in the validation photos.
#
# [Lesson list](00_lessons.ipynb) · before: [1 · Load photos with generators](01_load_photos_with_generators.ipynb) · next: [3 · Train with augmentation](03_train_with_augmentation.ipynb)

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
from helpers.evidence import Claims, records
from helpers.exercises import curves
from helpers.training import SaveAndResume
from helpers.widgets import TrainingMonitor, overfitting_lab, quiz, where_would_you_stop

# %% [markdown]
# ## Settings

# %% tags=["nbval-check-output", "record"]
if settings.full:
    base_dir = datasets.fetch("cats_and_dogs_filtered")
    IMAGE_SIZE, BATCH, EPOCHS = (150, 150), 20, 100
    FILTERS, DENSE, LEARNING_RATE = (32, 64, 128, 128), 512, 1e-4
else:
    base_dir = sample.cats_and_dogs(settings.data, seed=settings.seed)
    IMAGE_SIZE, BATCH, EPOCHS = (64, 64), 16, 12
    FILTERS, DENSE, LEARNING_RATE = (16, 32, 64, 64), 128, 6e-4

train_dir, validation_dir = base_dir / "train", base_dir / "validation"
print(
    settings.describe(
        sample="400 drawn photos for training, 250 for validation, 64x64 pixels, 12 epochs; "
        "about half a minute.",
        full="2,000 real photos for training, 1,000 for validation, 150x150 pixels, "
        "100 epochs; a download of 69 MB, about an hour on two cores. COURSE_EPOCHS=N makes it "
        "shorter.",
    )
)

# %% [markdown]
# ## Look at the photos
#
# Before any network: look. What would *you* go by, to tell the two apart?

# %% tags=["nbval-check-output", "record"]
train_generator = ImageDataGenerator(rescale=1 / 255).flow_from_directory(
    train_dir, target_size=IMAGE_SIZE, batch_size=BATCH, class_mode="binary"
)
validation_generator = ImageDataGenerator(rescale=1 / 255).flow_from_directory(
    validation_dir, target_size=IMAGE_SIZE, batch_size=BATCH, class_mode="binary"
)

# %% tags=["keep-figure"]
shown = [
    sorted((folder / animal).iterdir())[i]
    for folder in (train_dir, validation_dir)
    for animal in ("cats", "dogs")
    for i in range(6)
]
where = [f"{path.parent.parent.name}: {path.parent.name[:-1]}" for path in shown]
plotting.show(
    plotting.photo_grid(
        shown, where, columns=6, title="First rows: training. Last rows: validation."
    ),
    f"{len(shown)} photos, {sum('train' in title for title in where)} from training and "
    f"{sum('validation' in title for title in where)} from validation, cats before dogs.",
)

# %% [markdown]
# On the sample profile the photos are drawn, and what differs between training and validation is
# under control: training individuals sit upright and all look the same way; validation individuals lean,
# shrink, move about and look either way. A stand-in for the course's cat that lies down: the
# network never saw one. On the real photos both folders hold every kind of pose, but only a
# thousand photos of each animal. Both are ways of having *too few* photos. Keep in mind which
# one you are looking at; at the end of the lesson you will measure it.

# %% [markdown]
# ## Build the network
#
# The course's network for cats and dogs: four blocks of convolution and pooling, one dense layer,
# one output.


# %% tags=["nbval-check-output", "record"]
def build_network():
    network = keras.Sequential([keras.Input((*IMAGE_SIZE, 3))])
    for filters in FILTERS:
        network.add(layers.Conv2D(filters, (3, 3), activation="relu"))
        network.add(layers.MaxPooling2D(2, 2))
    network.add(layers.Flatten())
    network.add(layers.Dense(DENSE, activation="relu"))
    network.add(layers.Dense(1, activation="sigmoid"))
    return network


runtime.set_seed(settings.seed)
model = build_network()
print(
    f"{model.count_params():,} parameters to learn from {train_generator.samples:,} photos:"
)
print(f"{model.count_params() // train_generator.samples:,} parameters for every photo")

# %% [markdown]
# So many adjustable numbers per photo is room enough to learn every photo by heart.
#
# > **What no longer runs.** `RMSprop(lr=1e-4)`, as the course writes it. The argument is
# > `learning_rate` today, and the old one is refused:

# %% tags=["nbval-check-output"]
try:
    keras.optimizers.RMSprop(lr=1e-4)
except (TypeError, ValueError) as error:
    print(type(error).__name__, "- it names the culprit:", "'lr'" in str(error))

# %% [markdown]
# ## Train
#
# *Predict:* after the last epoch, how many of the training photos will the network get right?
# And how many of the validation photos?
#
# You can watch: the monitor draws the curves while they grow, and *Stop* ends the training after
# the batch that runs, with the curves kept. `SaveAndResume` saves the training after every epoch: if
# the kernel dies, run all cells again, and it goes on after the last whole epoch, as if nothing had
# been.

# %% tags=["record:without"]
model.compile(
    loss="binary_crossentropy",
    optimizer=keras.optimizers.RMSprop(learning_rate=LEARNING_RATE),
    metrics=["accuracy"],
)
history = model.fit(
    train_generator,
    epochs=settings.epochs(EPOCHS),
    validation_data=validation_generator,
    verbose=0,
    callbacks=[
        TrainingMonitor(),
        SaveAndResume(
            settings.runs / "02_without.json",
            train_generator,
            validation_generator,
            seed=settings.seed,
        ),
    ],
).history

# %% tags=["keep-figure"]
plotting.show(
    plotting.plot_history(history, title="Cats or dogs, without augmentation"),
    plotting.describe_history(history),
)

# %% [markdown]
# The solid line goes to the top: the network gets nearly every *training* photo right. The dashed
# line stays behind. What lies between them is **overfitting**: what was learned holds for these
# photos and not for cats and dogs.
#
# > **Where the course's figures are wrong.** Its loss figure has a legend and its accuracy figure
# > has none; one of the documents stops at `history.hsitory`, another's `metrics=['acc']` gives the
# > keys `acc` and `val_acc`, so that `history['accuracy']` raises a KeyError.

# %% [markdown]
# ## Find where the curves part
#
# Every curve wobbles. When is a gap more than a wobble? A validation accuracy is a share of a
# limited number of photos, as uncertain as any share in a poll. For $n$ independent photos and an
# accuracy $p$, 95 of 100 repetitions lie within $\pm 1.96\sqrt{p(1-p)/n}$.

# %%
accuracy, validation = np.array(history["accuracy"]), np.array(history["val_accuracy"])
error_bar = plotting.margin_of_error(validation[-1], validation_generator.samples)
print(
    f"validation accuracy {validation[-1]:.3f} on {validation_generator.samples} photos: "
    f"give or take {error_bar:.3f}"
)

# %% tags=["nbval-check-output"]
for count in (100, 250, 256, 1000, 10000):
    print(
        f"at an accuracy of .75, {count:6,} validation photos leave an error of "
        f"+-{plotting.margin_of_error(0.75, count):.3f}"
    )

# %% [markdown]
# That is why a difference of one or two points between two networks, on a few hundred photos, is
# no result. Now the question can be answered: from which epoch on is the gap larger than chance?

# %%
beyond_chance = accuracy - validation > error_bar
later = [epoch for epoch in range(len(beyond_chance)) if beyond_chance[epoch:].all()]
if later:
    print(
        f"From epoch {later[0] + 1} on, training is ahead of validation by more than the "
        "error bar."
    )
else:
    print(
        "At the last epoch the gap is not larger than the error bar: these were too few "
        "epochs to overfit."
    )
best = int(np.argmin(history["val_loss"]))
print(
    f"Validation loss is lowest at epoch {best + 1} ({history['val_loss'][best]:.3f}) and "
    f"ends at {history['val_loss'][-1]:.3f}."
)

# %% [markdown]
# Loss and accuracy part company too. Accuracy asks *right or wrong?*, loss asks *how sure?* A
# network that has learned its photos by heart answers every new one with great certainty. Its
# wrong answers get more expensive, even while their number stays the same.

# %% [markdown]
# ## See what it gets wrong, and how sure it is
#
# *Predict:* are the wrong answers close calls?

# %%
seen = training.load_photos(validation_dir, IMAGE_SIZE)
probabilities = model.predict(seen.images, batch_size=64, verbose=0)[:, 0]
wrong = (probabilities > 0.5) != seen.labels
sure_and_wrong = wrong & (np.abs(probabilities - 0.5) > 0.4)
plotting.show(
    plotting.most_wrong(seen.images, seen.labels, probabilities, ["cat", "dog"]),
    f"{wrong.sum()} of {len(seen)} validation photos are wrong; the network is more than "
    "90 percent sure of "
    f"{sure_and_wrong.sum()} of these.",
)

# %% [markdown]
# This is why a good training accuracy misleads: the same certainty that was earned on the training
# photos is shown on photos that the network knows nothing about.

# %% [markdown]
# ## Find out what it did not learn
#
# On drawn photos you can change *one* thing and ask the same trained network again. First: new
# individuals, but upright, as in training. Then the validation photos' poses, one freedom at a time.
#
# *Predict:* which of these is the hardest?

# %%
if settings.full:
    probes = {}
    print("This section needs drawn photos: run it with COURSE_PROFILE=sample.")
else:
    freedoms = {
        "upright, as in training": sample.UPRIGHT,
        "mirrored": sample.Poses(mirror=True),
        "shifted": sample.Poses(shift=sample.RECLINING.shift),
        "smaller and larger": sample.Poses(scale=sample.RECLINING.scale),
        "leaning": sample.Poses(rotation=sample.RECLINING.rotation),
        "all of it": sample.RECLINING,
    }
    probes = {}
    for name, poses in freedoms.items():
        drawn = dict(seed=settings.seed + 1, train=1, validation=75, validation_poses=poses)
        folder = sample.cats_and_dogs(settings.data, **drawn) / "validation"
        photos = training.load_photos(folder, IMAGE_SIZE)
        answers = model.predict(photos.images, batch_size=64, verbose=0)[:, 0] > 0.5
        probes[name] = float(np.mean(answers == photos.labels))
        print(
            f"{name:<26} accuracy {probes[name]:.3f} +- "
            f"{plotting.margin_of_error(probes[name], len(photos)):.3f}"
        )

# %% [markdown]
# New individuals are no problem for it, as long as they sit like the ones it knows. What it fails for
# is want of **poses**. On the real photos the reason is another one: want of **pictures**, for
# both folders hold the same kinds of poses. Drawing twice as many upright cats would help
# little here; the first exercise below lets you see that. Poses, however, can be made from the
# photos that you have, and that is [the next lesson](03_train_with_augmentation.ipynb).

# %% [markdown]
# ## Beside a recorded run on the real photos
#
# The course's settings on the real photos, all of its 100 epochs, recorded once; the full profile makes
# the same curve on your machine.
#
# *Predict:* where would you stop? The widget shows the run epoch by epoch. Decide before you scroll on.

# %%
where_would_you_stop()

# %% tags=["nbval-check-output"]
real = records.load("02_without")["without"]
for run in real:
    print(
        f"seed {run['seed']}: recorded {run['date']} with TensorFlow "
        f"{run['versions']['tensorflow']}, {run['versions']['processor']}, "
        f"{np.median(run['cpu_seconds']):.0f} CPU-seconds an epoch"
    )

# %% tags=["keep-figure"]
plotting.show(
    plotting.plot_history(
        real[0]["history"], title="Real photos, the course's settings, recorded"
    ),
    plotting.describe_history(real[0]["history"], name="the recorded run"),
)

# %% [markdown]
# The lecture says of its own curve that training comes to nearly 100 percent "in a little over 20 epochs",
# and that validation tops out "around 70 percent". The recording can be asked for both, and for what the
# lecture does not mention: what became of the loss.

# %% tags=["nbval-check-output"]
for run in real:
    curves_of = {key: np.array(values) for key, values in run["history"].items()}
    for level in (0.90, 0.95, 0.99):
        first = int(np.argmax(curves_of["accuracy"] >= level)) + 1
        print(f"seed {run['seed']}: training accuracy first at {level:.2f} in epoch {first}")
    later = curves_of["val_accuracy"][20:]
    lowest = int(np.argmin(curves_of["val_loss"]))
    print(
        f"seed {run['seed']}: validation accuracy from epoch 21 on: mean {later.mean():.3f}, "
        f"lowest {later.min():.3f}, highest {later.max():.3f}"
    )
    print(
        f"seed {run['seed']}: validation loss is lowest in epoch {lowest + 1}, "
        f"{curves_of['val_loss'][lowest]:.3f}, and {curves_of['val_loss'][-1]:.3f} at the end"
    )

# %% [markdown]
# ## Checkpoint

# %%
claims = Claims(cut_short=settings.cuts(EPOCHS))
claims.add(
    "training photos", train_generator.samples, equals=2000 if settings.full else 400
)
claims.add(
    "validation photos", validation_generator.samples, equals=1000 if settings.full else 250
)
claims.add(
    "parameters", model.count_params(), equals=3_453_121 if settings.full else 93_537
)
trained, judged = (
    training.last_mean(history, "accuracy"),
    training.last_mean(history, "val_accuracy"),
)
claims.add(
    "training accuracy, mean of the last five epochs",
    trained,
    at_least=0.9 if settings.full else 0.96,
    trained=True,
)
claims.add("validation accuracy, mean of the last five epochs", judged, trained=True)
claims.add(
    "gap between them",
    trained - judged,
    at_least=0.1 if settings.full else 0.15,
    trained=True,
)
claims.add(
    "wrong answers given with more than 90 percent certainty",
    sure_and_wrong.sum() / max(wrong.sum(), 1),
    trained=True,
)
if probes:
    claims.add(
        "gap to new individuals in the training poses",
        trained - probes["upright, as in training"],
        at_most=0.06,
        trained=True,
    )
claims.add("recorded runs: fewest epochs", min(len(run["seconds"]) for run in real), equals=100)
claims.add(
    "recorded runs: lowest training accuracy of the last ten epochs",
    min(training.last_mean(run["history"], "accuracy", 10) for run in real),
    at_least=0.98,
)
claims.add(
    "recorded runs: smallest gap over the last ten epochs",
    min(
        training.last_mean(run["history"], "accuracy", 10)
        - training.last_mean(run["history"], "val_accuracy", 10)
        for run in real
    ),
    at_least=0.15,
)
claims.add(
    "recorded runs: smallest rise of the validation loss, last against lowest",
    min(run["history"]["val_loss"][-1] / min(run["history"]["val_loss"]) for run in real),
    at_least=2,
)
claims.show()

# %% [markdown]
# ## The overfitting lab
#
# A small network, drawn photos, three knobs: the number of training photos, the poses of the
# validation photos, and augmentation. A run takes seconds, and its curves stay for comparison.
#
# *Predict:* which closes the gap, more photos, the same poses, or augmentation?

# %%
overfitting_lab(settings.data)

# %% [markdown]
# ## Exercises
#
# Fill in `# your code`, run the cell, then the one below it. Every exercise has hints:
# `exercises.reading_curves.hint()`, again for the next; and `exercises.reading_curves.solution()`.
#
# **Read curves.** Four trainings, made up from formulas: one overfits, one learns well, one learns
# too little, and one cannot be told. Which is which? Answer with `"overfits"`, `"learns well"`,
# `"learns too little"` or `"cannot be told"`.

# %%
four = curves.four_trainings()
plotting.show(curves.plot_trainings(four), curves.describe_trainings(four))

# %% tags=["exercise:reading_curves"]
answers = {
    # solution: "A":,
    "A": "learns too little",
    # end of solution
    # solution: "B":,
    "B": "overfits",
    # end of solution
    # solution: "C":,
    "C": "learns well",
    # end of solution
    # solution: "D":,
    "D": "cannot be told",
    # end of solution
}

# %%
exercises.reading_curves.check(answers)

# %% [markdown]
# **The error bar.** Write the standard error of an accuracy that was measured on a number of
# independent photos. (The bar in this lesson is 1.96 times that, for 95 percent.)

# %% tags=["exercise:error_bar"]
def standard_error(accuracy, photos):
    """Standard error of an `accuracy` (0-1) measured on so many independent `photos`."""
    # solution:
    return (accuracy * (1 - accuracy) / photos) ** 0.5
    # end of solution


# %%
exercises.error_bar.check(standard_error)

# %% [markdown]
# ## Quiz
#
# Answer before you look back. The same questions, readable without running anything, are in the
# [quiz sheet](quizzes/README.md).

# %%
quiz("02")

# %% [markdown]
# ## Try it
#
# 1. On the sample: draw twice as many training photos (`sample.cats_and_dogs(..., train=400)`).
#    How much of the gap goes away? Then give the training photos the poses of the validation
#    photos instead (`train_poses=sample.RECLINING`), with 200. Which helped more?
# 2. Halve `DENSE`. Does a smaller network overfit less?
# 3. Where would you have stopped? Train again for just that many epochs.
#
# ## In three lines
#
# * Training accuracy says what a network remembers; validation accuracy says what it learned.
# * A gap larger than the error bar of the validation photos is overfitting; a smaller one is nothing yet.
# * A network fails for want of something in its photos. Find out what, before you reach for a cure.
#
# Further on: dropout, another remedy, is put to the test in [lesson 9](09_start_from_a_trained_network.ipynb).
#
# Next: [3 · Train with augmentation](03_train_with_augmentation.ipynb)
