"""A picture at double size on which posed shapes are laid, each with soft light and shadow."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from helpers.sample.drawing.colours import Colour
from helpers.sample.drawing.geometry import Points, Pose

OVERSAMPLING = 2
Mark = tuple[Points, Colour]


class Canvas:
    """Draws shapes given in a figure's frame (see `Pose.apply`) at twice the wanted size.

    Parameters
    ----------
    size : int
        Side of the finished picture in pixels.
    pose : Pose
        Moves every shape that is drawn.
    light : float
        Where the light comes from: -1 left, 0 above, 1 right.

    Attributes
    ----------
    side : int
        Pixels of the side of the two pictures below.
    image, silhouette : PIL.Image.Image
        What was drawn, RGB, and where, L.
    """

    def __init__(self, size: int, pose: Pose, light: float):
        self.side = OVERSAMPLING * size
        self.pose = pose
        self.light = light
        self._draw_on(Image.new("RGB", (self.side, self.side)))

    def part(
        self, outline: Points, colour: Colour, marks: Iterable[Mark] = (), round_by: float = 0.16, depth: float = 0.5
    ) -> None:
        """Lay down a rounded shape with its markings.

        Parameters
        ----------
        outline : float array (n, 2)
        colour : (int, int, int)
            As seen in full light.
        marks : iterable of (float array (n, 2) or (k, n, 2), colour)
            Shapes, or stacks of k shapes, painted on it and cut off at its outline.
        round_by : float
            How far the shadow reaches in from the edge, as a fraction of the shape's smaller extent.
        depth : float
            How dark the edge away from the light gets: 0 not at all, 1 black.
        """
        points = self._pixels(outline)
        extent = float((points.max(0) - points.min(0)).min())
        radius = max(1.0, round_by * extent)
        pad = int(2 * radius) + 3
        x0, y0 = np.maximum(np.floor(points.min(0)) - pad, -pad).astype(int).tolist()
        x1, y1 = np.minimum(np.ceil(points.max(0)) + pad, self.side + pad).astype(int).tolist()
        if x1 <= x0 or y1 <= y0:
            return
        mask = Image.new("L", (x1 - x0, y1 - y0))
        ImageDraw.Draw(mask).polygon(_flat(points - (x0, y0)), fill=255)
        tile = Image.new("RGB", mask.size, colour)
        brush = ImageDraw.Draw(tile)
        for shapes, paint in marks:
            shapes = self._pixels(shapes) - (x0, y0)
            for shape in shapes if shapes.ndim == 3 else [shapes]:
                brush.polygon(_flat(shape), fill=paint)
        soft = mask.filter(ImageFilter.BoxBlur(radius))
        soft = ImageChops.offset(soft, round(self.light * radius), round(-0.7 * radius))
        soft.putpalette(_shadow_table(depth))
        self.image.paste(ImageChops.multiply(tile, soft.convert("RGB")), (x0, y0), mask)
        self.silhouette.paste(255, (x0, y0), mask)

    def flat(self, outline: Points, colour: Colour) -> None:
        """Lay down a shape in one colour, without light."""
        points = _flat(self._pixels(outline))
        self._brush.polygon(points, fill=colour)
        self._mask_brush.polygon(points, fill=255)

    def line(self, points: Points, width: float, colour: Colour) -> None:
        """Draw an open line; `width` in sides of the picture, at least one fine pixel."""
        pixels = max(1, round(width * self.side * self.pose.scale))
        self._brush.line(_flat(self._pixels(points)), fill=colour, width=pixels, joint="curve")

    def dot(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """Draw a small filled circle."""
        middle = self._pixels(np.array([x, y]))
        reach = max(0.6, radius * self.side * self.pose.scale)
        self._brush.ellipse([*(middle - reach), *(middle + reach)], fill=colour)

    def cast(self, background: Image.Image, dark: float, ground: bool) -> Image.Image:
        """The drawn figure on a background, with the shadow it casts there: a PIL RGB picture.

        Parameters
        ----------
        background : PIL.Image.Image
            RGB, of the canvas's size.
        dark : float
            0 no shadow, 1 black.
        ground : bool
            True: the figure stands, and the shadow lies below its feet. False: the figure lies
            on what is behind it, and the shadow surrounds it.
        """
        box = self.silhouette.getbbox()
        if box is None:
            return background
        shadow = Image.new("L", self.silhouette.size)
        if ground:
            middle, half, low = (box[0] + box[2]) / 2, (box[2] - box[0]) * 0.48, box[3] - 0.012 * self.side
            middle -= self.light * half * 0.4
            flat = 0.025 * self.side + 0.06 * half
            ImageDraw.Draw(shadow).ellipse([middle - half, low - flat, middle + half, low + flat], fill=255)
            shadow = shadow.filter(ImageFilter.BoxBlur(self.side * 0.012))
        else:
            where = round(-self.light * 0.04 * self.side), round(0.02 * self.side)
            shadow.paste(self.silhouette.filter(ImageFilter.BoxBlur(self.side * 0.025)), where)
        night = Image.new("RGB", background.size, (22, 20, 26))
        shaded = Image.composite(Image.blend(background, night, dark), background, shadow)
        return Image.composite(self.image, shaded, self.silhouette)

    def _draw_on(self, image: Image.Image) -> None:
        self.image = image
        self.silhouette = Image.new("L", image.size)
        self._brush, self._mask_brush = ImageDraw.Draw(self.image), ImageDraw.Draw(self.silhouette)

    def _pixels(self, points: Points) -> Points:
        return self.pose.apply(np.asarray(points, float)) * self.side


class Backdrop(Canvas):
    """Draws on a given picture, in the picture's own frame: 0, 0 is the upper left, 1, 1 the lower right corner.

    Parameters
    ----------
    image : PIL.Image.Image
        Square, RGB; it is drawn on.
    light : float
        As in `Canvas`.
    """

    def __init__(self, image: Image.Image, light: float):
        self.side = image.width
        self.pose = Pose()
        self.light = light
        self._draw_on(image)

    def _pixels(self, points: Points) -> Points:
        return np.asarray(points, float) * self.side


def gradient(side: int, top: Colour, bottom: Colour) -> Image.Image:
    """A square RGB picture that runs from one colour to another, top to bottom."""
    ramp = Image.linear_gradient("L").resize((side, side))
    return Image.composite(Image.new("RGB", (side, side), bottom), Image.new("RGB", (side, side), top), ramp)


def unfocused(rng: np.random.Generator, image: Image.Image) -> Image.Image:
    """A background out of focus by a random amount, enlarged to the size of a canvas."""
    radius = rng.uniform(0.005, 0.018) * image.width
    image = image.filter(ImageFilter.BoxBlur(radius)).filter(ImageFilter.BoxBlur(radius))
    return image.resize((OVERSAMPLING * image.width,) * 2, Image.Resampling.BILINEAR)


def finish(image: Image.Image, rng: np.random.Generator, tint: Colour, grain: float) -> Image.Image:
    """Colour the light, reduce to the wanted size, add grain (a standard deviation in 0..255): a PIL RGB picture."""
    small = np.asarray(image.reduce(OVERSAMPLING), np.float32) * (np.asarray(tint, np.float32) / 255)
    small += grain * rng.standard_normal((*small.shape[:2], 1), np.float32)
    return Image.fromarray(np.clip(small, 0, 255).astype(np.uint8))


@cache
def _shadow_table(depth: float) -> bytes:
    """Palette of the light that reaches a point, by the level of the blurred mask there; shadows are a little blue."""
    level = np.clip(np.linspace(-0.25, 1.05, 256), 0, 1)[:, None]
    return np.rint(255 * (1 - depth * np.array([1.0, 1.0, 0.88]) * (1 - level))).astype(np.uint8).tobytes()


def _flat(points: Points) -> list[float]:
    return points.ravel().tolist()
