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
# # 5 · The full Kaggle exercise (solution)
#
# **Goal.** From an unsplit archive with bad files in it to a trained network, every step yours.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/OWNER/REPO/blob/main/notebooks/05_full_kaggle_exercise_solution.ipynb)
#
# Follows exercise 6 of week 2, *Cats v Dogs full Kaggle Challenge*, and the first week's exercise
# that it grew from. The exercise is
# [05_full_kaggle_exercise](05_full_kaggle_exercise.ipynb), with gaps marked `# your code`; the
# solution is [05_full_kaggle_exercise_solution](05_full_kaggle_exercise_solution.ipynb). What it
# takes on each profile is printed below.
#
# You will be able to
#
# * split a folder of photos at random into training and testing, and prove that they share nothing;
# * build the generators and the network for it, and know which of them may be augmented;
# * recognise a leak by its effect: a wonderful accuracy.
#
# [Lesson list](00_lessons.ipynb) · before: [4 · Horses versus humans](04_horses_versus_humans.ipynb) · next: [6 · Smaller photos](06_smaller_photos_other_batch_sizes.ipynb)

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

# %%
import random
import shutil
import tempfile
from pathlib import Path

import keras
import numpy as np
from keras import layers
from matplotlib.figure import Figure
from tensorflow.keras.preprocessing.image import ImageDataGenerator

from helpers import datasets, exercises, plotting, sample, training
from helpers.datasets import usable
from helpers.evidence import Claims
from helpers.exercises import attempted
from helpers.training import SaveAndResume
from helpers.widgets import quiz

# %% [markdown]
# ## Settings

# %% tags=["nbval-check-output"]
if settings.full:
    pets = datasets.fetch("kagglecatsanddogs_5340")
    IMAGE_SIZE, BATCH, EPOCHS = (150, 150), 100, 15
else:
    pets = sample.pet_images(settings.data, seed=settings.seed)
    IMAGE_SIZE, BATCH, EPOCHS = (64, 64), 20, 15

SPLIT_SIZE = 0.9
work = tempfile.TemporaryDirectory(prefix="lesson05-")
print(
    settings.describe(
        sample="300 drawn photos of each animal and a few bad files, 64x64 pixels; "
        "about a minute.",
        full="25,000 real photos, 150x150 pixels, batches of 100, 15 epochs; a download of "
        "825 MB, about two hours on two cores.",
    )
)

# %% [markdown]
# ## Look at what is in the archive
#
# The archive has a folder per animal and no split. It also has files that no generator survives.
#
# *Predict:* what happens to a training when one file of 25,000 is empty?

# %%
for folder in sorted(pets.iterdir()):
    good, bad = usable(folder)
    print(
        f"{folder.name}: {len(list(folder.iterdir()))} entries, {len(good)} usable photos"
    )
    for name, reason in bad.items():
        print(f"   {name} {reason}")

# %% [markdown]
# > **What no longer runs, and what never should have.** The course's link to this archive has been dead since
# > 2022. Its notebook for the platform begins with `shutil.rmtree('/tmp')`, which deletes *everybody's*
# > temporary files. It counts 12,501 entries per folder: one of them is a `Thumbs.db`, which its
# > answer copies along, and one is empty. A generator counts an empty file as a photo and stops in
# > the middle of an epoch.

# %% [markdown]
# ## Exercise 1: split the photos
#
# Write `split_data`. It copies the photos of one class into a training and a testing folder:
#
# * only usable photos; print `NAME REASON, so ignoring.` for every other file. `usable(source)`
#   returns a list of paths and a dictionary of names and reasons, as above;
# * at random, but the same for the same `seed`: sort, then shuffle with `random.Random(seed)`;
# * the first `int(count * split_size)` go to training, *all the others* to testing;
# * no photo in both.
#
# Then check it. `exercises.split_data.hint()` gives a hint, again for the next, and
# `exercises.split_data.solution()` one answer; the exercises below have the same.


