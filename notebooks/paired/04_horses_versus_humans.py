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
# # 4 · Horses versus humans: the pitfall
#
# **Goal.** Augmentation is on, training climbs, and validation swings wildly. Find out why, and
# do not believe the first explanation.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/OWNER/REPO/blob/main/notebooks/04_horses_versus_humans.ipynb)
#
# Follows week 2 of *Convolutional Neural Networks in TensorFlow*, the lesson *Horses v Humans* that
# ends the week's lectures. What it takes on each profile is printed below.
#
# You will be able to
#
# * tell how large a validation set really is, which is not the number of its photos;
# * separate the possible causes of an unsteady curve by experiments that change one thing;
# * see whether a network ranks photos wrong, or only draws the line in the wrong place.
#
# [Lesson list](00_lessons.ipynb) · before: [3 · Train with augmentation](03_train_with_augmentation.ipynb) · next: [5 · The full Kaggle exercise](05_full_kaggle_exercise.ipynb)

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
import warnings

import keras
import numpy as np
from keras import layers
from scipy import ndimage
from tensorflow.keras.preprocessing.image import ImageDataGenerator

from helpers import datasets, exercises, plotting, sample, training
from helpers.evidence import Claims
from helpers.training import SaveAndResume
from helpers.widgets import quiz

# %% [markdown]
# ## Settings

# %% tags=["nbval-check-output", "record"]
if settings.full:
    train_dir = datasets.fetch("horse-or-human")
    validation_dir = datasets.fetch("validation-horse-or-human")
    IMAGE_SIZE, BATCH, EPOCHS, SHORT = (300, 300), 128, 100, 15
    FILTERS, DENSE, LEARNING_RATE = (16, 32, 64, 64, 64), 512, 1e-4
else:
    train_dir = sample.horses_and_humans(
        settings.data, seed=settings.seed, per_class=200, individuals=10, stream="train"
    )
    white = dict(seed=0, background="plain", stream="validation")  # the same for every seed
    validation_dir = sample.horses_and_humans(
        settings.data, **white, per_class=120, individuals=1
    )
    IMAGE_SIZE, BATCH, EPOCHS, SHORT = (64, 64), 20, 28, 14
    FILTERS, DENSE, LEARNING_RATE = (16, 32, 64, 64), 128, 1e-3

print(
    settings.describe(
        sample="400 drawn photos of 20 individuals for training, 240 of two others for "
        "validation, 64x64 pixels; about two minutes.",
        full="1,027 real photos for training, 256 for validation, 300x300 pixels, batches of "
        "128, 100 epochs; a download of 161 MB, some two hours on "
        "two cores. COURSE_EPOCHS=N makes it "
        "shorter.",
    )
)

# %% tags=["nbval-check-output", "record"]
AUGMENTATION = dict(
    rotation_range=40,
    width_shift_range=0.2,
    height_shift_range=0.2,
    shear_range=0.2,
    zoom_range=0.2,
    horizontal_flip=True,
    fill_mode="nearest",
)
flow = dict(target_size=IMAGE_SIZE, class_mode="binary")
train_generator = ImageDataGenerator(rescale=1 / 255, **AUGMENTATION).flow_from_directory(
    train_dir, batch_size=BATCH, **flow
)
plain_generator = ImageDataGenerator(rescale=1 / 255).flow_from_directory(
    train_dir, batch_size=BATCH, **flow
)
validation_generator = ImageDataGenerator(rescale=1 / 255).flow_from_directory(
    validation_dir, batch_size=32, shuffle=False, **flow
)

# %% [markdown]
# ## Count individuals, not photos
#
# These pictures are computer-made: one individual is rendered in many positions. The file names say
# which: `horse1-204.png` is a picture of horse 1. The course never mentions it.
#
# *Predict:* how many different horses and humans are there in the validation set?

# %% tags=["nbval-check-output", "record"]
validation = training.load_photos(validation_dir, IMAGE_SIZE)
individuals, photos_of_each = np.unique(validation.individuals, return_counts=True)
for individual, photos in zip(individuals, photos_of_each):
    print(f"{individual:<12} {photos} photos")
print(f"{len(validation)} validation photos of {len(individuals)} individuals")

