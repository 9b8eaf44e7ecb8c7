"""What makes a horse an individual: coat, build, habitual gait."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.sample.drawing.colours import HORSE, Colour, brightness, mix, pick, shade

# The habits of one individual after the other, again and again: the first two are rare ones.
GAITS = (
    "front", "rear", "gallop", "walk", "stand", "graze", "front", "walk", "gallop", "front", "walk", "rear",
)  # fmt: skip
WHITE: Colour = (246, 242, 234)
HOOF: Colour = (70, 60, 56)


@dataclass(frozen=True)
class Horse:
    """One individual: what stays the same in all of its pictures."""

    coat: Colour
    mane: Colour
    legs: Colour
    socks: int
    blaze: bool
    patches: np.ndarray
    patch: Colour
    girth: float
    leg: float
    gait: str
    stride: float


def new_horse(rng: np.random.Generator, number: int) -> Horse:
    """Draw an individual's build and coat; its number in the herd, from 0, decides its habitual gait."""
    coat = pick(rng, HORSE, 8)
    dark = mix(shade(coat, 0.4), (52, 44, 42), 0.4)
    mane = [dark, mix(coat, WHITE, 0.7), shade(coat, 0.75)][rng.choice(3, p=[0.5, 0.25, 0.25])]
    spots = (
        rng.uniform((-0.22, -0.1), (0.2, 0.08), (rng.integers(3, 6), 2)) if rng.random() < 0.25 else np.zeros((0, 2))
    )
    return Horse(
        coat=coat,
        mane=mane,
        legs=mix(coat, dark, rng.choice([0.0, 0.7])),
        socks=int(rng.integers(0, 5)),
        blaze=bool(rng.random() < 0.4),
        patches=np.column_stack([spots, rng.uniform(0.03, 0.075, spots.shape)]),
        patch=WHITE if brightness(coat) < 190 else pick(rng, [HORSE["bay"], HORSE["liver"]]),
        girth=float(np.clip(rng.normal(1, 0.07), 0.85, 1.2)),
        leg=float(np.clip(rng.normal(1, 0.05), 0.88, 1.12)),
        gait=GAITS[number % len(GAITS)],
        stride=float(rng.uniform(0.75, 1.15)),
    )
