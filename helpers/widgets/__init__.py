"""What can be operated: pictures with sliders, the training monitor, the quiz."""

from helpers.widgets import pictures
from helpers.widgets.early_stopping import where_would_you_stop
from helpers.widgets.explorer import augmentation_explorer
from helpers.widgets.monitor import TrainingMonitor
from helpers.widgets.overfitting import overfitting_lab
from helpers.widgets.pixels import invented_pixels, one_photo_many_epochs, still_the_label
from helpers.widgets.predict import predict_your_own
from helpers.widgets.questions import quiz
from helpers.widgets.turned_photos import turn_the_photo

__all__ = [
    "TrainingMonitor",
    "augmentation_explorer",
    "invented_pixels",
    "one_photo_many_epochs",
    "overfitting_lab",
    "pictures",
    "predict_your_own",
    "quiz",
    "still_the_label",
    "turn_the_photo",
    "where_would_you_stop",
]
