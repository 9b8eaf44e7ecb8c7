"""The questions of each lesson, and how an answer is graded."""

from helpers.quizzes.bank import load
from helpers.quizzes.grading import lessons

__all__ = [
    "lessons",
    "load",
]
