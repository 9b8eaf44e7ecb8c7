"""Every widget that the course shows is operated in a browser."""

import ast
import re

from browser.lab import ROOT


def test_every_widget_is_in_a_browser_test():
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "browser").glob("test_*.py"))
    shown = set()
    for path in (ROOT / "notebooks" / "paired").glob("*.py"):
        for names in re.findall(r"^from helpers\.widgets\.\w+ import (.+)$", path.read_text(encoding="utf-8"), re.M):
            shown |= set(names.split(", "))
    for path in (ROOT / "helpers" / "widgets").glob("*.py"):
        functions = {node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)}
        shown |= {name for name in functions if f"make_{name}" in functions}
    assert len(shown) >= 9
    assert not [name for name in sorted(shown) if f"{name}(" not in tests]