# %% tags=["keep-figure"]
first = [np.flatnonzero(validation.individuals == individual)[:3] for individual in individuals]
chosen = np.concatenate(first)
plotting.show(
    plotting.photo_grid(
        list(validation.images[chosen]),
        [validation.individuals[i] for i in chosen],
        columns=6,
        title="Three photos of every validation individual",
    ),
    f"{len(chosen)} validation photos: three each of {len(individuals)} individuals.",
)

# %% [markdown]
# So *few individuals* stand for all horses and all humans. Remember that number. (The drawn set goes
# to the extreme: one horse, which always faces you, and one human, who always walks past. The
# training photos show ten individuals of each kind, and such views are among them. Another pair
# would give another curve, which is the point of this lesson; *Try it* lets you draw one.)

# %% [markdown]
# ## Train with augmentation
#
# The course's network, its augmentation, its learning rate. A callback looks at more sets than one
# after every epoch, so that they can be compared within *one* training. (`use_ema` keeps a running
# average of the weights beside them. It changes nothing in the training; you will need it below.)


# %% tags=["nbval-check-output", "record"]
def build_network(learning_rate=LEARNING_RATE):
    network = keras.Sequential([keras.Input((*IMAGE_SIZE, 3))])
    for filters in FILTERS:
        network.add(layers.Conv2D(filters, (3, 3), activation="relu"))
        network.add(layers.MaxPooling2D(2, 2))
    network.add(layers.Flatten())
    network.add(layers.Dense(DENSE, activation="relu"))
    network.add(layers.Dense(1, activation="sigmoid"))
    network.compile(
        loss="binary_crossentropy",
        optimizer=keras.optimizers.RMSprop(learning_rate, use_ema=True, ema_momentum=0.99),
        metrics=["accuracy"],
    )
    return network


print(
    f"{build_network().count_params():,} parameters, {len(train_generator)} updates of "
    "them per epoch"
)

# %% [markdown]
# Look again at the validation photos above: what is behind the individuals? The course's validation individuals
# stand on white, all but a few; no training photo does. So cut the individuals out, and put them where
# the training photos were taken: white that is connected with the border becomes a strip from the
# side of a training photo, mirrored until it fills the picture.


# %% tags=["record"]
def ground_mask(photo):
    """bool (height, width): near white and connected with the border, and the rim."""
    regions, _ = ndimage.label(photo.min(axis=-1) > 0.85)
    border = np.concatenate([regions[0], regions[-1], regions[:, 0], regions[:, -1]])
    return ndimage.binary_dilation(np.isin(regions, border[border > 0]))


def ground_of(photo):
    """The steadier of a photo's two side strips, mirrored until it is as wide as the photo."""
    width = photo.shape[1] // 8
    strips = photo[:, :width], photo[:, -width:]
    strip = min(strips, key=lambda part: np.std(part - part.mean(axis=1, keepdims=True)))
    return np.pad(strip, ((0, 0), (0, photo.shape[1] - width), (0, 0)), mode="symmetric")


# %% tags=["record"]
places = np.random.default_rng(0).choice(train_generator.filepaths, len(validation))
on_grounds = np.empty_like(validation.images)
for i, (photo, place) in enumerate(zip(validation.images, places)):
    taken_there = keras.utils.load_img(place, target_size=IMAGE_SIZE)
    ground = ground_of(keras.utils.img_to_array(taken_there) / 255)
    on_grounds[i] = np.where(ground_mask(photo)[..., None], ground, photo)

# %%
white_share = float(np.mean([ground_mask(photo).mean() for photo in validation.images]))
shown = np.unique([*chosen[:6], *chosen[-6:]])
plotting.show(
    plotting.photo_grid(
        [*validation.images[shown], *on_grounds[shown]],
        [*validation.individuals[shown], *["on a training ground"] * len(shown)],
        columns=6,
        title="First rows: as they are. Last rows: on grounds from training photos",
    ),
    f"{len(shown)} validation photos, as they are and on grounds from training photos. On the "
    f"average {white_share:.0%} of a validation photo was white ground.",
)

# %% [markdown]
# The sets to look at: the validation set as it is; the same individuals on those grounds; the same photos,
# augmented (the course says that validation "needs the same randomness"); and, where photos are drawn,
# twice as many pictures of the *same* individuals, and as many pictures of *many* individuals on the same white
# ground.

