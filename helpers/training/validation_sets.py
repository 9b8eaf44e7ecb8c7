"""Several validation sets, looked at after every epoch of one training."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np
from scipy import stats

from helpers.augmentation.photo_cache import cache_photos
from helpers.sample.sets import individual_of

AVERAGED = ", averaged weights"


@dataclass(frozen=True)
class Photos:
    """Photos in memory, for sets that are looked at in every epoch.

    Attributes
    ----------
    images : numpy.ndarray
        float32 (photos, height, width, 3), 0-1.
    labels : numpy.ndarray
        int (photos,): the class by alphabetical order of the folders.
    individuals : numpy.ndarray
        str (photos,): who is on the photo, by its file name ('' where the name does not say).
    """

    images: np.ndarray
    labels: np.ndarray
    individuals: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)


def load_photos(folder: Path, size: tuple[int, int]) -> Photos:
    """Read a folder of class folders into memory, as ``flow_from_directory`` would.

    Parameters
    ----------
    folder : pathlib.Path
        Holds one folder per class.
    size : tuple of int
        Height and width in pixels that every photo is stretched to.

    Returns
    -------
    Photos

    Raises
    ------
    FileNotFoundError, NotADirectoryError, ValueError
        As :func:`helpers.augmentation.photo_cache.cache_photos`.
    """
    cache = cache_photos(folder, size, report=False)
    individuals = np.array([_individual_or_nothing(path) for path in cache.paths])
    return Photos(cache.pixels.astype("float32") / 255, cache.labels, individuals)


def _individual_or_nothing(path: Path) -> str:
    try:
        return individual_of(path)
    except ValueError:
        return ""


def roc_auc(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """Area under the ROC curve: how often a photo of class 1 gets more than one of class 0.

    Parameters
    ----------
    labels : numpy.ndarray
        int (photos,), 0 or 1; both must occur.
    probabilities : numpy.ndarray
        float (photos,), the network's output.

    Returns
    -------
    float
        0-1; 0.5 is guessing, ties count half. Source: the Mann-Whitney U statistic.

    Raises
    ------
    ValueError
        If one of the classes does not occur.

    >>> roc_auc(np.array([0, 0, 1, 1]), np.array([0.1, 0.4, 0.35, 0.8]))
    0.75
    """
    ones, zeros = probabilities[labels == 1], probabilities[labels == 0]
    if not len(ones) or not len(zeros):
        raise ValueError(f"The labels hold {len(zeros)} zeros and {len(ones)} ones; expected at least one of each.")
    return float(stats.mannwhitneyu(ones, zeros).statistic / (len(ones) * len(zeros)))


@dataclass
class ValidationSets(keras.callbacks.Callback):
    """Looks at several validation sets after every epoch of one training.

    Evaluating them within one training makes the comparison paired: the same network, the
    same epochs, only the photos differ.

    Attributes
    ----------
    sets : mapping of str to Photos
        What to look at.
    averaged : sequence of str
        Names of those to look at with the averaged weights as well, where the optimizer has ``use_ema=True``; what
        comes of it goes by the name and ``', averaged weights'``.
    probabilities : dict of str to list of numpy.ndarray
        By set, one array float (photos,) per epoch.
    """

    sets: Mapping[str, Photos]
    averaged: Sequence[str] = ()
    probabilities: dict[str, list[np.ndarray]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        for name in self.sets:
            self._look(name, name)
        if self.averaged:
            with averaged_weights(self.model):
                for name in self.averaged:
                    self._look(name, name + AVERAGED)

    def _look(self, name: str, kept_as: str) -> None:
        output = self.model.predict(self.sets[name].images, batch_size=64, verbose=0)
        self.probabilities.setdefault(kept_as, []).append(output[:, 0])

    def labels(self, name: str) -> np.ndarray:
        """int (photos,): the classes of the set `name`, which may be one looked at with averaged weights."""
        return self.sets[name.removesuffix(AVERAGED)].labels

    def accuracy(self, name: str) -> np.ndarray:
        """float (epochs,): share of right answers on the set `name`, threshold 0.5."""
        return np.array([np.mean((p > 0.5) == self.labels(name)) for p in self.probabilities[name]])

    def area(self, name: str) -> np.ndarray:
        """float (epochs,): area under the ROC curve on the set `name`."""
        return np.array([roc_auc(self.labels(name), p) for p in self.probabilities[name]])

    def by_individual(self, name: str) -> tuple[np.ndarray, list[str]]:
        """Accuracy of every individual: float (epochs, individuals), and the individuals' names."""
        photos = self.sets[name]
        names = sorted(set(photos.individuals))
        right = np.array([(p > 0.5) == photos.labels for p in self.probabilities[name]])
        return np.stack([right[:, photos.individuals == one].mean(axis=1) for one in names], axis=1), names


@contextlib.contextmanager
def averaged_weights(model: keras.Model) -> Iterator[None]:
    """Within, `model` has the averaged weights that its optimizer keeps; after it, its own again.

    (Keras' ``SwapEMAWeights`` does so for ``evaluate``, but 3.15 leaves the average in the model after ``predict``.)

    Raises
    ------
    ValueError
        If the optimizer keeps none.
    """
    averages = [variable for variable in model.optimizer.variables if variable.path.endswith("_average")]
    if len(averages) != len(model.trainable_variables):
        raise ValueError("The optimizer keeps no average of the weights; build it with use_ema=True.")
    own = [keras.ops.convert_to_numpy(variable) for variable in model.trainable_variables]
    try:
        for variable, average in zip(model.trainable_variables, averages, strict=True):
            variable.assign(average)
        yield
    finally:
        for variable, value in zip(model.trainable_variables, own, strict=True):
            variable.assign(value)
