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
# # 1 · Load photos with generators
#
# **Goal.** Turn a folder of photos into labelled batches, train a network on them, and ask it
# about single photos without fooling yourself.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/OWNER/REPO/blob/main/notebooks/01_load_photos_with_generators.ipynb)
#
# Follows the first course's week 4, *Using Real-World Images* (horses or humans), and week 1 of
# *Convolutional Neural Networks in TensorFlow*. What it takes on each profile is printed below.
#
# You will be able to
#
# * let folder names become labels, and recognise the two ways to point at the wrong folder;
# * say what `target_size`, `batch_size` and `class_mode` do to the numbers a network gets;
# * follow a photo's size through convolutions and pooling, and look at what comes out of them.
#
# [Lesson list](00_lessons.ipynb) · next: [2 · Overfit without augmentation](02_overfit_without_augmentation.ipynb)

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
import keras
import numpy as np
from keras import layers
from tensorflow.keras.preprocessing.image import ImageDataGenerator

from helpers import datasets, exercises, plotting, sample, training
from helpers.evidence import Claims
from helpers.training import SaveAndResume
from helpers.widgets import predict_your_own, quiz

# %% [markdown]
# ## Settings
#
# The only cell in which the two profiles differ. The full profile is the course's own: photos of
# 300 by 300 pixels, batches of 128, five blocks of convolution and pooling.

# %% tags=["nbval-check-output"]
if settings.full:
    train_dir = datasets.fetch("horse-or-human")
    validation_dir = datasets.fetch("validation-horse-or-human")
    IMAGE_SIZE, BATCH, EPOCHS = (300, 300), 128, 15
    FILTERS, DENSE = (16, 32, 64, 64, 64), 512
else:
    train_dir = sample.horses_and_humans(
        settings.data, seed=settings.seed, per_class=200, stream="train"
    )
    validation_dir = sample.horses_and_humans(
        settings.data, seed=settings.seed, per_class=60, stream="many"
    )
    IMAGE_SIZE, BATCH, EPOCHS = (64, 64), 20, 10
    FILTERS, DENSE = (16, 32, 64), 128

print(
    settings.describe(
        sample="400 drawn photos for training, 120 for validation, 64x64 pixels; "
        "about half a minute.",
        full="1,027 real photos for training, 256 for validation, 300x300 pixels; "
        "a download of 161 MB, some ten minutes on two cores.",
    )
)

# %% [markdown]
# ## Let folder names be the labels
#
# Nobody types a thousand labels. You sort the photos into one folder per class, and
# `flow_from_directory` reads the label off the folder that a photo lies in.
#
# *Predict:* there are two folders, `horses` and `humans`. Which of them becomes class 1?

# %% tags=["nbval-check-output"]
train_datagen = ImageDataGenerator(rescale=1 / 255)
train_generator = train_datagen.flow_from_directory(
    train_dir, target_size=IMAGE_SIZE, batch_size=BATCH, class_mode="binary"
)
print(train_generator.class_indices)

# %% [markdown]
# Classes are numbered in alphabetical order, so *horses* is 0 and *humans* is 1: the network's
# one output will mean "how much does this look like a human?". The validation generator is made
# the same way, and must be: same size, same rescaling, another folder.

# %% tags=["nbval-check-output"]
validation_datagen = ImageDataGenerator(rescale=1 / 255)
validation_generator = validation_datagen.flow_from_directory(
    validation_dir,
    target_size=IMAGE_SIZE,
    batch_size=32,
    class_mode="binary",
    shuffle=False,
)

# %% [markdown]
# (`shuffle=False`: the order in which you look at photos changes nothing, so it needs no random
# numbers.)
#
# ## Point at the wrong folder
#
# The course calls it a common mistake: pointing the generator at a class folder instead of the
# folder that holds the class folders.
#
# *Predict:* does it raise an error, and when?