# %% tags=["record"]
jitter = ImageDataGenerator(**AUGMENTATION)
randomised = np.stack(
    [jitter.random_transform(photo, seed=i) for i, photo in enumerate(validation.images)]
)
sets = {
    "validation": validation,
    "on training grounds": training.Photos(
        on_grounds, validation.labels, validation.individuals
    ),
    "augmented validation": training.Photos(
        randomised, validation.labels, validation.individuals
    ),
}

# %%
if not settings.full:
    more = sample.horses_and_humans(settings.data, **white, per_class=240, individuals=1)
    many = sample.horses_and_humans(settings.data, **white, per_class=120)
    sets["more pictures, same individuals"] = training.load_photos(more, IMAGE_SIZE)
    sets["many individuals"] = training.load_photos(many, IMAGE_SIZE)
for name, photos in sets.items():
    print(f"{name:<28} {len(photos):4} photos of {len(set(photos.individuals)):3} individuals")

# %% [markdown]
# *Predict:* which of these curves will be steady?

# %% tags=["record:augmented"]
runtime.set_seed(settings.seed)
model = build_network()
watched = training.ValidationSets(sets, averaged=["validation"])
augmented = model.fit(
    train_generator,
    epochs=settings.epochs(EPOCHS),
    validation_data=validation_generator,
    verbose=0,
    callbacks=[
        watched,
        SaveAndResume(
            settings.runs / "04_augmented.json",
            train_generator,
            validation_generator,
            seed=settings.seed,
            every=4,
            beside=[watched],
        ),
    ],
).history

# %% tags=["keep-figure"]
plotting.show(
    plotting.plot_history(augmented, title="Horses or humans, with augmentation"),
    plotting.describe_history(augmented),
)

# %% [markdown]
# Training climbs as it should. Validation does not follow: it jumps. This is what the course calls
# "fluctuating like crazy".

# %% [markdown]
# ## First suspect: too few photos
#
# In lesson 2 you computed an error bar from the number of photos.
#
# *Predict:* does the swing stay within it?

# %%
accuracy = watched.accuracy("validation")
level = float(np.median(accuracy))
error_bar = plotting.margin_of_error(level, len(validation))
swing = training.later_range(accuracy)
print(
    f"{len(validation)} independent photos at an accuracy of {level:.2f} allow "
    f"+-{error_bar:.3f}."
)
print(
    f"In the second half of the epochs the curve covers a range of {swing:.3f}, "
    f"{swing / (2 * error_bar):.1f} times the width of that band."
)

# %% [markdown]
# The formula assumes *independent* photos. Are they?

# %% [markdown]
# ## Ask who flips
#
# Accuracy per individual: one row per individual, one column per epoch.

# %% tags=["keep-figure"]
per_individual, names = watched.by_individual("validation")
horses = np.array([not name.lstrip("val").startswith("human") for name in names])
extreme = float(np.mean((per_individual < 0.2) | (per_individual > 0.8)))
plotting.show(
    plotting.plot_individuals(per_individual, names, title="Accuracy of every individual"),
    f"In {extreme:.0%} of all individual-and-epoch cells an individual is nearly all right or "
    "nearly all wrong. "
    f"The range over the epochs is {np.ptp(per_individual[:, horses].mean(axis=1)):.2f} for "
    "the horses together and "
    f"{np.ptp(per_individual[:, ~horses].mean(axis=1)):.2f} for the humans together.",
)

# %% [markdown]
# Whole individuals flip, with all their photos at once, and often the individuals of one class together. The photos of
# one individual are not independent, they are nearly copies. A validation set is as large as the number of its
# **individuals**. With so few of them, one that flips moves the accuracy by a great step.

# %% [markdown]
# ## More pictures, or more individuals?
#
# If that is the cause, more pictures of the same individuals will change nothing, and more individuals
# will. Both sets were watched in the same training.

# %%
swings = {name: training.later_range(watched.accuracy(name)) for name in sets}
plotting.show(
    plotting.plot_runs(
        {name: watched.accuracy(name) for name in sets if name != "augmented validation"},
        title="One training, different validation sets",
    ),
    "Range in the second half of the epochs: "
    + "; ".join(f"{name} {value:.3f}" for name, value in swings.items())
    + ".",
)

