"""Ask a trained network about your own photos, prepared as its training photos were."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets
import numpy as np
from PIL import Image, ImageOps

from helpers.widgets import shell
from helpers.widgets.uploads import Upload, read_photos

HEIGHT = 220  # pixels of the pictures shown
GAP = 16
NOTHING_YET = "No photo yet. Choose one or several to see what the network makes of them."


@dataclass(frozen=True)
class Prediction:
    """A network's answer for one photo.

    Attributes
    ----------
    label : str
        The class with the highest probability.
    probability : float
        Of that class, 0-1.
    seen : PIL.Image.Image
        The photo as the network sees it: RGB (or L) of the network's input size.
    values : (float, float)
        Lowest and highest value of the input, after rescaling.
    """

    label: str
    probability: float
    seen: Image.Image
    values: tuple[float, float]


def predict_photos(
    model: Any,
    pictures: Sequence[Image.Image],
    *,
    class_names: Sequence[str] = ("cat", "dog"),
    image_size: tuple[int, int] | None = None,
    rescale: float = 1 / 255,
) -> list[Prediction]:
    """Prepare photos as in training, and ask a network about them.

    Parameters
    ----------
    model : keras.Model
        With one sigmoid output (the probability of the second class) or a softmax output with one value per class.
    pictures : sequence of PIL.Image.Image
        Of any size.
    class_names : sequence of str
        In the order of the labels, which is the alphabetical order of the training folders.
    image_size : (int, int), optional
        Height and width that the photos are stretched to, in pixels; by default the network's input.
    rescale : float
        Factor on the values 0-255: that of the training generator. 1 for a network that rescales by itself.

    Returns
    -------
    list of Prediction

    Raises
    ------
    ValueError
        If the network takes no photos, its size is not known, it has another number of outputs than there are class
        names, or its outputs are no probabilities.
    """
    height, width, channels = _input_of(model, image_size)
    _check_classes(model, class_names)
    if not pictures:
        return []
    mode = "L" if channels == 1 else "RGB"
    # Nearest neighbour, as Keras' generators and load_img resize unless told otherwise.
    seen = [picture.convert(mode).resize((width, height), Image.Resampling.NEAREST) for picture in pictures]
    batch = np.stack([np.asarray(view, dtype="float32").reshape(height, width, channels) * rescale for view in seen])
    outputs = _ask(model, batch)
    if not (np.isfinite(outputs).all() and outputs.min() >= 0 and outputs.max() <= 1 + 1e-4):
        raise ValueError(
            f"the network's outputs lie between {outputs.min():g} and {outputs.max():g}; expected probabilities, 0-1. "
            "Give its last layer activation='sigmoid' (one output) or 'softmax' (one per class)."
        )
    if outputs.shape[1] == 1:
        outputs = np.concatenate([1 - outputs, outputs], axis=1)
    return [
        Prediction(class_names[int(p.argmax())], float(p.max()), view, (float(x.min()), float(x.max())))
        for p, view, x in zip(outputs, seen, batch, strict=True)
    ]


def predict_your_own(
    model: Any,
    class_names: Sequence[str] = ("cat", "dog"),
    image_size: tuple[int, int] | None = None,
    rescale: float = 1 / 255,
    *,
    first: Image.Image | None = None,
) -> None:
    """Show a button to choose photos, and what the network answers.

    Parameters
    ----------
    model, class_names, image_size, rescale
        As in :func:`predict_photos`.
    first : PIL.Image.Image, optional
        A photo to show until the learner chooses some.

    Raises
    ------
    ValueError
        As in :func:`predict_photos`.
    """
    box = make_predict_your_own(model, class_names, image_size, rescale, first=first)
    shell.show(box, box.children[1].value, box.sentence)


def make_predict_your_own(
    model: Any,
    class_names: Sequence[str] = ("cat", "dog"),
    image_size: tuple[int, int] | None = None,
    rescale: float = 1 / 255,
    *,
    first: Image.Image | None = None,
) -> ipywidgets.VBox:
    """The widget of :func:`predict_your_own`: a button, then the answers; ``.sentence`` is the first view in words."""
    _input_of(model, image_size)
    _check_classes(model, class_names)

    def ask(pictures: Sequence[Image.Image]) -> list[Prediction]:
        return predict_photos(model, pictures, class_names=class_names, image_size=image_size, rescale=rescale)

    button = ipywidgets.FileUpload(description="Choose photos", accept="image/*", multiple=True)
    button.layout.width, button.layout.align_self = "auto", "flex-start"
    chosen = [] if first is None else [Upload("the first photo", first)]
    shown, sentence = answer(chosen, ask)
    answers = ipywidgets.HTML(shown)

    def update(change: dict) -> None:
        if change["new"]:
            answers.value = answer(read_photos(change["new"]), ask)[0]

    button.observe(update, names="value")
    box = ipywidgets.VBox([button, answers])
    box.sentence = sentence
    return box


def answer(uploads: Sequence[Upload], ask: Callable[[Sequence[Image.Image]], list[Prediction]]) -> tuple[str, str]:
    """What is shown for some files.

    Parameters
    ----------
    uploads : sequence of Upload
    ask : callable
        From pictures to predictions.

    Returns
    -------
    (str, str)
        HTML, a figure for each photo and a line for each file that cannot be read; and the same in words.
    """
    if not uploads:
        return f"<p>{NOTHING_YET}</p>", NOTHING_YET
    readable = [upload for upload in uploads if upload.picture is not None]
    try:
        predictions = dict(zip(map(id, readable), ask([upload.picture for upload in readable]), strict=True))
    except Exception as error:  # in a callback, an exception would be lost
        text = f"The network could not answer: {error}"
        return f'<p role="status">{html.escape(text)}</p>', text
    parts, sentences = [], []
    for upload in uploads:
        prediction = predictions.get(id(upload))
        sentences.append(upload.problem if prediction is None else describe(upload, prediction))
        if prediction is None:
            parts.append(f'<p role="status">{html.escape(upload.problem)}</p>')
        else:
            parts.append(shell.as_figure(side_by_side(upload.picture, prediction.seen), sentences[-1]))
    return "".join(parts), " ".join(sentences)


def describe(upload: Upload, prediction: Prediction) -> str:
    """One prediction in words: the answer, then the two pictures, left and right."""
    low, high = prediction.values
    return (
        f"{upload.name}: {prediction.label} with probability {prediction.probability:.2f}. Left the photo, "
        f"{upload.picture.width:,} by {upload.picture.height:,} pixels; right what the network sees, "
        f"{prediction.seen.width} by {prediction.seen.height} pixels with values from {low:.2f} to {high:.2f}."
    )


def side_by_side(photo: Image.Image, seen: Image.Image) -> Image.Image:
    """A photo, and what a network sees of it with every pixel visible; RGB, 220 pixels high."""
    left = ImageOps.contain(photo, (2 * HEIGHT, HEIGHT))
    right = seen.convert("RGB").resize((max(1, seen.width * HEIGHT // seen.height), HEIGHT), Image.Resampling.NEAREST)
    both = Image.new("RGB", (left.width + GAP + right.width, HEIGHT), "white")
    both.paste(left, (0, (HEIGHT - left.height) // 2))
    both.paste(right, (left.width + GAP, 0))
    return both


def _ask(model: Any, batch: np.ndarray) -> np.ndarray:
    """The network's outputs, float (photos, outputs); in prediction mode, whatever else the model is doing."""
    import keras

    return np.asarray(keras.ops.convert_to_numpy(model(batch, training=False)), dtype=float)