# %% tags=["exercise:split_data"]
def split_data(source, training_dir, testing_dir, split_size, seed=0):
    """Copy a random share of the usable photos of `source` to each of two folders."""
    # solution:
    photos, skipped = usable(source)
    for name, reason in skipped.items():
        print(f"{name} {reason}, so ignoring.")
    random.Random(seed).shuffle(photos)
    cut = int(len(photos) * split_size)
    for target, chosen in ((training_dir, photos[:cut]), (testing_dir, photos[cut:])):
        target.mkdir(parents=True)
        for photo in chosen:
            shutil.copyfile(photo, target / photo.name)
    # end of solution


# %%
exercises.split_data.check(split_data)

# %% [markdown]
# Run it on both animals. (As long as there is a gap above, the course's helper splits for you, so
# that you can go on reading.)

# %% tags=["nbval-check-output"]
base_dir = Path(tempfile.mkdtemp(dir=work.name))
for source, name in (("Cat", "cats"), ("Dog", "dogs")):
    targets = (base_dir / "training" / name, base_dir / "testing" / name)
    split_data(pets / source, *targets, SPLIT_SIZE, seed=settings.seed)
    if not targets[0].exists():
        print(f"{name}: not attempted yet; split by helpers.datasets")
        print(
            datasets.split(
                pets / source, *targets, SPLIT_SIZE, seed=settings.seed
            ).report()
        )

# %% [markdown]
# Now check it, in numbers. Nothing may be in both, and nothing may be lost.

# %% tags=["nbval-check-output"]
count = {
    (part, name): len(list((base_dir / part / name).iterdir()))
    for part in ("training", "testing")
    for name in ("cats", "dogs")
}
good_photos = sum(len(usable(folder)[0]) for folder in pets.iterdir())
print("training:", count["training", "cats"], "+", count["training", "dogs"])
print("testing: ", count["testing", "cats"], "+", count["testing", "dogs"])
print("usable photos that were lost:", good_photos - sum(count.values()))

shared = datasets.check_disjoint(base_dir / "training", base_dir / "testing")
print("testing photos that are in training as well:", len(shared))

# %% [markdown]
# ## The course's own answer leaks
#
# Its answer shuffles, takes the first nine tenths for training, and then takes the test photos
# *from the front again* (`[:testing_length]`; the exercise before it had `[-testing_length:]`).
#
# *Predict:* how many of its test photos will the network have trained on?


# %% tags=["nbval-check-output"]
def leaky_split(source, training_dir, testing_dir, split_size, seed=0):
    photos, _ = usable(source)
    random.Random(seed).shuffle(photos)
    cut = int(len(photos) * split_size)
    for target, chosen in (
        (training_dir, photos[:cut]),
        (testing_dir, photos[: len(photos) - cut]),
    ):
        target.mkdir(parents=True)
        for photo in chosen:
            shutil.copyfile(photo, target / photo.name)


leaky_dir = Path(tempfile.mkdtemp(dir=work.name))
for source, name in (("Cat", "cats"), ("Dog", "dogs")):
    leaky_split(
        pets / source,
        leaky_dir / "training" / name,
        leaky_dir / "testing" / name,
        SPLIT_SIZE,
        settings.seed,
    )
leaked = datasets.check_disjoint(leaky_dir / "training", leaky_dir / "testing")
leaky_tests = len(list(leaky_dir.glob("testing/*/*")))
print(f"{len(leaked)} of {leaky_tests} test photos are training photos")

# %% [markdown]
# All of them. Its validation accuracy is a second training accuracy. At the end of this notebook
# you will see what that looks like.

# %% [markdown]
# ## Exercise 2: the generators
#
# Make one `ImageDataGenerator` for training, with lesson 3's augmentation, and one for testing.
#
# *Think first:* the course's answer augments both. Which of the two must not be, and why?

# %% tags=["exercise:generators"]
# solution: train_datagen =
train_datagen = ImageDataGenerator(
    rescale=1 / 255,
    rotation_range=40,
    width_shift_range=0.2,
    height_shift_range=0.2,
    shear_range=0.2,
    zoom_range=0.2,
    horizontal_flip=True,
    fill_mode="nearest",
)
# end of solution

