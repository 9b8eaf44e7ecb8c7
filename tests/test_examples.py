"""The examples in the docstrings of `helpers/` are run."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
WITH_EXAMPLES = sorted(path for path in (ROOT / "helpers").rglob("*.py") if ">>> " in path.read_text(encoding="utf-8"))


def module_of(path):
    return importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_examples_are_true(path):
    result = doctest.testmod(module_of(path), optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert result.attempted and not result.failed


def test_the_most_used_functions_have_an_example():
    finder = doctest.DocTestFinder()
    found = [test.name for path in WITH_EXAMPLES for test in finder.find(module_of(path)) if test.examples]
    assert len(found) >= 10, found
