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
# # 8 · Augment with layers
#
# **Goal.** Leave `ImageDataGenerator`, which is deprecated and slow, for layers: know what each one
# does, where to put it, and how to make the same pictures ten times faster.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/OWNER/REPO/blob/main/notebooks/08_augment_with_layers.ipynb)
#
# Follows the lesson *Data Augmentation* of Kaggle Learn's computer vision course, rebuilt for
# today's Keras. What it takes on each profile is printed below.
#
# You will be able to
#
# * augment in the pipeline or in the network, and say what each costs;
# * make a run that can be repeated, and recognise three settings that do nothing without a word;
# * translate an `ImageDataGenerator` into layers, and prove that the pictures are the same.
#
# [Lesson list](00_lessons.ipynb) · before: [7 · Happy or sad](07_happy_or_sad.ipynb) · builds on: [3 · Train with augmentation](03_train_with_augmentation.ipynb)

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
import os
import time

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from tensorflow.keras.preprocessing.image import ImageDataGenerator

from helpers import datasets, exercises, plotting, sample, training
from helpers.augmentation import RandomTransform, cache_photos
from helpers.evidence import Claims
from helpers.training import SaveAndResume
from helpers.widgets import pictures, quiz

# %% [markdown]
# ## Settings

# %% tags=["nbval-check-output", "record"]
if settings.full:
    base_dir = datasets.fetch("cats_and_dogs_filtered")
    IMAGE_SIZE, BATCH, EPOCHS = (150, 150), 20, 30
    FILTERS, DENSE, LEARNING_RATE = (32, 64, 128, 128), 512, 1e-4
else:
    base_dir = sample.cats_and_dogs(settings.data, seed=settings.seed)
    IMAGE_SIZE, BATCH, EPOCHS = (64, 64), 16, 28
    FILTERS, DENSE, LEARNING_RATE = (16, 32, 64, 64), 128, 6e-4

train_dir, validation_dir = base_dir / "train", base_dir / "validation"
print(
    settings.describe(
        sample="400 drawn photos for training, 250 for validation, 64x64 pixels, "
        "three trainings; under three minutes.",
        full="2,000 real photos for training, 1,000 for validation, 150x150 pixels, "
        "three trainings of 30 epochs; a download of 69 MB, about an hour and a half on "
        "two cores. COURSE_EPOCHS=N makes it shorter.",
    )
)

# %% [markdown]
# ## Load a folder without a generator
#
# `image_dataset_from_directory` reads the same folders as `flow_from_directory`: one per class,
# labels by alphabetical order. What comes out is a `tf.data.Dataset`, a recipe for batches that
# runs beside the training.
#
# *Predict:* are the values of a batch between 0 and 1, or between 0 and 255?

# %% tags=["nbval-check-output"]
photos = keras.utils.image_dataset_from_directory(
    train_dir,
    label_mode="binary",
    image_size=IMAGE_SIZE,
    batch_size=BATCH,
    seed=settings.seed,
)
images, labels = next(iter(photos))
print("classes:", photos.class_names, "- batches in an epoch:", len(photos))
print("photos:", images.dtype.name, images.shape, "- labels:", labels.dtype.name, labels.shape)
print("values beyond 1:", bool(tf.reduce_max(images) > 1))

# %% [markdown]
# Three things differ from the generator. Nothing has been rescaled. The labels are a column,
# `(batch, 1)`. And a photo is stretched smoothly (`bilinear`), where the generator takes the
# nearest pixel.
#
# ## A conversion that does nothing
#
# Kaggle's lesson scales with `tf.image.convert_image_dtype`, behind `interpolation="nearest"`. Leave
# that argument out, as anyone would who types it from memory:

