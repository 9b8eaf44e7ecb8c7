"""Make the notebooks from their text twins: the twins are written by people, the rest follows.

    python -m data_scripts.build_notebooks                 every notebook whose twin changed
    python -m data_scripts.build_notebooks --all           every notebook
    python -m data_scripts.build_notebooks 03 05           only these
    python -m data_scripts.build_notebooks --text-only     write twins, badges and README, run nothing

The quiz sheet is written from the question bank. For each twin in notebooks/paired/: the
bootstrap cell and the badge are written from pyproject.toml, an exercise is derived from its
solution, the notebook is executed on the sample profile, and its outputs are made small and free
of anything that depends on the machine.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import os
import re
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import jupytext
import nbformat
from PIL import Image

from data_scripts.run_course import client_for, is_meant
from helpers.quizzes import grading

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
TWINS = NOTEBOOKS / "paired"
SOLUTION = "_solution"

BOOTSTRAP = """\
import os, pathlib, subprocess, sys
clone = pathlib.Path("augmentation-course").resolve()
root = next((p for p in clone.parents if (p / "helpers" / "runtime.py").is_file()), clone)
if not (root / "helpers" / "runtime.py").is_file():  # it stands alone, as on Colab: fetch the course
    source = os.environ.get("COURSE_REPOSITORY", "https://github.com/{repository}")
    if source.endswith("OWNER/REPO"):
        raise RuntimeError("This copy does not say where it is published; get the whole course.")
    try:
        command = ["git", "clone", "-q", "--depth=1", "-b", "{branch}", source, str(root)]
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        reason = (getattr(problem, "stderr", "") or str(problem)).strip()
        raise RuntimeError(f"{{source}} could not be fetched to {{root}}: {{reason}}") from None
sys.path[:0] = [str(root)] * (str(root) not in sys.path)
print("Course files:", "fetched beside this notebook" if root == clone else "found around it")"""

STUB = "...  # your code"
WIDGET = "application/vnd.jupyter.widget-view+json"


def course() -> dict[str, str]:
    """``repository`` (OWNER/REPO) and ``branch``, from the one place that holds them."""
    with (ROOT / "pyproject.toml").open("rb") as stream:
        return tomllib.load(stream)["tool"]["course"]


def bootstrap() -> str:
    """The source of the bootstrap cell, the same in every notebook."""
    return BOOTSTRAP.format(**course())


def badge_address(name: str) -> str:
    """Address that opens the notebook `name` (with no ``.ipynb``) on Colab."""
    place = course()
    return (
        f"https://colab.research.google.com/github/{place['repository']}/blob/{place['branch']}/notebooks/{name}.ipynb"
    )


def with_badges(text: str) -> str:
    """`text` with every Colab address pointing at the published place."""
    pattern = r"https://colab\.research\.google\.com/github/[^)\s]*?/notebooks/(\w+)\.ipynb"
    return re.sub(pattern, lambda found: badge_address(found.group(1)), text)


def refresh(twin: str) -> str:
    """The text of a twin with today's bootstrap cell and badges."""
    cell = re.compile(r'(# %% tags=\[[^\]]*"bootstrap"[^\]]*\]\n)(.*?)(?=\n# %%|\Z)', re.DOTALL)
    return with_badges(cell.sub(lambda found: f"{found.group(1)}{bootstrap()}\n", twin))


def exercise_from(solution: str) -> str:
    """Derive the exercise from the text of its solution.

    Lines between ``# solution:`` and ``# end of solution`` become one line with a gap,
    indented like the marker; after ``# solution: NAME =`` the gap is what is assigned, after
    ``# solution: "KEY":,`` it is an entry of a dictionary. Cells tagged
    ``solution-only`` are left out, ``(solution)`` goes from the title.

    Raises
    ------
    ValueError
        If a marker is not closed.
    """
    out, inside = [], False
    for line in solution.splitlines():
        marker = re.match(r"(\s*)# solution:(.*)", line)
        if marker:
            indent, start = marker.group(1), marker.group(2).strip()
            comma = "," * start.endswith(",")
            out.append(f"{indent}{start.removesuffix(',')} ...{comma}  # your code" if start else f"{indent}{STUB}")
            inside = True
        elif line.strip() == "# end of solution":
            inside = False
        elif not inside:
            out.append(line)
    if inside:
        raise ValueError("A '# solution:' is not closed by '# end of solution'.")
    text = "\n".join(out) + "\n"
    text = re.sub(r'# %%[^\n]*"solution-only".*?(?=# %%|\Z)', "", text, flags=re.DOTALL)
    return text.replace(" (solution)", "")


