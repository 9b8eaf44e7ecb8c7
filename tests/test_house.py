"""The house of `helpers/`: rooms, floors and front doors."""

import ast
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HELPERS = ROOT / "helpers"
TWINS = sorted((ROOT / "notebooks" / "paired").glob("*.py"))
# A room may use those on lower floors, and nothing else.
FLOORS = (
    {"files", "runtime"},
    {"activations", "datasets", "plotting", "sample"},
    {"augmentation", "evidence"},
    {"training"},
    {"exercises", "quizzes"},
    {"widgets"},
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
FRONT_DOORS = sorted(path.parent.name for path in HELPERS.glob("*/__init__.py"))
MOST_LINES = 300
LONGER: set[str] = set()


def room_of(module: str) -> str:
    return module.split(".")[1]


def imports(path: Path) -> set[str]:
    """The modules of ours that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.startswith(("helpers.", "data_scripts", "tests"))}


def test_every_room_is_on_a_floor():
    rooms = {path.stem for path in HELPERS.glob("*.py")} | {path.parent.name for path in HELPERS.glob("*/*.py")}
    assert rooms - {"__init__", "helpers"} == set(FLOOR)


@pytest.mark.parametrize("room", sorted(FLOOR))
def test_a_room_uses_lower_floors_only(room):
    files = [HELPERS / f"{room}.py"] if (HELPERS / f"{room}.py").is_file() else (HELPERS / room).rglob("*.py")
    for path in files:
        for name in imports(path):
            assert name.startswith("helpers."), f"{path} imports {name}"
            other = room_of(name)
            assert other == room or FLOOR[other] < FLOOR[room], f"{path.relative_to(ROOT)} imports {name}"


def test_a_path_upwards_would_be_noticed(tmp_path):
    path = tmp_path / "low.py"
    path.write_text("def late():\n    from helpers.widgets import quiz\n    import helpers.training.resume\n")
    assert {room_of(name) for name in imports(path)} == {"widgets", "training"}


@pytest.mark.parametrize("twin", TWINS, ids=lambda path: path.stem)
def test_notebooks_come_in_by_the_front_doors(twin):
    for node in ast.walk(ast.parse(re.sub(r"^%.*$", "", twin.read_text(encoding="utf-8"), flags=re.MULTILINE))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("helpers"):
            assert node.module.count(".") <= 1, node.module
            offered = getattr(importlib.import_module(node.module), "__all__", FLOOR)
            assert {alias.name for alias in node.names} <= set(offered), node.module


@pytest.mark.parametrize("door", FRONT_DOORS)
def test_a_front_door_offers_what_notebooks_use_and_nothing_else(door):
    offered = importlib.import_module(f"helpers.{door}").__all__
    used = "\n".join(twin.read_text(encoding="utf-8") for twin in TWINS)
    assert sorted(offered) == list(offered)
    assert not [name for name in offered if not re.search(rf"\b{name}\b", used)]


def test_modules_are_short():
    long = {
        path.relative_to(HELPERS).as_posix()
        for path in HELPERS.rglob("*.py")
        if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES
    }
    assert long == LONGER