# %% tags=["nbval-check-output"]
ends_at_one = {}
for interpolation in ("nearest", "bilinear"):
    read = keras.utils.image_dataset_from_directory(
        train_dir, image_size=IMAGE_SIZE, interpolation=interpolation, verbose=False
    )
    batch = next(iter(read))[0]
    converted = tf.image.convert_image_dtype(batch, tf.float32)
    ends_at_one[interpolation] = bool(tf.reduce_max(converted) <= 1)
    print(
        f"{interpolation:>8}: read as {batch.dtype.name:<7} - after convert_image_dtype "
        f"the values end at 1: {ends_at_one[interpolation]}"
    )

# %% [markdown]
# > **Where the course breaks without a word.** `convert_image_dtype` scales whole numbers, and
# > leaves floats alone. `nearest` gives whole numbers, `bilinear` floats from 0 to 255; a network
# > that gets those learns badly, and nobody says why. `layers.Rescaling(1 / 255)` does the same to
# > both, and travels with the network.

# %% [markdown]
# ## Meet the layers
#
# Each transformation is a layer. *Predict:* which of these six would turn a photo of a cat into one
# that nobody would take?

# %% tags=["keep-figure"]
FILL = {"fill_mode": "nearest"}
STOCK = {
    "flip": layers.RandomFlip("horizontal", seed=settings.seed),
    "rotation": layers.RandomRotation(40 / 360, seed=settings.seed, **FILL),
    "translation": layers.RandomTranslation(0.2, 0.2, seed=settings.seed, **FILL),
    "zoom": layers.RandomZoom((-0.2, 0.2), (-0.2, 0.2), seed=settings.seed, **FILL),
    "contrast": layers.RandomContrast(0.5, seed=settings.seed),
    "brightness": layers.RandomBrightness(0.2, seed=settings.seed),
}
path = sorted((train_dir / "cats").iterdir())[4]
photo = keras.utils.img_to_array(keras.utils.load_img(path, target_size=(150, 150)))

shown, captions = [], []
for name, layer in STOCK.items():
    draws = [layer(photo, training=True).numpy() for _ in range(3)]
    shown += [picture.clip(0, 255).astype("uint8") for picture in (photo, *draws)]
    captions += [name, "draw 1", "draw 2", "draw 3"]
plotting.show(
    plotting.photo_grid(shown, captions, columns=8, title="Six layers, each alone"),
    f"Six layers in pairs: the photo, then three draws of {', '.join(STOCK)}.",
)

# %% [markdown]
# ### When they work, and when they do not
#
# In `fit` they draw; in `predict` they pass a photo on as it is. And if you call one yourself?

# %% tags=["nbval-check-output"]
turning = STOCK["rotation"]
small_network = keras.Sequential([keras.Input((150, 150, 3)), turning])
one = photo[np.newaxis]
for call, result in {
    "layer(photo)": turning(one),
    "layer(photo, training=True)": turning(one, training=True),
    "layer(photo, training=False)": turning(one, training=False),
    "network(photo)": small_network(one),
    "network.predict(photo)": small_network.predict(one, verbose=0),
}.items():
    print(f"{call:<29} changes the photo: {not np.allclose(result, one)}")

# %% [markdown]
# > **A trap.** Called by hand, these layers draw unless they are told not to, so `network(photo)`
# > gives another answer each time. Say `training=True` or `training=False` always.

# %% [markdown]
# ## Two ways to augment
#
# **In the pipeline**: the photos are changed on their way to the network, by a `map`.
#
# **In the network**: the layers stand before the first convolution.

# %%
augment = keras.Sequential([STOCK["flip"], STOCK["rotation"]])
in_the_pipeline = photos.map(lambda x, y: (augment(x, training=True), y)).prefetch(2)
in_the_network = keras.Sequential(
    [
        keras.Input((*IMAGE_SIZE, 3)),
        augment,
        layers.Rescaling(1 / 255),
        layers.Conv2D(FILTERS[0], (3, 3), activation="relu"),
    ]
)