# %% tags=["nbval-check-output"]
too_deep = train_datagen.flow_from_directory(
    train_dir / "horses", target_size=IMAGE_SIZE, class_mode="binary"
)
print("batches:", len(too_deep), "classes:", too_deep.class_indices)

# %% [markdown]
# No error, just *Found 0 images belonging to 0 classes*. The error comes later, in `fit`, and
# does not mention a folder. One level too high is worse, because nothing ever fails:

# %% tags=["nbval-check-output"]
probe = keras.Sequential([keras.Input((*IMAGE_SIZE, 3)), layers.Flatten(), layers.Dense(1)])
probe.compile(loss="mse")
try:
    probe.fit(too_deep, verbose=0)
except ValueError as error:
    print("fit says:", error)

# %%
too_high = train_datagen.flow_from_directory(
    train_dir.parent, target_size=IMAGE_SIZE, class_mode="binary"
)
print("is 'horses' one of the classes?", "horses" in too_high.class_indices)

# %% [markdown]
# The generator happily takes *folders of sets* for classes, and a network would learn to tell one
# set from another. So always read the line *Found ... images belonging to ... classes*: is it the
# number of photos you expect, and the number of classes?

# %% [markdown]
# ## Look at a batch
#
# A generator is a sequence of batches: `generator[0]` is the first. Each is a pair of arrays.
#
# *Predict:* what shape has one batch of photos, and between which values do its pixels lie?

# %% tags=["nbval-check-output"]
photos, labels = train_generator[0]
print("photos:", photos.shape, photos.dtype, "labels:", labels.shape, labels.dtype)
print(
    "pixels from",
    photos.min().round(1),
    "to",
    photos.max().round(1),
    "- labels:",
    sorted(set(labels.tolist())),
)

# %%
names = list(train_generator.class_indices)
plotting.show(
    plotting.photo_grid(
        photos[:12],
        [names[int(label)] for label in labels[:12]],
        title="One batch, with its labels",
    ),
    f"Twelve photos of the first batch, {int(labels[:12].sum())} of them humans, each "
    "labelled by its folder.",
)

# %% [markdown]
# `target_size` stretched every photo to the same height and width, since a batch is one array.
# `rescale` brought 0-255 to 0-1. How many batches are there?

# %% tags=["nbval-check-output"]
last_photos, _ = train_generator[len(train_generator) - 1]
print(
    f"{train_generator.samples} photos in {len(train_generator)} batches of {BATCH}; the "
    f"last holds {len(last_photos)}"
)
print(
    f"{validation_generator.samples} photos in {len(validation_generator)} batches of 32 "
    "for validation"
)

# %% [markdown]
# > **Where the course is wrong.** It says "1,024 images in the training directory", divides by 128
# > and passes `steps_per_epoch=8`. There are 1,027, so nine batches, the last of three photos. On
# > today's Keras the argument makes every second epoch a crumb;
# > [lesson 4](04_horses_versus_humans.ipynb) shows the harm. Leave it out: `len(generator)` is
# > known.
#
# `class_mode` decides what a label looks like:

# %% tags=["nbval-check-output"]
for mode in ("binary", "sparse", "categorical", None):
    batch = train_datagen.flow_from_directory(
        validation_dir, target_size=(8, 8), batch_size=4, class_mode=mode, shuffle=False
    )[0]
    print(
        f"{mode!s:>12}:",
        batch[1].tolist() if mode else f"no labels, only photos {batch.shape}",
    )

# %% [markdown]
# One number for two classes (`binary`), one column per class for many (`categorical`), nothing for
# prediction (`None`).

# %% [markdown]
# ## Photos already in memory: `.flow`
#
# `flow_from_directory` reads files. Its sibling `.flow` takes arrays that you have already.
#
# *Predict:* will both give the same numbers for the same photos?

