"""What the notebooks need and do not teach: photos, augmentation, trainings, figures, evidence, exercises, widgets."""
