"""The course's augmentation, fast: the layer, and photos that are decoded once."""

from helpers.augmentation.photo_cache import PhotoCache, cache_photos
from helpers.augmentation.random_transform import RandomTransform

__all__ = [
    "PhotoCache",
    "RandomTransform",
    "cache_photos",
]