# %% [markdown]
# | | in the pipeline | in the network |
# |---|---|---|
# | runs on | the processor, beside the training | the device that trains |
# | waiting | none, as long as the pipeline is faster than the training | adds to every step |
# | saved with the network | no | yes, and switched off when it is asked |
# | compiling with XLA | the network keeps it | Keras' geometric layers switch it off for the whole network |
#
# Kaggle's lesson prefers the network, since a GPU then does the work. On a laptop there is none: the
# same cores do both. The pipeline has a trap of its own, the **order** of its steps:

# %% tags=["nbval-check-output"]
print("Keras' rotation lets XLA compile the network:", STOCK["rotation"].supports_jit)
four = tf.data.Dataset.from_tensor_slices(images[:4])


def different_pictures(dataset, epochs=3):
    return len({picture.numpy().tobytes() for _ in range(epochs) for picture in dataset})


def vary(picture):
    return STOCK["rotation"](picture, training=True)


print("4 photos, 3 epochs, cache() before map:", different_pictures(four.cache().map(vary)))
print("4 photos, 3 epochs, cache() behind map:", different_pictures(four.map(vary).cache()))

# %% [markdown]
# What stands before `cache()` is done once. Decoding belongs there; augmentation behind it.

# %% [markdown]
# ## Seeds that work
#
# The lesson sets four seeds, one of them `PYTHONHASHSEED`, after everything has been imported.
# *Predict:* does that one change anything?

# %% tags=["nbval-check-output"]
before = hash("cat")
os.environ["PYTHONHASHSEED"] = "31415"
print("PYTHONHASHSEED, set in a running notebook, changes hashes:", hash("cat") != before)


def draws_after(seed):
    keras.utils.set_random_seed(seed)  # Python, NumPy and TensorFlow in one call
    layer = layers.RandomRotation(0.1)
    return np.stack([layer(images[:4], training=True) for _ in range(3)])


first, again, other = draws_after(1), draws_after(1), draws_after(2)
print("set_random_seed(1), twice: the same draws:", np.array_equal(first, again))
print("set_random_seed(2): other draws:", not np.array_equal(first, other))
print("the three epochs differ:", not np.array_equal(first[0], first[1]))

# %% [markdown]
# > **Where the course does nothing.** Python reads `PYTHONHASHSEED` when it starts. What works is
# > `keras.utils.set_random_seed`, or a `seed=` for each layer; on a GPU, also
# > `tf.config.experimental.enable_op_determinism()`, which costs time.

# %% [markdown]
# ## Brightness and contrast need the right range
#
# Kaggle's pipeline scales to 0–1 first and puts `RandomContrast` behind it. These layers believe that
# values go up to 255, unless they are told. *Predict:* what does `RandomBrightness(0.2)` do to a
# photo between 0 and 1?

# %% tags=["nbval-check-output"]
scaled = np.repeat(photo[np.newaxis] / 255, 64, axis=0).astype("float32")
ranges = {}
for name, layer in {
    "RandomBrightness(0.2)": layers.RandomBrightness(0.2, seed=1),
    "RandomBrightness(0.2, value_range=(0, 1))": layers.RandomBrightness(
        0.2, value_range=(0, 1), seed=1
    ),
    "RandomContrast(0.5)": layers.RandomContrast(0.5, seed=1),
    "RandomContrast(0.5, value_range=(0, 1))": layers.RandomContrast(
        0.5, value_range=(0, 1), seed=1
    ),
}.items():
    changed = layer(scaled, training=True).numpy()
    ranges[name] = changed
    print(f"{name:<42} stays between 0 and 1: {changed.min() >= 0 and changed.max() <= 1}")

# %%
wrong, right = (ranges[name] for name in list(ranges)[:2])
plotting.show(
    plotting.photo_grid(
        [scaled[0], *wrong[:3].clip(0, 1), *right[:3]],
        ["photo", *["left out"] * 3, *["named"] * 3],
        columns=7,
    ),
    f"Left out, values go from {wrong.min():.0f} to {wrong.max():.0f}: photos in black "
    f"or white. With the range named, they stay from {right.min():.1f} to {right.max():.1f}.",
)

