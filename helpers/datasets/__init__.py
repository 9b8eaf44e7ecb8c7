"""The course's photos and a learner's own: fetched, looked through, split."""

from helpers.datasets.photo_files import usable
from helpers.datasets.registry import fetch
from helpers.datasets.splitting import check_disjoint, split
from helpers.datasets.weights import fetch as fetch_weights

__all__ = [
    "check_disjoint",
    "fetch",
    "fetch_weights",
    "split",
    "usable",
]