# %% [markdown]
# (The full profile has the real photos only. The sample profile adds the two drawn sets.)

# %% [markdown]
# ## Right order, wrong threshold
#
# Accuracy asks whether the output is above or below one half. The **area under the ROC curve** asks
# only about the order: how often does a human get a higher output than a horse? Half is guessing, one
# is perfect, and no threshold is involved.
#
# *Predict:* when accuracy drops, does the order get lost as well?

# %%
area = watched.area("validation")
plotting.show(
    plotting.plot_runs(
        {"accuracy": accuracy, "area under the ROC curve": area},
        quantity="fraction",
        title="Right answers, and right order",
    ),
    f"At the epoch of the lowest accuracy ({accuracy.min():.3f}) the area is "
    f"{area[np.argmin(accuracy)]:.3f}; "
    f"over the second half the accuracy covers a range of {swing:.3f} and the area one of "
    f"{training.later_range(area):.3f}.",
)

# %% [markdown]
# Where the area stays high while accuracy falls, the network still puts the photos in the right
# order, and all outputs of one class have slid past one half together. Where the area falls as
# well, it is really confusing the two. Look at both before you blame the data.

# %% [markdown]
# ## Second suspect: augmentation
#
# The course blames the randomness of augmentation. Then the swing must go away without it.

# %% tags=["record:plain"]
runtime.set_seed(settings.seed)
model = build_network()
watched_plain = training.ValidationSets({"validation": validation})
plain = model.fit(
    plain_generator,
    epochs=settings.epochs(SHORT),
    validation_data=validation_generator,
    verbose=0,
    callbacks=[
        watched_plain,
        SaveAndResume(
            settings.runs / "04_plain.json",
            plain_generator,
            validation_generator,
            seed=settings.seed,
            every=4,
            beside=[watched_plain],
        ),
    ],
).history
swing_plain = training.later_range(watched_plain.accuracy("validation"))

# %%
plotting.show(
    plotting.plot_runs(
        {"with augmentation": accuracy, "without": watched_plain.accuracy("validation")},
        title="Validation with and without augmentation",
    ),
    f"Range in the second half: {swing:.3f} with augmentation ({len(accuracy)} epochs), "
    f"{swing_plain:.3f} without "
    f"({len(watched_plain.accuracy('validation'))} epochs).",
)

# %% [markdown]
# Compare the two ranges, and mind that the second training is shorter. On the real photos, at a rate ten
# times the lesson's, runs *without* augmentation are published that swing as well. Is it augmentation,
# then? One pair of trainings cannot tell; more of them, on the real photos, are being recorded.

# %% [markdown]
# ## Third suspect: the learning rate
#
# Each update of the weights may push a whole individual over the line. Do smaller steps push less?
#
# *Predict:* with a fifth of the learning rate, what happens to the swing, and to the training curve?

# %% tags=["record:slow"]
runtime.set_seed(settings.seed)
model = build_network(learning_rate=LEARNING_RATE / 5)
watched_slow = training.ValidationSets({"validation": validation})
slow = model.fit(
    train_generator,
    epochs=settings.epochs(SHORT),
    validation_data=validation_generator,
    verbose=0,
    callbacks=[
        watched_slow,
        SaveAndResume(
            settings.runs / "04_slow.json",
            train_generator,
            validation_generator,
            seed=settings.seed,
            every=4,
            beside=[watched_slow],
        ),
    ],
).history

# %%
swing_slow = training.later_range(watched_slow.accuracy("validation"))
same_epochs = training.later_range(accuracy[: len(watched_slow.accuracy("validation"))])
print(
    f"A fifth of the learning rate: range {swing_slow:.3f} over epochs where the first run "
    f"had {same_epochs:.3f}; "
    f"training accuracy {slow['accuracy'][-1]:.3f} against "
    f"{augmented['accuracy'][len(slow['accuracy']) - 1]:.3f}."
)

# %% [markdown]
# Smaller steps also learn less in the same number of epochs, so the two networks are not equally far. A
# range says nothing without the training accuracy beside it.

# %% [markdown]
# ## Average the last steps
#
# If the last few updates push the outputs about, then the *average* of the weights over many updates should
# move less. The optimizer kept such an average (`use_ema=True`, with `ema_momentum=0.99` over some hundred
# updates), and in the first training the callback looked through it as well.
#
# *Predict:* which of the two curves will cover the smaller range?

