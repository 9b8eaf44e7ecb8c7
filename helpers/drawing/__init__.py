"""Drawn photos of cats, dogs, horses and humans: pure functions of a NumPy generator."""

from helpers.drawing.geometry import Pose
from helpers.drawing.photos import BACKGROUNDS, figure_photo, new_figure, pet_photo

__all__ = ["BACKGROUNDS", "Pose", "figure_photo", "new_figure", "pet_photo"]
