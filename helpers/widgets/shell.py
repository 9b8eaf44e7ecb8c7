"""What all widgets share: pictures that can be read aloud, and `show`, which leaves a still picture behind."""

from __future__ import annotations

import base64
import html
import io

import ipywidgets
from IPython.display import display
from PIL import Image

CAPTION = "line-height: 1.5; max-width: 50em"
VIEW = "application/vnd.jupyter.widget-view+json"


def as_jpeg(picture: Image.Image) -> bytes:
    """`picture` as a JPEG that is quick to make; for photos, at most 2 ms per 100,000 pixels."""
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def as_figure(picture: Image.Image | bytes | str, sentence: str) -> str:
    """HTML for a picture with `sentence` as its text alternative and caption.

    Parameters
    ----------
    picture : PIL.Image.Image, bytes or str
        A photo, an encoded JPEG, or the text of an SVG drawing.
    sentence : str
        What the picture shows, computed from what was drawn; plain text.
    """
    text = html.escape(sentence)
    if isinstance(picture, str):
        drawn = f'<div role="img" aria-label="{text}">{picture}</div>'
    else:
        data = picture if isinstance(picture, bytes) else as_jpeg(picture)
        drawn = f'<img alt="{text}" src="data:image/jpeg;base64,{base64.b64encode(data).decode()}">'
    caption = f'<figcaption role="status" aria-live="polite" style="{CAPTION}">{text}</figcaption>'
    return f'<figure style="margin: 0">{drawn}{caption}</figure>'


def show(widget: ipywidgets.Widget, still: str, sentence: str) -> None:
    """Show a widget; where none can run (an exported page, GitHub), its first picture stands instead.

    Parameters
    ----------
    widget : ipywidgets.Widget
    still : str
        HTML of the first view, from :func:`as_figure` or of the same kind.
    sentence : str
        The same in plain text, for terminals and nbval.
    """
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    display({VIEW: view, "text/html": still, "text/plain": sentence}, raw=True)
