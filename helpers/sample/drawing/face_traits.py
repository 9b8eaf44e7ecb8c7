"""What one drawn face keeps in all of its pictures: colours, proportions, hair or hat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.sample.drawing.colours import CLOTH, HAIR, SKIN, Colour, brightness, pick, shade
from helpers.sample.drawing.geometry import Points

EYES = ("dots", "round", "oval", "wide")
NOSES = ("none", "button", "line")
CUTS = ("none", "tuft", "short", "curly", "long", "bun", "beanie", "cap", "party hat")

COLOURS: tuple[Colour, ...] = (
    (255, 216, 70), (253, 202, 56), (255, 228, 112), (255, 218, 84), (250, 186, 88), (248, 166, 100), (180, 218, 124),
    (128, 208, 190), (138, 192, 238), (196, 174, 238), (248, 174, 194), *SKIN[:6],
)  # fmt: skip


@dataclass(frozen=True)
class Face:
    """One individual: what stays the same in all of its pictures, whatever its mood."""

    skin: Colour
    wide: float
    tall: float
    square: float
    eyes: str
    eye: float
    apart: float
    brow: float
    nose: str
    blush: bool
    glasses: bool
    cut: str
    hair: Colour
    cloth: Colour

    @property
    def line(self) -> Colour:
        """A colour for contours that shows on this skin."""
        return shade(self.skin, 0.42)

    @property
    def hairline(self) -> Colour:
        """The colour of the brows, darker than the skin."""
        return self.hair if brightness(self.hair) < 0.75 * brightness(self.skin) else shade(self.skin, 0.5)


def new_face(rng: np.random.Generator) -> Face:
    """Draw the colours and proportions of one individual."""
    return Face(
        skin=pick(rng, COLOURS, 5),
        wide=float(rng.uniform(0.27, 0.32)),
        tall=float(rng.uniform(0.28, 0.33)),
        square=float(rng.uniform(2.0, 2.7)),
        eyes=EYES[rng.integers(len(EYES))],
        eye=float(rng.uniform(0.85, 1.2)),
        apart=float(rng.uniform(0.085, 0.125)),
        brow=float(rng.uniform(0.014, 0.026)),
        nose=NOSES[rng.choice(3, p=[0.45, 0.35, 0.2])],
        blush=bool(rng.random() < 0.35),
        glasses=bool(rng.random() < 0.18),
        cut=CUTS[rng.choice(len(CUTS), p=[0.26, 0.1, 0.14, 0.09, 0.11, 0.06, 0.1, 0.07, 0.07])],
        hair=pick(rng, HAIR, 6),
        cloth=pick(rng, CLOTH, 8),
    )


def outline(face: Face, grow: float = 1.0) -> Points:
    """The head, between an ellipse and a rounded square: float (48, 2)."""
    turns = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    across, down = np.cos(turns), np.sin(turns)
    bend = 2 / face.square
    reach = (grow * face.wide, grow * face.tall)
    return np.column_stack([np.sign(across) * abs(across) ** bend, np.sign(down) * abs(down) ** bend]) * reach