# %% [markdown]
# > **Where the course is wrong.** No error, no warning: its contrast goes beyond 1, and brightness
# > would leave white photos and black ones. Put these layers before `Rescaling`, or name the range.

# %% [markdown]
# ## Does the label still hold?
#
# "Whatever transformations you use should not mix up the classes": Kaggle's example are digits. Turn
# a 6, and compare it, pixel by pixel, with an upright 6 and an upright 9.

# %% tags=["nbval-check-output"]
six, nine = (pictures.letter(digit).astype("float32") for digit in "69")
turned = RandomTransform(fill_mode="nearest").apply(six[np.newaxis], {"theta": [180.0]})[0]
to_six, to_nine = (float(np.mean((turned - digit) ** 2)) for digit in (six, nine))
print("a turned 6 looks more like a 9:", to_nine < to_six)

# %% [markdown]
# Lesson 3 has an exercise on this, and a widget to find the angle at which a label breaks.

# %% [markdown]
# ## From `ImageDataGenerator` to layers
#
# | `ImageDataGenerator` | layer of Keras | what differs |
# |---|---|---|
# | `rotation_range=40`, degrees | `RandomRotation(40 / 360)` | a fraction of a full turn |
# | `width_shift_range=0.2` | `RandomTranslation(0, 0.2)` | height comes first; fractions, never pixels |
# | `shear_range=11.5`, degrees | `RandomShear(0.2)` | a fraction; an edge stays where it is, not the centre |
# | `zoom_range=0.2` | `RandomZoom((-0.2, 0.2), (-0.2, 0.2))` | with one argument, both axes zoom alike |
# | `horizontal_flip=True` | `RandomFlip("horizontal")` | |
# | `brightness_range=(0.5, 1.5)` | `RandomBrightness(0.5)` | adds, where the generator multiplies |
# | `channel_shift_range=30` | `RandomBrightness(30 / 255)` | clips to the value range, not to that of the photo |
# | `fill_mode="nearest"` | `fill_mode="nearest"` | the default is `"reflect"`; `"wrap"` and `"constant"` fill borders otherwise |
# | `rescale=1 / 255` | `Rescaling(1 / 255)` | |
#
# Four layers make four passes over every photo, blur it three times, and are no faster than the
# generator. All that moves pixels can be written as **one** matrix per photo, and done in one pass.
# `RandomTransform` does that, with the generator's own names and units:

# %% tags=["record"]
AUGMENTATION = dict(
    rotation_range=40,
    width_shift_range=0.2,
    height_shift_range=0.2,
    shear_range=0.2,
    zoom_range=0.2,
    horizontal_flip=True,
    fill_mode="nearest",
)
generator = ImageDataGenerator(rescale=1 / 255, **AUGMENTATION)
transform = RandomTransform(rescale=1 / 255, **AUGMENTATION, seed=settings.seed)
print("RandomTransform lets XLA compile the network:", transform.supports_jit)

# %% [markdown]
# ### The same pictures?
#
# Let the generator draw its parameters, and hand these to both. (`swap_axes=True` repeats Keras 3's
# exchange of width and height, from lesson 3; without it, width is width.)

# %% tags=["nbval-check-output"]
np.random.seed(settings.seed)
large = cache_photos(train_dir, (150, 150))
some = large.pixels[:20]
drawn = [generator.get_random_transform(picture.shape) for picture in some]
theirs = [
    generator.standardize(generator.apply_transform(picture.astype("float32"), parameters))
    for picture, parameters in zip(some, drawn)
]
parameters = {
    name: np.array([one_draw[name] for one_draw in drawn])
    for name, value in drawn[0].items()
    if value is not None
}
ours = RandomTransform.from_generator(generator, swap_axes=True).apply(some, parameters)
difference = float(np.abs(np.stack(theirs) - ours).max())
print("20 photos, largest difference of a pixel below 0.00001:", difference < 1e-5)

