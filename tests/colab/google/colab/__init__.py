"""Stands in for Colab's own package: it is there, and offers nothing."""
