"""What was measured: claims with their bounds, recorded trainings, several seeds together, lesson 12's ladder."""

from helpers.evidence import ladder, records, seeds
from helpers.evidence.claims import Claims

__all__ = [
    "Claims",
    "ladder",
    "records",
    "seeds",
]