# %% tags=["keep-figure"]
variants = transform(np.repeat(photo[np.newaxis], 7, axis=0), training=True).numpy()
plotting.show(
    plotting.before_after(photo.astype("uint8"), list(variants), columns=8),
    f"One photo and {len(variants)} variants of it from one call of RandomTransform: "
    f"{len({variant.tobytes() for variant in variants})} different pictures.",
)

# %% [markdown]
# ## The race
#
# "Why is training slower with augmentation?" asks the course's quiz: because image processing takes
# cycles. How many, depends. The same 20 photos of 150 × 150 pixels, augmented by each, counted in
# seconds of processor time, in rounds, so that a busy machine slows all of them alike.
#
# *Predict:* how many times as fast is one pass as the generator?

# %%
four_layers = keras.Sequential(
    [STOCK[name] for name in ("flip", "rotation", "translation", "zoom")]
    + [layers.Rescaling(1 / 255)]
)
batch_of_20 = tf.constant(some)
by_layers = tf.function(lambda batch: four_layers(batch, training=True))
by_transform = tf.function(lambda batch: transform(batch, training=True))


def by_generator():
    for picture in some:
        generator.standardize(generator.random_transform(picture.astype("float32")))


CONTENDERS = {
    "ImageDataGenerator": (by_generator, 3),
    "four layers of Keras": (lambda: by_layers(batch_of_20), 3),
    "RandomTransform": (lambda: by_transform(batch_of_20), 40),
}


# %%
def photos_per_second(work, times):
    started = time.process_time()
    for _ in range(times):
        work()
    return times * len(some) / (time.process_time() - started)


for work, _ in CONTENDERS.values():
    work()  # the first call compiles
rounds = [
    {name: photos_per_second(*contender) for name, contender in CONTENDERS.items()}
    for _ in range(5)
]
faster = {
    name: float(np.median([one["RandomTransform"] / one[name] for one in rounds]))
    for name in CONTENDERS
}
for name in CONTENDERS:
    speed = np.median([one[name] for one in rounds])
    print(f"{name:<21} {speed:7.0f} photos per second of processor time")
print(
    f"RandomTransform is {faster['ImageDataGenerator']:.1f} times as fast as the generator "
    f"and {faster['four layers of Keras']:.1f} times as fast as four layers."
)

# %% [markdown]
# The generator's time goes into three calls of SciPy per photo, one for each colour. `make bench`
# runs the whole race: more contenders, from files, on real photos if you have them.

# %% [markdown]
# ## From files: decode once
#
# The generator also decodes the same files anew in every epoch. `cache_photos` decodes
# each once and keeps the pixels in memory. Files that are no photos
# are named now, not in the middle of a training. `batches` shuffles photo by photo and augments anew
# in every epoch.

# %% tags=["nbval-check-output", "record"]
train = cache_photos(train_dir, IMAGE_SIZE)
validation = cache_photos(validation_dir, IMAGE_SIZE)
augmented_batches = train.batches(BATCH, transform, seed=settings.seed)
print("batches in an epoch:", len(augmented_batches))

# %% [markdown]
# What does that save? An epoch from files, once more with photos of 150 × 150 pixels:

# %%
flow = generator.flow_from_directory(
    train_dir, target_size=(150, 150), batch_size=20, class_mode="binary"
)
cached = large.batches(20, transform, seed=settings.seed)


def processor_seconds(work):
    started = time.process_time()
    work()
    return time.process_time() - started


