"""Browser tests: every widget is operated in a real JupyterLab, in headless Chromium."""