# solution: test_datagen =
test_datagen = ImageDataGenerator(rescale=1 / 255)
# end of solution

# %%
exercises.generators.check(train_datagen, test_datagen)

# %% tags=["nbval-check-output"]
flow = dict(target_size=IMAGE_SIZE, batch_size=BATCH, class_mode="binary")
if attempted(train_datagen, test_datagen):
    train_generator = train_datagen.flow_from_directory(base_dir / "training", **flow)
    test_generator = test_datagen.flow_from_directory(base_dir / "testing", **flow)
else:
    print("Not attempted yet: train_datagen and test_datagen.")

# %% [markdown]
# ## Exercise 3: the network
#
# At least three blocks of convolution and pooling, then a dense layer, then one output for two
# classes. Compile it with `binary_crossentropy`, `RMSprop(learning_rate=0.001)` and the metric
# `accuracy`.

# %% tags=["exercise:network"]
runtime.set_seed(settings.seed)
# solution: model =
model = keras.Sequential(
    [
        keras.Input((*IMAGE_SIZE, 3)),
        layers.Conv2D(16, (3, 3), activation="relu"),
        layers.MaxPooling2D(2, 2),
        layers.Conv2D(32, (3, 3), activation="relu"),
        layers.MaxPooling2D(2, 2),
        layers.Conv2D(64, (3, 3), activation="relu"),
        layers.MaxPooling2D(2, 2),
        layers.Flatten(),
        layers.Dense(512, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    loss="binary_crossentropy",
    optimizer=keras.optimizers.RMSprop(learning_rate=0.001),
    metrics=["accuracy"],
)
# end of solution

# %%
exercises.network.check(model)

# %% [markdown]
# ## Train
#
# *Predict:* will testing end above or below training?

# %%
if attempted(train_datagen, test_datagen, model):
    history = model.fit(
        train_generator,
        epochs=settings.epochs(EPOCHS),
        validation_data=test_generator,
        verbose=0,
        callbacks=[
            SaveAndResume(
                settings.runs / "05_augmented.json",
                train_generator,
                test_generator,
                seed=settings.seed,
            )
        ],
    ).history
    plotting.show(
        plotting.plot_history(history, title="The full exercise, with augmentation"),
        plotting.describe_history(history),
    )
else:
    print("Not attempted yet: fill the gaps above, then run this cell.")

# %% [markdown]
# > **Where the course's figure is wrong.** It writes `plt.plot(epochs, acc, 'r', "Training Accuracy")`. No
# > error: the label is taken for *data*, a second line appears, and the axis gets a tick named
# > after it.

# %% tags=["nbval-check-output"]
axes = Figure().add_subplot()
axes.plot([1, 2, 3], [0.6, 0.7, 0.8], "r", "Training Accuracy")
print(
    "lines asked for: 1, lines drawn:",
    len(axes.lines),
    "- labels for a legend:",
    len(axes.get_legend_handles_labels()[1]),
)

# %% [markdown]
# ## What a leak looks like
#
# Train the same network without augmentation on the leaky split for a while, and judge it twice: on the
# leaky test photos, as the course's answer does, and on the tenth of the photos that it really
# never saw.

# %% tags=["solution-only"]
never_seen = Path(tempfile.mkdtemp(dir=work.name))
for source, name in (("Cat", "cats"), ("Dog", "dogs")):
    known = {path.name for path in (leaky_dir / "training" / name).iterdir()}
    (never_seen / name).mkdir()
    for photo in usable(pets / source)[0]:
        if photo.name not in known:
            shutil.copyfile(photo, never_seen / name / photo.name)

# %% tags=["solution-only"]
runtime.set_seed(settings.seed)
leaky_model = keras.models.clone_model(model)
leaky_model.compile(
    loss="binary_crossentropy",
    optimizer=keras.optimizers.RMSprop(learning_rate=0.001),
    metrics=["accuracy"],
)
leaky_model.fit(
    test_datagen.flow_from_directory(leaky_dir / "training", **flow),
    epochs=settings.epochs(EPOCHS),
    verbose=0,
)

# %% tags=["solution-only"]
as_told = leaky_model.evaluate(
    test_datagen.flow_from_directory(leaky_dir / "testing", **flow), verbose=0
)[1]
honest = leaky_model.evaluate(
    test_datagen.flow_from_directory(never_seen, **flow), verbose=0
)[1]
photos = sum(count["testing", name] for name in ("cats", "dogs"))
print(
    f"accuracy on the leaky test photos {as_told:.3f}; on photos never seen {honest:.3f} "
    f"+- {plotting.margin_of_error(honest, photos):.3f}"
)

# %% [markdown]
# The first number is what you would have reported. Whenever an accuracy looks too good, count the
# photos that are in both sets before you celebrate.

# %% [markdown]
# ## Ask about a photo of your own
#
# Load, stretch, rescale as in training. The course's cell works on Colab alone, and forgets the
# rescaling.

# %% tags=["solution-only"]
path = next((base_dir / "testing" / "dogs").iterdir())
pixels = keras.utils.img_to_array(keras.utils.load_img(path, target_size=IMAGE_SIZE)) / 255
probability = float(model.predict(pixels[np.newaxis], verbose=0)[0, 0])
print(
    f"a testing photo from the folder {path.parent.name}: a dog with probability "
    f"{probability:.3f}"
)

# %% [markdown]
# ## Checkpoint

# %%
claims = Claims(cut_short=settings.cuts(EPOCHS))
claims.add("usable photos lost by the split", good_photos - sum(count.values()), equals=0)
claims.add("testing photos that are in training as well", len(shared), equals=0)
claims.add(
    "training photos, beside nine tenths of the usable ones of each animal",
    sum(
        count["training", name] - int(len(usable(pets / source)[0]) * SPLIT_SIZE)
        for source, name in (("Cat", "cats"), ("Dog", "dogs"))
    ),
    equals=0,
)
claims.add(
    "leaky answer: share of test photos that are in training",
    len(leaked) / leaky_tests,
    equals=1,
)
if attempted(train_datagen, test_datagen, model):
    claims.add(
        "photos the training generator finds",
        train_generator.samples,
        equals=count["training", "cats"] + count["training", "dogs"],
    )
    claims.add(
        "photos the testing generator finds",
        test_generator.samples,
        equals=count["testing", "cats"] + count["testing", "dogs"],
    )
    claims.add(
        "training accuracy, mean of the last five epochs",
        training.last_mean(history, "accuracy"),
        trained=True,
    )
    claims.add(
        "testing accuracy, mean of the last five epochs",
        training.last_mean(history, "val_accuracy"),
        at_least=0.75,
        trained=True,
    )

# %% tags=["solution-only"]
claims.add("leaky answer: accuracy it reports", as_told, trained=True)
claims.add("leaky answer: accuracy on photos never seen", honest, trained=True)
claims.add(
    "leaky answer: flattery", as_told - honest, at_least=0.02, trained=True, over_seeds=True
)

# %%
claims.show()

# %% [markdown]
# ## Quiz
#
# Answer before you look back. The same questions, readable without running anything, are in the
# [quiz sheet](quizzes/README.md).

# %%
quiz("05")

# %% [markdown]
# ## Try it
#
# 1. Split with another seed and train again. By how much does the testing accuracy change? Is that
#    more than the error bar?
# 2. Keep a third part that is looked at only once, at the very end. Why is that fairer?
# 3. Augment the testing photos as the course's answer does. What happens to the curve?
#
# ## In three lines
#
# * Look at the files before you train on them; report what you leave out, by name.
# * A split is right when every usable photo is in exactly one part. Count it.
# * Augment what you train on, never what you judge by.
#
# Further on: smaller photos and larger batches are in lesson 6, a head start in
# [lesson 9](09_start_from_a_trained_network.ipynb).
#
# Next: [6 · Smaller photos, other batch sizes](06_smaller_photos_other_batch_sizes.ipynb)
