"""Command-line tools of the course; run each as ``python -m data_scripts.NAME --help``."""
