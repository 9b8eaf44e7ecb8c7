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
# # 10 · More than two classes
#
# **Goal.** Tell rock, paper and scissors apart: what changes in labels, output, loss and prediction
# when there are more than two classes, and what happens when you forget one of them.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/OWNER/REPO/blob/main/notebooks/10_more_than_two_classes.ipynb)
#
# Follows week 4 of *Convolutional Neural Networks in TensorFlow*, the notebook *Rock Paper
# Scissors*. What it takes on each profile is printed below.
#
# You will be able to
#
# * choose output, activation and loss for any number of classes, and recognise a wrong pair;
# * read a confusion matrix, and say which classes are mixed up;
# * go on with a training from where it ended.
#
# [Lesson list](00_lessons.ipynb) · before: [9 · Start from a trained network](09_start_from_a_trained_network.ipynb) · builds on: [3 · Train with augmentation](03_train_with_augmentation.ipynb)

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
from helpers.augmentation import RandomTransform, cache_photos
from helpers.evidence import Claims
from helpers.training import SaveAndResume
from helpers.widgets import quiz

# %% [markdown]
# ## Settings

# %% tags=["nbval-check-output"]
if settings.full:
    train_dir, validation_dir = datasets.fetch("rps"), datasets.fetch("rps-test-set")
    IMAGE_SIZE, BATCH, EPOCHS = (150, 150), 126, 25
    FILTERS, DENSE = (64, 64, 128, 128), 512
else:
    base_dir = sample.rock_paper_scissors(settings.data, seed=settings.seed)
    train_dir, validation_dir = base_dir / "train", base_dir / "validation"
    IMAGE_SIZE, BATCH, EPOCHS = (64, 64), 16, 40
    FILTERS, DENSE = (16, 32, 64, 64), 128

print(
    settings.describe(
        sample="360 drawn hands of 12 people for training, 120 of 4 others for validation, "
        "64x64 pixels, two trainings; under two minutes.",
        full="2,520 rendered hands for training, 372 for validation, 150x150 pixels, two "
        "trainings of 25 epochs; a download of 230 MB, about three hours on two cores. "
        "COURSE_EPOCHS=N makes it shorter.",
    )
)

# %% [markdown]
# ## Look at the photos
#
# One folder per class, as before; only there are three.

# %% tags=["keep-figure"]
shown = [sorted(folder.iterdir()) for folder in sorted(train_dir.iterdir()) if folder.is_dir()]
names = [paths[0].parent.name for paths in shown]
pictures = [paths[number] for paths in shown for number in (0, 9, 17, 30)]
plotting.show(
    plotting.photo_grid(pictures, [path.parent.name for path in pictures], columns=6),
    f"Four photos of each class: {', '.join(names)}.",
)

# %% [markdown]
# ## Labels: one column, or one number
#
# `class_mode="binary"` knows two classes. For more, there are two ways to write a label.
#
# *Predict:* what is the label of a pair of scissors, in each of them? (Classes are numbered by the
# alphabet.)

# %% tags=["nbval-check-output"]
generator = ImageDataGenerator(rescale=1 / 255)
for class_mode in ("categorical", "sparse"):
    flow = generator.flow_from_directory(
        train_dir, target_size=IMAGE_SIZE, batch_size=3, class_mode=class_mode, shuffle=False
    )
    last = flow[len(flow) - 1][1][-1]
    print(f"{class_mode:>11}: {flow.class_indices} - the last label: {last}")

# %% [markdown]
# `categorical` makes a column for each class, and puts a 1 into the right one (*one-hot*). `sparse`
# keeps the number. They say the same; the loss must know which of the two it gets.

# %% [markdown]
# ## Softmax: answers that add up to 1
#
# A network for three classes has three outputs, one number for each. *Softmax* makes probabilities
# of them: all positive, and 1 in all.
#
# *Predict:* all three numbers grow by 100. What happens to the probabilities?


# %% tags=["nbval-check-output"]
def softmax(numbers):
    powers = np.exp(numbers - np.max(numbers))
    return powers / powers.sum()