processor_seconds(lambda: [None for _ in cached])  # compiles
epochs = [
    (
        processor_seconds(lambda: [flow[i] for i in range(len(flow))]),
        processor_seconds(lambda: [None for _ in cached]),
    )
    for _ in range(3)
]
from_files = float(np.median([slow / fast for slow, fast in epochs]))
print(
    f"An augmented epoch costs {np.median(epochs, axis=0)[0]:.2f} s of processor time with "
    f"flow_from_directory\nand {np.median(epochs, axis=0)[1]:.2f} s from the cache: "
    f"{from_files:.0f} times less."
)

# %% [markdown]
# ## Train: which augmentation is worth it?
#
# Three runs with the same network: no augmentation; Kaggle's two layers, flip and contrast, *in the
# network*; and lesson 3's augmentation *in the pipeline*, with the fast layer.
#
# *Predict:* the validation animals lean by up to 40 degrees, the training animals stand upright.
# Which of the three copes?


# %% tags=["record"]
def build_network(*augmenting_layers):
    network = keras.Sequential([keras.Input((*IMAGE_SIZE, 3)), *augmenting_layers])
    for filters in FILTERS:
        network.add(layers.Conv2D(filters, (3, 3), activation="relu"))
        network.add(layers.MaxPooling2D(2, 2))
    network.add(layers.Flatten())
    network.add(layers.Dense(DENSE, activation="relu"))
    network.add(layers.Dense(1, activation="sigmoid"))
    network.compile(
        loss="binary_crossentropy",
        optimizer=keras.optimizers.RMSprop(learning_rate=LEARNING_RATE),
        metrics=["accuracy"],
    )
    return network


rescaling = RandomTransform(rescale=1 / 255)
plain_batches = train.batches(BATCH, rescaling, seed=settings.seed)
validation_batches = validation.batches(BATCH, rescaling, shuffle=False)

# %% tags=["record:plain"]
runtime.set_seed(settings.seed)
model = build_network()
plain = model.fit(
    plain_batches,
    validation_data=validation_batches,
    epochs=settings.epochs(EPOCHS),
    verbose=0,
    callbacks=[
        SaveAndResume(
            settings.runs / "08_plain.json",
            plain_batches,
            validation_batches,
            seed=settings.seed,
            every=7,
        ),
    ],
).history

# %% tags=["record:flip and contrast"]
runtime.set_seed(settings.seed)
kaggle_layers = (
    layers.RandomFlip("horizontal"),
    layers.RandomContrast(0.5, value_range=(0, 1)),
)
model = build_network(*kaggle_layers)
flip_and_contrast = model.fit(
    plain_batches,
    validation_data=validation_batches,
    epochs=settings.epochs(EPOCHS),
    verbose=0,
    callbacks=[
        SaveAndResume(
            settings.runs / "08_two.json",
            plain_batches,
            validation_batches,
            seed=settings.seed,
            every=7,
        ),
    ],
).history

# %% tags=["record:augmented"]
runtime.set_seed(settings.seed)
model = build_network()
augmented = model.fit(
    augmented_batches,
    validation_data=validation_batches,
    epochs=settings.epochs(EPOCHS),
    verbose=0,
    callbacks=[
        SaveAndResume(
            settings.runs / "08_fast.json",
            augmented_batches,
            validation_batches,
            seed=settings.seed,
            every=7,
        ),
    ],
).history

# %% tags=["keep-figure"]
RUNS = {"none": plain, "flip and contrast": flip_and_contrast, "lesson 3's": augmented}
plotting.show(
    plotting.plot_history(RUNS, title="Same network, same photos, three augmentations"),
    " ".join(
        plotting.describe_history(run, name=f"Augmentation {name}")
        for name, run in RUNS.items()
    ),
)

# %% [markdown]
# More augmentation is not better; the augmentation that resembles what validation brings is. Nothing
# in flip and contrast tells the network that an animal can lean.

# %% [markdown]
# ## Take the layer along
#
# A network that is to be asked by others should take photos as they are. Put the layer in front of
# the trained network: it rescales, and draws nothing unless it is training. Save the whole.

