"""What the notebooks need and do not teach: data, splits, figures, checkpoints."""