# %% tags=["nbval-check-output"]
in_memory = training.load_photos(validation_dir, IMAGE_SIZE)
arrays = ImageDataGenerator(rescale=1 / 255).flow(
    in_memory.images * 255, in_memory.labels, batch_size=32, shuffle=False
)
files = validation_datagen.flow_from_directory(
    validation_dir,
    target_size=IMAGE_SIZE,
    batch_size=32,
    class_mode="binary",
    shuffle=False,
)
difference = max(np.abs(arrays[i][0] - files[i][0]).max() for i in range(len(files)))
same_labels = all((arrays[i][1] == files[i][1]).all() for i in range(len(files)))
print("pixels agree:", bool(difference < 1e-6), "- labels agree:", same_labels)

# %% [markdown]
# They do. Arrays are quicker and need the whole set in memory; folders need neither.

# %% [markdown]
# ## Follow the size of a photo
#
# A 3x3 convolution needs a neighbour on every side, so it loses one pixel at each border. Pooling
# over 2x2 halves and drops an odd row.
#
# *Predict:* 150 pixels, then a convolution, then pooling. What is left?

# %% tags=["nbval-check-output"]
size = 150
for block in range(1, 5):
    convolved = size - 2
    pooled = convolved // 2
    print(f"block {block}: {size} -> convolution {convolved} -> pooling {pooled}")
    size = pooled

# %% [markdown]
# > **Where the course's notes are wrong.** They give 75x75 after the first pooling. 148 halved
# > is 74, and Keras agrees:

# %% tags=["nbval-check-output"]
first_block = keras.Sequential(
    [keras.Input((150, 150, 3)), layers.Conv2D(16, 3), layers.MaxPooling2D()]
)
print([tuple(layer.output.shape[1:3]) for layer in first_block.layers])

# %% [markdown]
# ## Build the network
#
# The course's network for horses and humans: blocks of convolution and pooling, then one dense
# layer, then one output with a sigmoid, which is enough for two classes.


# %% tags=["nbval-check-output"]
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
for layer in model.layers:
    print(
        f"{type(layer).__name__:<13} {str(layer.output.shape[1:]):<18} "
        f"{layer.count_params():>9,} parameters"
    )
print(f"{model.count_params():,} parameters in all")

# %% [markdown]
# Where are most of them? In the dense layer, not in the convolutions: every value that comes out
# of the last pooling is connected to every dense unit.
#
# > **What no longer runs.** `RMSprop(lr=0.001)` (one of the documents even has a digit one in
# > place of the letter: `1r`), and `model.fit_generator`. Today the argument is
# > `learning_rate`, and `fit` takes generators itself.

# %% tags=["nbval-check-output"]
try:
    keras.optimizers.RMSprop(lr=0.001)
except (TypeError, ValueError) as error:
    print("RMSprop(lr=...):", type(error).__name__)
print("model.fit_generator:", "still there" if hasattr(model, "fit_generator") else "gone")

# %% [markdown]
# ## Train without validation
#
# The course first trains with no validation set at all. Let us see what that can tell you.

# %%
model.compile(
    loss="binary_crossentropy",
    optimizer=keras.optimizers.RMSprop(learning_rate=0.001),
    metrics=["accuracy"],
)
blind = model.fit(
    train_generator,
    epochs=settings.epochs(EPOCHS),
    verbose=0,
    callbacks=[
        SaveAndResume(
            settings.runs / "01_blind.json",
            train_generator,
            seed=settings.seed,
        ),
    ],
)

# %% [markdown]
# A fine number, and a number about photos that the network has seen again and again. It says
# nothing about the next photo.

# %% [markdown]
# ## Train with validation
#
# Same network, same seed, same photos; now every epoch ends with a look at photos that are never
# trained on.
#
# *Predict:* will the training curve change? Where will the validation curve end?

# %%
runtime.set_seed(settings.seed)
model = build_network()
model.compile(
    loss="binary_crossentropy",
    optimizer=keras.optimizers.RMSprop(learning_rate=0.001),
    metrics=["accuracy"],
)
history = model.fit(
    train_generator,
    epochs=settings.epochs(EPOCHS),
    validation_data=validation_generator,
    verbose=0,
    callbacks=[
        SaveAndResume(
            settings.runs / "01_validated.json",
            train_generator,
            validation_generator,
            seed=settings.seed,
        ),
    ],
).history