for numbers in ([2.0, 1.0, 0.0], [102.0, 101.0, 100.0], [4.0, 2.0, 0.0]):
    by_keras = keras.ops.convert_to_numpy(keras.ops.softmax(np.array(numbers)))
    print(
        numbers,
        "->",
        softmax(numbers).round(3),
        "sum",
        softmax(numbers).sum().round(6),
        "- as Keras:",
        np.allclose(softmax(numbers), by_keras),
    )

# %% [markdown]
# Only the differences count. Larger differences make it surer. With two classes, softmax is the
# sigmoid of the difference:

# %% tags=["nbval-check-output"]
two = softmax(np.array([1.7, 0.4]))[0]
sigmoid = 1 / (1 + np.exp(-(1.7 - 0.4)))
print(f"softmax of 1.7 and 0.4: {two:.4f} - sigmoid of their difference: {sigmoid:.4f}")

# %% [markdown]
# ## The loss must fit the labels
#
# | labels | last layer | loss |
# |---|---|---|
# | 0 or 1 | `Dense(1, activation="sigmoid")` | `binary_crossentropy` |
# | one-hot | `Dense(classes, activation="softmax")` | `categorical_crossentropy` |
# | numbers | `Dense(classes, activation="softmax")` | `sparse_categorical_crossentropy` |
#
# The course's notes say `categorical_crossentropy` for Fashion MNIST; its notebook has numbers as
# labels and uses the sparse one. Try all pairs on one answer, and see which go wrong, and how loudly.

# %% tags=["nbval-check-output"]
answer = np.array([[0.1, 0.2, 0.7]], "float32")
label = {"one-hot": np.array([[0.0, 0.0, 1.0]]), "number": np.array([2])}
print(f"by hand, -log(0.7): {-np.log(0.7):.4f}")
for loss in ("categorical_crossentropy", "sparse_categorical_crossentropy"):
    for kind, value in label.items():
        try:
            result = f"{float(keras.losses.get(loss)(value, answer)[0]):.4f}"
        except Exception as error:
            result = f"stops with {type(error).__name__}"
        print(f"{loss:<32} with a {kind:<7} label: {result}")

# %% [markdown]
# The wrong pairs stop at once. The pair that does *not* stop is worse: leave the two-class ending
# in place, one sigmoid, with labels 0, 1 and 2. *Predict:* how low can that loss go?

# %% tags=["nbval-check-output"]
for sure in (0.9, 0.999):
    wrong_loss = keras.losses.get("binary_crossentropy")(
        np.array([[2.0]]), np.array([[sure]], "float32")
    )
    print(f"label 2, answer {sure}: the loss is below zero: {float(wrong_loss[0]) < 0}")

# %% [markdown]
# > **A loss below zero** is the sign: a probability of more than 1 is being asked for. Nothing stops,
# > the loss falls and falls, and one class can never be answered.

# %% [markdown]
# ## Train, with augmentation
#
# As in lesson 8: decode once, augment in the pipeline. A mirrored hand is still a hand, so flips are
# fine here; the validation hands are other people's, turned by up to 30 degrees, from either side.

# %%
AUGMENTATION = dict(
    rotation_range=40,
    width_shift_range=0.2,
    height_shift_range=0.2,
    shear_range=0.2,
    zoom_range=0.2,
    horizontal_flip=True,
    fill_mode="nearest",
)
train = cache_photos(train_dir, IMAGE_SIZE)
validation = cache_photos(validation_dir, IMAGE_SIZE)
rescaling = RandomTransform(rescale=1 / 255)
transform = RandomTransform(rescale=1 / 255, **AUGMENTATION)
one_hot = dict(seed=settings.seed, class_mode="categorical")
plain_batches = train.batches(BATCH, rescaling, **one_hot)
augmented_batches = train.batches(BATCH, transform, **one_hot)
validation_batches = validation.batches(BATCH, rescaling, shuffle=False, **one_hot)


