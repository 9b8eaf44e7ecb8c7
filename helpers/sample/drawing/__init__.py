"""Drawn photos of cats, dogs, horses and humans: pure functions of a NumPy generator."""

from helpers.sample.drawing.geometry import Pose
from helpers.sample.drawing.photos import BACKGROUNDS, individual_photo, new_individual, pet_photo

__all__ = ["BACKGROUNDS", "Pose", "individual_photo", "new_individual", "pet_photo"]
