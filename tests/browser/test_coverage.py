"""Every widget that the course shows is operated in a browser."""

from browser.lab import ROOT
from helpers import widgets


def test_every_widget_is_in_a_browser_test():
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "browser").glob("test_*.py"))
    shown = [name for name in widgets.__all__ if callable(getattr(widgets, name))]
    assert len(shown) >= 10
    assert not [name for name in shown if f"{name}(" not in tests]