# %% tags=["nbval-check-output"]
def build_network():
    network = keras.Sequential([keras.Input((*IMAGE_SIZE, 3))])
    for filters in FILTERS:
        network.add(layers.Conv2D(filters, (3, 3), activation="relu"))
        network.add(layers.MaxPooling2D(2, 2))
    network.add(layers.Flatten())
    network.add(layers.Dropout(0.5))
    network.add(layers.Dense(DENSE, activation="relu"))
    network.add(layers.Dense(len(names), activation="softmax"))
    network.compile(
        loss="categorical_crossentropy",
        optimizer="rmsprop" if settings.full else keras.optimizers.Adam(1e-3),
        metrics=["accuracy"],
    )
    return network


print("outputs:", build_network().output_shape[-1], "- chance:", f"{1 / len(names):.3f}")

# %% [markdown]
# (The hands are drawn, and those of the course are rendered by a computer as well: no set of photographed
# hands was at hand for a record. What follows is about counting classes, not about hands.)
#
# *Predict:* chance is now a third, not a half. Where do the two trainings end?

# %%
runtime.set_seed(settings.seed)
without = build_network().fit(
    plain_batches,
    validation_data=validation_batches,
    epochs=settings.epochs(EPOCHS) // 2 or 1,
    verbose=0,
    callbacks=[
        SaveAndResume(
            settings.runs / "10_plain.json",
            plain_batches,
            validation_batches,
            seed=settings.seed,
            every=5,
        ),
    ],
).history

# %% [markdown]
# ### Stop, save, go on
#
# The augmented training is done in two halves, as if the laptop had been closed in between. A saved
# network keeps its weights *and* its optimizer, so that the second half begins where the first ended;
# `initial_epoch` counts on.