def refresh_twins() -> list[Path]:
    """Write the derived twins, bootstrap cells and badges; return all twins in order."""
    for twin in sorted(TWINS.glob("*.py")):
        text = refresh(twin.read_text(encoding="utf-8"))
        _write(twin, text)
        if twin.stem.endswith(SOLUTION):
            name = twin.stem.removesuffix(SOLUTION)
            _write(TWINS / f"{name}.py", refresh(exercise_from(text).replace(twin.stem, name)))
    readme = ROOT / "README.md"
    _write(readme, with_badges(readme.read_text(encoding="utf-8")))
    _write(grading.BANK.with_name("README.md"), grading.sheet(grading.load()))
    return sorted(TWINS.glob("*.py"))


def _write(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")


def notebook_of(twin: Path) -> nbformat.NotebookNode:
    """The notebook that a twin describes, without outputs, with steady cell ids.

    The answers to a lesson's exercises stand in its twin; only a solution notebook shows them.
    """
    text = twin.read_text(encoding="utf-8")
    book = jupytext.reads(text if twin.stem.endswith(SOLUTION) else exercise_from(text), fmt="py:percent")
    book.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for number, cell in enumerate(book.cells):
        cell["id"] = f"{number:03d}-{hashlib.sha256(cell.source.encode()).hexdigest()[:8]}"
        cell.metadata = nbformat.from_dict({"tags": cell.metadata.get("tags", [])} if cell.metadata.get("tags") else {})
    book.nbformat_minor = 5
    return book


def execute(book: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Run `book` on the sample profile with seed 0, and normalise its outputs."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith("COURSE_") or key == "COURSE_DATA"}
    client_for(book, timeout=600).execute(env={**environ, "COURSE_PROGRESS": "off"})
    return normalise(book)


def normalise(book: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Drop what depends on the machine or the moment, and shrink pictures."""
    book.metadata["language_info"] = {"name": "python"}
    for cell in book.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [_small(output) for output in cell.outputs if output.get("name") != "stderr"]
    return book


def _small(output: nbformat.NotebookNode) -> nbformat.NotebookNode:
    # A widget cannot run in a file; without its view, the still picture beside it is what is shown.
    output.get("data", {}).pop(WIDGET, None)
    if "image/png" in output.get("data", {}):
        picture = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"]))).convert("RGB")
        buffer = io.BytesIO()
        picture.quantize(128).save(buffer, "PNG", optimize=True)
        output.data["image/png"] = base64.b64encode(buffer.getvalue()).decode()
    return output


def in_step(twin: Path, notebook: Path) -> bool:
    """True if a notebook holds the cells of its twin: kinds, sources, tags, ids."""

    def cells(book: nbformat.NotebookNode) -> list[tuple[str, str, str, list[str]]]:
        return [(cell.cell_type, cell.source, cell["id"], cell.metadata.get("tags", [])) for cell in book.cells]

    return notebook.is_file() and cells(notebook_of(twin)) == cells(nbformat.read(notebook, as_version=4))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NN", help="numbers, or beginnings of file names")
    parser.add_argument("--all", action="store_true", help="also those whose twin did not change")
    parser.add_argument("--text-only", action="store_true", help="run nothing")
    options = parser.parse_args(arguments)
    twins = refresh_twins()
    for name in options.names:
        if not any(is_meant(twin, name) for twin in twins):
            parser.error(f"No twin is meant by {name!r}; there are: {', '.join(twin.stem for twin in twins)}.")
    if options.text_only:
        return 0
    for twin in twins:
        notebook = NOTEBOOKS / f"{twin.stem}.ipynb"
        chosen = any(is_meant(twin, name) for name in options.names)
        if chosen or not options.names and (options.all or not in_step(twin, notebook)):
            print(f"{notebook.name} ...", end=" ", flush=True)
            nbformat.write(execute(notebook_of(twin)), notebook)
            print(f"{notebook.stat().st_size / 1000:.0f} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