# %% tags=["keep-figure"]
plotting.show(
    plotting.plot_history(history, title="Horses or humans"),
    plotting.describe_history(history),
)

# %% [markdown]
# Looking does not change what is learned: validation photos never move a weight. The second curve
# is the one to believe. How far the two part, and why, is the subject of
# [lesson 2](02_overfit_without_augmentation.ipynb); why this curve is so unsteady on the real
# horses is that of [lesson 4](04_horses_versus_humans.ipynb).

# %% [markdown]
# ## Look inside: activations
#
# What does a photo look like on its way through the network? A second model with the same layers
# and *all* their outputs tells.
#
# > **What no longer runs.** The course builds it from `model.input`, which fails today;
# > `model.inputs` works. Its loop also labels every row with the name of the layer before.

# %%
watched = [
    layer
    for layer in model.layers
    if isinstance(layer, (layers.Conv2D, layers.MaxPooling2D))
]
inside = keras.Model(inputs=model.inputs, outputs=[layer.output for layer in watched])
photo = in_memory.images[:1]
activations = inside.predict(photo, verbose=0)


def as_picture(activation):
    spread = activation.max() - activation.min()
    return (activation - activation.min()) / (spread if spread > 0 else 1)


# %% [markdown]
# Show the three liveliest channels of each layer. Many others stay dark: no pixel of this photo
# excites them.

# %%
shown, captions = [photo[0]], ["the photo"]
for layer, activation in zip(watched, activations):
    liveliest = np.argsort(activation[0].std(axis=(0, 1)))[::-1]
    for channel in liveliest[:3]:
        shown.append(
            np.repeat(as_picture(activation[0, :, :, channel : channel + 1]), 3, axis=2)
        )
        captions.append(f"{layer.name}\n{activation.shape[1]}x{activation.shape[2]}")
dead = [int((activation.max(axis=(0, 1, 2)) == 0).sum()) for activation in activations]
plotting.show(
    plotting.photo_grid(
        shown, captions, columns=7, title="One photo on its way through the network"
    ),
    f"The photo and the three liveliest channels of each of {len(watched)} layers; the "
    "picture shrinks from "
    f"{photo.shape[1]} to {activations[-1].shape[1]} pixels a side, and {sum(dead)} of "
    f"{sum(a.shape[-1] for a in activations)} channels stay dark for it.",
)

# %% [markdown]
# Early layers keep edges and shapes that you can still recognise. Later ones are small and sparse:
# they say *that* something is there, less and less *how it looks*.

# %% [markdown]
# ## Ask about single photos
#
# For a photo of your own you load, stretch, and rescale **as in training**. The course's cells
# for this forget the last step.
#
# *Predict:* what happens to a network trained on 0-1 when it is given 0-255?

# %%
right = model.predict(in_memory.images, verbose=0)[:, 0]
forgotten = model.predict(in_memory.images * 255, verbose=0)[:, 0]
for path in sorted((validation_dir / "humans").iterdir())[:3]:
    picture = keras.utils.load_img(path, target_size=IMAGE_SIZE)
    pixels = keras.utils.img_to_array(picture)[np.newaxis]
    with_rescaling = model.predict(pixels / 255, verbose=0)[0, 0]
    without = model.predict(pixels, verbose=0)[0, 0]
    print(
        f"{path.name}: human with probability {with_rescaling:.3f}; without rescaling it "
        f"says {without:.3f}"
    )


def certain(probabilities):
    return float(np.mean((probabilities < 0.001) | (probabilities > 0.999)))