# %%
averaged = watched.accuracy("validation" + training.AVERAGED)
swing_averaged = training.later_range(averaged)
half = len(accuracy) // 2
plotting.show(
    plotting.plot_runs(
        {"weights as they are": accuracy, "averaged weights": averaged},
        title="One training, looked at in two ways",
    ),
    f"Range in the second half: {swing:.3f} with the weights as they are, {swing_averaged:.3f} "
    f"with averaged ones; mean accuracy there {accuracy[half:].mean():.3f} and "
    f"{averaged[half:].mean():.3f}.",
)

# %% [markdown]
# ## Fourth suspect: the ground
#
# The individuals stand on a ground that no training photo has. *Predict:* on grounds from training photos, will
# the same individuals be judged better, and more steadily?

# %%
grounded = watched.accuracy("on training grounds")
plotting.show(
    plotting.plot_runs(
        {"on their white ground": accuracy, "on training grounds": grounded},
        title="The same individuals, another ground",
    ),
    f"Range in the second half: {swing:.3f} on white, {training.later_range(grounded):.3f} on "
    f"grounds from training photos; mean accuracy there {accuracy[half:].mean():.3f} and "
    f"{grounded[half:].mean():.3f}.",
)

# %% [markdown]
# ## A zigzag that is not there
#
# The course passes `steps_per_epoch=8`, for "1,024 images" in batches of 128. There are 1,027, so
# nine batches. On today's Keras the ninth is not dropped: it becomes the next epoch.
#
# *Predict:* how many batches will each of six epochs have?


