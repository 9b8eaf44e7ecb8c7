"""What learners can operate: thin shells round tested functions, in ipywidgets 7.7.1 (Colab) and 8."""