accuracy_right = float(np.mean((right > 0.5) == in_memory.labels))
accuracy_forgotten = float(np.mean((forgotten > 0.5) == in_memory.labels))
print(
    f"Of all {len(in_memory)} validation photos, {certain(right):.0%} get an answer beyond "
    ".999 with rescaling,"
)
print(
    f"{certain(forgotten):.0%} without it; the share of right answers is "
    f"{accuracy_right:.3f} and {accuracy_forgotten:.3f}."
)

# %% [markdown]
# Without rescaling the network is nearly always *certain*, right or wrong: its output tells you
# nothing about how sure it is.
#
# Now photos of your own. The widget turns them upright, stretches and rescales them, and shows what
# the network sees.

# %%
first = keras.utils.load_img(sorted((validation_dir / "humans").iterdir())[0])
predict_your_own(model, class_names=("horse", "human"), first=first)

# %% [markdown]
# ## Checkpoint
#
# What this lesson claims, beside what it measured here.

# %%
claims = Claims(cut_short=settings.cuts(EPOCHS))
claims.add(
    "training photos", train_generator.samples, equals=1027 if settings.full else 400
)
claims.add(
    "validation photos", validation_generator.samples, equals=256 if settings.full else 120
)
claims.add(
    "pixels a side after the first block, from 150", first_block.output_shape[1], equals=74
)
claims.add(
    "parameters", model.count_params(), equals=1_704_097 if settings.full else 318_753
)
claims.add("images found in a class folder", too_deep.samples, equals=0)
claims.add("largest difference of .flow to flow_from_directory", difference, at_most=1e-6)
claims.add(
    "training accuracy, mean of the last five epochs",
    training.last_mean(history, "accuracy"),
    at_least=0.9,
    trained=True,
)
claims.add(
    "validation accuracy, mean of the last five epochs",
    training.last_mean(history, "val_accuracy"),
    at_least=0.7,
    trained=True,
)
claims.add("share of answers beyond .999, with rescaling", certain(right), trained=True)
claims.add(
    "share of answers beyond .999, without", certain(forgotten), at_least=0.9, trained=True
)
claims.show()

# %% [markdown]
# ## Exercises
#
# Fill in `# your code`, run the cell, then the one below it. Every exercise has hints:
# `exercises.layer_sizes.hint()`, again for the next; and `exercises.layer_sizes.solution()`.
#
# **Sizes by hand.** A photo of 150x150 pixels with three channels goes through a convolution of 16
# filters of 3x3, then through pooling of 2x2. How many pixels a side leave the convolution, and how
# many the pooling? How many weights does the convolution have?

# %% tags=["exercise:layer_sizes"]
# solution: after_convolution =
after_convolution = 150 - 3 + 1
# end of solution
# solution: after_pooling =
after_pooling = after_convolution // 2
# end of solution
# solution: weights =
weights = (3 * 3 * 3 + 1) * 16
# end of solution

# %%
exercises.layer_sizes.check(after_convolution, after_pooling, weights)

# %% [markdown]
# ## Quiz
#
# Answer before you look back. The same questions, readable without running anything, are in the
# [quiz sheet](quizzes/README.md).

# %%
quiz("01")

# %% [markdown]
# ## Try it
#
# 1. Change `target_size` to 32x32 and then to 96x96. What happens to the parameters, and to the
#    accuracy?
# 2. Give the network two outputs with a softmax. Which `class_mode` and which loss go with it?
# 3. Set `class_mode="categorical"` and keep the network. At what step does it fail, and what does
#    the message tell you?
#
# ## In three lines
#
# * Folders are labels; read the line *Found ... images belonging to ... classes* every time.
# * A convolution takes two pixels, pooling halves and rounds down; the dense layer holds most of the weights.
# * Whatever is done to a training photo before the network (size, rescaling) must be done to every photo.
#
# Further on: what the size of the photos does is measured in [lesson 6](06_smaller_photos_other_batch_sizes.ipynb);
# more than two classes are in [lesson 10](10_more_than_two_classes.ipynb).
#
# Next: [2 · Overfit without augmentation](02_overfit_without_augmentation.ipynb)
