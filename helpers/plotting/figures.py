"""What all figures share: colours, size, and `show`, which puts one into a notebook."""

from __future__ import annotations

import base64
import html
import io

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

# Told apart with every kind of colour vision (simulated), and at least 4.5:1 on white, so that
# text may have them too.
COLOURS = ("#0072B2", "#C2185B", "#8A6D00", "#000000")
WIDTH = 9.0  # inches
DPI = 88  # with WIDTH, 792 pixels, which fits a notebook's output
EPOCHS = "epoch (passes over the photos)"
CHART_COLOURS = 8192  # a figure with more colours holds photos; curves and heat maps stay below 3000
FRACTION = "(fraction of photos, 0–1)"


def new_figure(height: float, width: float = WIDTH) -> Figure:
    """An empty figure that pyplot does not know, so that nothing shows it twice; sizes in inches."""
    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    figure.get_layout_engine().set(w_pad=0.07, h_pad=0.07, wspace=0.03)
    return figure


def show(figure: Figure, sentence: str) -> None:
    """Show a figure in the notebook, with `sentence` as its caption and its text alternative.

    The output is one piece of HTML, since JupyterLab and nbconvert drop the text alternative
    of an ordinary image output. Outside a notebook the sentence is printed.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    sentence : str
        What the figure shows, for those who cannot see it; plain text, best computed from
        the data that was drawn.

    Raises
    ------
    ValueError
        If the sentence is empty.
    """
    if not sentence.strip():
        raise ValueError("the sentence is empty; say what the figure shows, for readers who cannot see it.")
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        in_notebook = False
    else:
        in_notebook = get_ipython() is not None
    if in_notebook:
        display({"text/html": as_html(figure, sentence), "text/plain": sentence}, raw=True)
    else:
        print(sentence)


def as_html(figure: Figure, sentence: str) -> str:
    """The HTML that :func:`show` displays: the picture inside it, `sentence` as text."""
    text = html.escape(sentence)
    kind, data = as_picture(figure)
    return (
        f'<figure style="margin: 0"><img alt="{text}" src="data:image/{kind};base64,{base64.b64encode(data).decode()}">'
        f"<figcaption>{text}</figcaption></figure>"
    )


def as_picture(figure: Figure) -> tuple[str, bytes]:
    """The figure in few bytes: ``'png'`` with 64 colours, or ``'jpeg'`` if there are photos in it.

    Photos of 64 colours look poor and take twice the bytes of a JPEG, which blurs charts.
    """
    drawn, small = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=DPI)
    with Image.open(drawn) as opened:
        picture = opened.convert("RGB")
    if picture.getcolors(CHART_COLOURS) is None:
        picture.save(small, "JPEG", quality=65, optimize=True)
        return "jpeg", small.getvalue()
    picture.quantize(64, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return "png", small.getvalue()


def fractions(values: object, name: str) -> np.ndarray:
    """`values` as a float array; ValueError, which calls them `name`, if one lies outside 0–1."""
    values = np.asarray(values, dtype=float)
    if not np.all((values >= 0) & (values <= 1)):
        raise ValueError(
            f"{name} holds values from {values.min():g} to {values.max():g}; expected fractions, 0–1. "
            "Divide percentages by 100."
        )
    return values