# %%
runtime.set_seed(settings.seed)
half = max(1, settings.epochs(EPOCHS) // 2)
file = settings.runs / "10_half.keras"
model = build_network()
first = model.fit(
    augmented_batches,
    validation_data=validation_batches,
    epochs=half,
    verbose=0,
    callbacks=[
        SaveAndResume(
            settings.runs / "10_first.json",
            augmented_batches,
            validation_batches,
            seed=settings.seed,
            every=5,
        ),
    ],
).history
model.save(file)

# %%
model = keras.saving.load_model(file)
steps_before = int(model.optimizer.iterations)
second = model.fit(
    augmented_batches,
    validation_data=validation_batches,
    initial_epoch=half,
    epochs=max(half + 1, settings.epochs(EPOCHS)),
    verbose=0,
    callbacks=[
        SaveAndResume(
            settings.runs / "10_rest.json",
            augmented_batches,
            validation_batches,
            seed=settings.seed,
            every=5,
        ),
    ],
).history
augmented = {key: first[key] + second[key] for key in first}
print("steps that the loaded optimizer remembers:", steps_before)

# %% tags=["keep-figure"]
plotting.show(
    plotting.plot_history(
        {"without": without, "augmented": augmented}, title="Rock, paper, scissors"
    ),
    f"{plotting.describe_history(without, name='Without augmentation')} "
    f"{plotting.describe_history(augmented, name='With it')}",
)

# %% [markdown]
# ## Read the answers
#
# `predict` returns one row of probabilities per photo. The answer is the place of the largest,
# `argmax`; `> 0.5`, as with one output, would leave photos without an answer.

# %%
probabilities = model.predict(validation_batches, verbose=0)

# %% tags=["nbval-check-output"]
predicted = np.argmax(probabilities, axis=1)
print("shape:", probabilities.shape)
print("every row adds up to 1:", np.allclose(probabilities.sum(axis=1), 1))
print("classes that are answered:", sorted({names[number] for number in predicted}))

# %%
undecided = int(np.sum(probabilities.max(axis=1) <= 0.5))
least_sure = np.argsort(probabilities.max(axis=1))[:6]
plotting.show(
    plotting.photo_grid(
        [validation.paths[number] for number in least_sure],
        [f"{names[predicted[n]]} ({probabilities[n].max():.0%})" for n in least_sure],
        columns=6,
    ),
    f"The six answers that the network is least sure of; "
    f"{undecided} of {len(predicted)} have no probability above one half.",
)

# %% [markdown]
# ## Which classes are mixed up?
#
# Accuracy is one number. The *confusion matrix* has a row for every true class and a column for every
# answer: its diagonal is what is right.
#
# *Predict:* which pair is mixed up most often?


# %% tags=["exercise:confusion"]
def confusion_matrix(labels, answers, classes):
    # solution:
    counts = np.zeros((classes, classes), int)
    for label, answer in zip(labels, answers):
        counts[label, answer] += 1
    return counts
    # end of solution


# %%
exercises.confusion.check(confusion_matrix)

# %% tags=["keep-figure"]
counts = np.bincount(validation.labels * 3 + predicted, minlength=9).reshape(3, 3)
mistakes = counts - np.diag(np.diag(counts))
true, taken_for = np.unravel_index(np.argmax(mistakes), mistakes.shape)
accuracy = float(np.trace(counts) / counts.sum())
plotting.show(
    plotting.plot_confusion(validation.labels, predicted, names),
    f"{np.trace(counts)} of {counts.sum()} photos are right. "
    + (
        f"Most often, {names[true]} is taken for {names[taken_for]}: {mistakes.max()} times."
        if mistakes.any()
        else "Nothing is mixed up."
    ),
)

# %% [markdown]
# The share of the diagonal is the accuracy that `evaluate` gives; the rows say more. A row is the
# share of *that* class that was found (*recall*), a column the share of *that* answer that was right
# (*precision*).

# %% tags=["nbval-check-output"]
evaluated = model.evaluate(validation_batches, verbose=0, return_dict=True)["accuracy"]
print("the diagonal agrees with evaluate:", bool(abs(evaluated - accuracy) < 1e-6))
print("rows add up to the photos of a class:", counts.sum(axis=1).tolist())

# %% [markdown]
# ## Checkpoint

# %%
claims = Claims(cut_short=settings.cuts(EPOCHS))
claims.add("classes", len(names), equals=3)
claims.add("photos for training", len(train), equals=2520 if settings.full else 360)
claims.add("photos for validation", len(validation), equals=372 if settings.full else 120)
claims.add("accuracy of evaluate against the matrix", abs(evaluated - accuracy), at_most=1e-6)
claims.add("steps remembered after loading", steps_before, equals=half * len(augmented_batches))
claims.add("validation accuracy at the end", accuracy, at_least=0.85, trained=True)
claims.add(
    "validation accuracy with augmentation, last five epochs",
    training.last_mean(augmented, "val_accuracy"),
    trained=True,
)
claims.add(
    "gain over the training without augmentation",
    training.last_mean(augmented, "val_accuracy")
    - training.last_mean(without, "val_accuracy"),
    at_least=None if settings.full else 0.1,
    trained=True,
)
claims.show()

# %% [markdown]
# ## Exercise
#
# The cell above `exercises.confusion.check` is yours: count for every true class (row) how often each
# class was answered (column). `labels` and `answers` are numbers from 0, `classes` is how many
# there are. There are hints, `exercises.confusion.hint()`, and `exercises.confusion.solution()`.
#
# ## Quiz
#
# Answer before you look back. The same questions, readable without running anything, are in the
# [quiz sheet](quizzes/README.md).

# %%
quiz("10")

# %% [markdown]
# ## Try it
#
# 1. Train with `class_mode="sparse"` and the loss that belongs to it. What else has to change?
# 2. Draw a set of one person, `sample.rock_paper_scissors(settings.data, individuals=(1, 4))`. What
#    happens to validation, and of which lesson does that remind you?
# 3. Leave `horizontal_flip` out. Validation hands come from both sides: what do you expect?
#
# ## In three lines
#
# * One output per class, softmax, and the loss that fits the labels: one-hot or numbers.
# * `argmax` is the answer; the confusion matrix says which classes are mixed up.
# * A saved network goes on where it ended, optimizer included.
#
# Next: [11 · Where the network looks](11_where_the_network_looks.ipynb).