# %% tags=["nbval-check-output"]
whole = keras.Sequential([keras.Input((*IMAGE_SIZE, 3)), transform, model])
asked = validation.pixels[:8].astype("float32")
file = settings.runs / "08_whole.keras"
whole.save(file)
loaded = keras.saving.load_model(file)
answers = whole.predict(asked, verbose=0)
print("loaded, it answers the same:", np.array_equal(loaded.predict(asked, verbose=0), answers))
print(
    "as the network on scaled photos:",
    np.allclose(model.predict(asked / 255, verbose=0), answers),
)
print("weights of the layer:", transform.count_params())

# %% [markdown]
# ## Checkpoint

# %%
claims = Claims(cut_short=settings.cuts(EPOCHS))
claims.add("photos in the cache", len(train), equals=2000 if settings.full else 400)
claims.add(
    "parameters", model.count_params(), equals=3_453_121 if settings.full else 93_537
)
claims.add("bilinear photos end at 1 when converted", ends_at_one["bilinear"], equals=0)
claims.add("largest difference to ImageDataGenerator, 0-1", difference, at_most=1e-4)
claims.add(
    "RandomTransform against ImageDataGenerator", faster["ImageDataGenerator"], at_least=5
)
claims.add(
    "RandomTransform against four layers of Keras", faster["four layers of Keras"], at_least=5
)
claims.add("an epoch from files against flow_from_directory", from_files, at_least=5)
reached = {name: training.last_mean(run, "val_accuracy") for name, run in RUNS.items()}
for name, value in reached.items():
    claims.add(f"validation accuracy, augmentation: {name}", value, trained=True)
claims.add(
    "gap with lesson 3's augmentation",
    training.last_mean(augmented, "accuracy") - reached["lesson 3's"],
    at_most=0.08,
    trained=True,
)
claims.add(
    "gain of lesson 3's augmentation over none",
    reached["lesson 3's"] - reached["none"],
    at_least=None if settings.full else 0.08,
    trained=True,
)
claims.add(
    "gain of lesson 3's augmentation over flip and contrast",
    reached["lesson 3's"] - reached["flip and contrast"],
    at_least=None if settings.full else 0.05,
    trained=True,
)
claims.show()

# %% [markdown]
# ## Exercises
#
# Fill in `# your code`, run the cell, then the one below it. There are hints,
# `exercises.pipeline.hint()`, and `exercises.pipeline.solution()`.
#
# **Put the steps in order.** `photos` is a dataset of single pairs (photo, label) that are slow to
# read; `augment` takes photos and returns variants. Return batches for `model.fit`: every photo read
# from disk only once, every epoch in a new order, with new variants.


# %% tags=["exercise:pipeline"]
def make_pipeline(photos, augment, batch_size):
    # solution:
    batches = photos.cache().shuffle(1000).batch(batch_size)
    batches = batches.map(lambda images, labels: (augment(images), labels))
    return batches.prefetch(tf.data.AUTOTUNE)
    # end of solution


# %%
exercises.pipeline.check(make_pipeline)

# %% [markdown]
# ## Quiz
#
# Answer before you look back. The same questions, readable without running anything, are in the
# [quiz sheet](quizzes/README.md).

# %%
quiz("08")

# %% [markdown]
# ## Try it
#
# 1. Add `brightness_range=(0.5, 1.5)` to `transform`. Does validation accuracy change? Why not, on
#    these photos?
# 2. Train with `fill_mode="constant"` and with `"reflect"`. Which one do you expect to matter?
# 3. Convert an `ImageDataGenerator` of your own with `RandomTransform.from_generator`.
#
# ## In three lines
#
# * Layers augment in the pipeline or in the network; say `training=` and name the value range.
# * `cache()` first, then shuffle, batch, augment. Seeds: `keras.utils.set_random_seed`, at the start.
# * Augmentation is slow only where each photo is moved several times by slow code.
#
# Next: [9 · Start from a trained network](09_start_from_a_trained_network.ipynb).
