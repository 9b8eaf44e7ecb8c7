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
# # Image augmentation, measured: the lessons
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/OWNER/REPO/blob/main/notebooks/00_lessons.ipynb)
#
# Open the first lesson and choose *Run all*. Every lesson can be read alone, but they build on
# each other.
#
# | Lesson | The question it answers |
# |---|---|
# | [1 · Load photos with generators](01_load_photos_with_generators.ipynb) | How does a folder of photos become something a network can learn from? |
# | [2 · Overfit without augmentation](02_overfit_without_augmentation.ipynb) | Why is a training accuracy of 100 percent bad news? |
# | [3 · Train with augmentation](03_train_with_augmentation.ipynb) | What does augmentation change, and what does each of its numbers mean? |
# | [4 · Horses versus humans: the pitfall](04_horses_versus_humans.ipynb) | Why does validation swing although augmentation is on? |
# | [5 · The full Kaggle exercise](05_full_kaggle_exercise.ipynb), [solution](05_full_kaggle_exercise_solution.ipynb) | Can you do all of it yourself, from an archive with bad files in it? |
# | [6 · Smaller photos, other batch sizes](06_smaller_photos_other_batch_sizes.ipynb) | What do the size of photos and batches and the optimizer do, measured with several seeds? |
# | [7 · Happy or sad](07_happy_or_sad.ipynb), [solution](07_happy_or_sad_solution.ipynb) | How does a training stop itself, and what did it learn when it did? |
# | [8 · Augment with layers](08_augment_with_layers.ipynb) | What replaces `ImageDataGenerator`, and can it be ten times faster? |
# | [9 · Start from a trained network](09_start_from_a_trained_network.ipynb) | What does a network bring along that learned on other photos, and what does dropout do? |
# | [10 · More than two classes](10_more_than_two_classes.ipynb) | What changes with rock, paper and scissors, and which are mixed up? |
# | [11 · Where the network looks](11_where_the_network_looks.ipynb) | Does it look at the animal, or at something that nobody meant? |
# | [12 · The same photos, a better recipe](12_a_better_recipe.ipynb) | How does more than an hour become minutes, and which change did it? |
#
# The questions of all lessons, to read or print, are in the [quiz sheet](quizzes/README.md).
#
# ## Check your set-up
#
# Run the two cells below. They say which versions you have, which photos the lessons will use, and
# whether there is room for the real ones.

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
import shutil

from helpers import runtime

settings = runtime.start()
settings.data.mkdir(parents=True, exist_ok=True)
free = shutil.disk_usage(settings.data).free / 1e9
print(
    "Room for the real photos of all lessons (3 GB):",
    "yes" if free > 3 else f"no, {free:.1f} GB are free; set COURSE_DATA to another disk",
)

# %% [markdown]
# ## How far you are
#
# Exercises and quiz questions that you have passed, lesson by lesson. Nothing depends on it;
# `progress.reset()` forgets it.

# %%
from helpers import exercises, quizzes
from helpers.exercises import progress

tasks = {lesson: [] for lesson in quizzes.lessons()}
for task in (*exercises.ALL, *quizzes.load()):
    if task.lesson in tasks:
        tasks[task.lesson].append(task.item)
print("\n".join(progress.as_lines(tasks)))

# %% [markdown]
# ## Drawn photos or real ones
#
# Out of the box every lesson runs on **drawn photos**: no download, minutes on a laptop, and every
# reason for a result is known, since the drawing has knobs. With one setting the same notebooks run
# at the **course's own settings on the real photos**: set the environment variable
# `COURSE_PROFILE=full` before you start JupyterLab, or put
# `import os; os.environ["COURSE_PROFILE"] = "full"` into a new first cell of a lesson.
#
# | Variable | What it does |
# |---|---|
# | `COURSE_PROFILE` | `sample` (drawn photos, the default) or `full` (real photos, the course's settings) |
# | `COURSE_EPOCHS` | the most epochs that any training may take; claims that rest on more are then not judged |
# | `COURSE_DATA` | folder for drawn and downloaded photos; by default your cache folder |
# | `COURSE_MIRROR` | URL or folder that holds the archives, where the public addresses cannot be reached |
# | `COURSE_SEED` | seed of every drawing and training; by default 0 |
