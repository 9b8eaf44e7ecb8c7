"""Every widget that the course shows is operated in a browser."""

import ast

from browser.lab import ROOT

PARTS_OF_OTHERS = {"__init__", "shell", "picture_box"}


def test_every_widget_is_in_a_browser_test():
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "browser").glob("test_*.py"))
    shown = set()
    for path in (ROOT / "helpers" / "widgets").glob("*.py"):
        if path.stem not in PARTS_OF_OTHERS:
            functions = [node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)]
            makers = {node.name.removeprefix("make_") for node in functions if node.name.startswith("make_")}
            shown |= makers & {node.name for node in functions} or {path.stem}
    assert len(shown) >= 7
    assert not [name for name in sorted(shown) if f"{name}(" not in tests and f"widgets.{name} import" not in tests]
