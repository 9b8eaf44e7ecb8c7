"""What happens round a training: saved after each epoch and gone on with, looked at on several sets of photos."""

from helpers.training.curves import CurveLogger, last_mean, later_range
from helpers.training.resume import SaveAndResume
from helpers.training.validation_sets import AVERAGED, Photos, ValidationSets, load_photos

__all__ = [
    "AVERAGED",
    "CurveLogger",
    "Photos",
    "SaveAndResume",
    "ValidationSets",
    "last_mean",
    "later_range",
    "load_photos",
]