def _input_of(model: Any, image_size: tuple[int, int] | None) -> tuple[int, int, int]:
    """Height, width and channels of a network's input."""
    shape = getattr(model, "input_shape", None)
    if not isinstance(shape, tuple) or len(shape) != 4:
        raise ValueError(
            f"the network's input shape is {shape}; expected photos: (None, height, width, 3). "
            "Start the network with keras.Input((height, width, 3))."
        )
    height, width = image_size or shape[1:3]
    if not height or not width:
        raise ValueError(f"the network takes photos of any size ({shape}); say which: image_size=(height, width).")
    if any(fixed and fixed != wanted for fixed, wanted in zip(shape[1:3], (height, width), strict=True)):
        raise ValueError(
            f"image_size is {(height, width)}, but the network takes {shape[1:3]} pixels. Leave image_size out."
        )
    return height, width, shape[3] or 3


def _check_classes(model: Any, class_names: Sequence[str]) -> None:
    outputs = model.output_shape[-1]
    if len(model.output_shape) != 2 or (outputs if outputs > 1 else 2) != len(class_names):
        raise ValueError(
            f"class_names has {len(class_names)} names ({', '.join(class_names)}) for an output of shape "
            f"{model.output_shape}; expected two names for one sigmoid output, or one for each softmax output, in the "
            "alphabetical order of the training folders."
        )
