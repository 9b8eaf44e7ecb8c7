"""What exercise notebooks need to tell an answer from a gap."""

from __future__ import annotations


def attempted(*answers: object) -> bool:
    """True if every answer was filled in: none is still ``...`` or None.

    Parameters
    ----------
    *answers : object
        The values that the learner was asked for.
    """
    return not any(answer is ... or answer is None for answer in answers)