# %% tags=["nbval-check-output"]
class CountBatches(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.batches = []

    def on_epoch_begin(self, epoch, logs=None):
        self.batches.append(0)

    def on_train_batch_end(self, batch, logs=None):
        self.batches[-1] += 1


tiny = keras.Sequential(
    [keras.Input((4, 4, 3)), layers.Flatten(), layers.Dense(1, activation="sigmoid")]
)
tiny.compile(loss="binary_crossentropy")
stand_in = ImageDataGenerator().flow(
    np.zeros((1027, 4, 4, 3)), np.arange(1027) % 2, batch_size=128
)
counter = CountBatches()
with warnings.catch_warnings(record=True) as caught:
    tiny.fit(stand_in, steps_per_epoch=8, epochs=6, verbose=0, callbacks=[counter])
print("with steps_per_epoch=8:", counter.batches, "- Keras warned:", len(caught) > 0)
counted = CountBatches()
tiny.fit(stand_in, epochs=6, verbose=0, callbacks=[counted])
print("without:               ", counted.batches)

# %% [markdown]
# > **Where the course no longer computes what it says.** Every second "epoch" is a single batch of three
# > photos, and its training accuracy is one of 0, 1/3, 2/3 and 1: a zigzag in the very notebook that
# > is about zigzags, and only half of the training. Never pass `steps_per_epoch` here.

# %% [markdown]
# ## The course's explanation, put to the test
#
# "Image augmentation introduces a random element to the training images, but if the validation set does not
# have the same randomness, then its results can fluctuate like this." If so, an augmented validation set
# must be calmer. It was watched in the first training.

# %%
plotting.show(
    plotting.plot_runs(
        {name: watched.accuracy(name) for name in ("validation", "augmented validation")},
        title="Does validation need the same randomness?",
    ),
    f"Range in the second half: {swings['validation']:.3f} as it is, "
    f"{swings['augmented validation']:.3f} augmented; the two curves "
    "correlate with "
    f"{np.corrcoef(accuracy, watched.accuracy('augmented validation'))[0, 1]:.2f}.",
)

# %% [markdown]
# Read the sentence under the figure: is the range of the augmented set a small part of the plain one's, as
# that explanation wants it? Its photos still show the same few individuals. And calmer or not, it would
# measure the wrong thing: the world will not augment its photos before it asks you. **A validation set
# is not augmented.**

# %% [markdown]
# ## What a good validation set is
#
# * It holds many *individuals*, none of which is in training: its size is their number.
# * It looks like the photos that you will be asked about, not like the training photos.
# * It is not augmented, and it stays the same from epoch to epoch.
# * Its error bar is computed from independent units: individuals, patients, days, not photos.
#
# With few individuals, leave some out in turn and look at the spread; and never pick "the best
# epoch" of a curve that swings, since you would be picking luck.

# %% [markdown]
# ## Checkpoint

# %%
claims = Claims(cut_short=settings.cuts(EPOCHS))
curve = np.array(augmented["accuracy"])
third = max(len(curve) // 3, 1)
claims.add(
    "training photos", train_generator.samples, equals=1027 if settings.full else 400
)
claims.add("validation photos", len(validation), equals=256 if settings.full else 240)
claims.add("validation individuals", len(individuals), equals=11 if settings.full else 2)
claims.add(
    "parameters", model.count_params(), equals=1_704_097 if settings.full else 93_537
)
claims.add(
    "batches in the second epoch with steps_per_epoch=8", counter.batches[1], equals=1
)
claims.add(
    "training accuracy: rise from the first epoch to the last five",
    curve[-5:].mean() - curve[0],
    at_least=0.2,
    trained=True,
)
claims.add(
    "training accuracy: last third above middle third",
    curve[-third:].mean() - curve[third : 2 * third].mean(),
    at_least=0,
    trained=True,
)
claims.add(
    "range of validation in the second half",
    swing,
    at_least=0.1 if settings.full else 0.15,
    trained=True,
)
claims.add(
    "that range, against the band of independent photos",
    swing / (2 * error_bar),
    at_least=1,
    trained=True,
)
against = max(swing, 1 / len(validation))  # a range below one photo is none
if not settings.full:
    ratio = swings["more pictures, same individuals"] / against
    claims.add(
        "more pictures of the same individuals: range against few",
        ratio,
        at_least=0.85,
        trained=True,
    )
    claims.add("the same, from above", ratio, at_most=1.15, trained=True)
    claims.add(
        "many individuals: range against few",
        swings["many individuals"] / against,
        at_most=0.5,
        trained=True,
        over_seeds=True,
    )
claims.add(
    "augmented validation: range against plain",
    swings["augmented validation"] / against,
    trained=True,
)
claims.add(
    "area under the ROC curve at the epoch of lowest accuracy",
    area[np.argmin(accuracy)],
    trained=True,
)
claims.add("range without augmentation", swing_plain, trained=True)
claims.add("range with a fifth of the learning rate", swing_slow, trained=True)
claims.add("range with averaged weights", swing_averaged, trained=True)
claims.add("range on training grounds", training.later_range(grounded), trained=True)
claims.show()

# %% [markdown]
# ## Exercises
#
# Fill in `# your code`, run the cell, then the one below it. Every exercise has hints:
# `exercises.independent_units.hint()`, again for the next; and `exercises.independent_units.solution()`.
#
# **How large is it really?** Write the function that counts the different individuals in a list of file
# names such as `horse1-204.png` and `valhuman03-12.png`.

# %% tags=["exercise:independent_units"]
def count_figures(names):
    """How many different individuals the photos called `names` show."""
    # solution:
    return len({name.split("-")[0] for name in names})
    # end of solution


# %%
exercises.independent_units.check(count_figures)

# %% [markdown]
# ## Quiz
#
# Answer before you look back. The same questions, readable without running anything, are in the
# [quiz sheet](quizzes/README.md).

# %%
quiz("04")

# %% [markdown]
# ## Try it
#
# 1. Draw validation sets of 1, 2, 4, 8 and 16 individuals (`individuals=`), with the same number of photos,
#    and plot the range against the number of individuals. Draw other pairs (`seed=`): how much does the
#    range depend on which two individuals you happened to choose?
# 2. Move the threshold: choose the one that is best on half of the individuals, and use it for the
#    other half. What is gained?
# 3. Leave out one horse at a time from the validation set. How much does the accuracy of the last
#    epoch depend on which one?
#
# ## In three lines
#
# * A validation set is as large as the number of its individuals.
# * Before you explain a swing, change one thing at a time: photos, individuals, augmentation, steps.
# * Accuracy depends on a threshold; look at the order of the answers as well.
#
# Further on: a base that was trained on a million photos, in [lesson 9](09_start_from_a_trained_network.ipynb), knows
# horses and humans from more sides.
#
# Next: [5 · The full Kaggle exercise](05_full_kaggle_exercise.ipynb)
