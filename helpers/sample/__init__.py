"""Drawn photos, which need no download: the same sets as the course's, of individuals that can be told apart."""

from helpers.sample.faces import TILTED, happy_or_sad
from helpers.sample.hands import WAVING, rock_paper_scissors
from helpers.sample.sets import RECLINING, UPRIGHT, cats_and_dogs, horses_and_humans, pet_images
from helpers.sample.store import Poses

__all__ = [
    "Poses",
    "RECLINING",
    "TILTED",
    "UPRIGHT",
    "WAVING",
    "cats_and_dogs",
    "happy_or_sad",
    "horses_and_humans",
    "pet_images",
    "rock_paper_scissors",
]
