"""Run every notebook as Colab would, with "Run all" and nothing but the notebook file.

    python tests/colab/run_all.py [NN ...]

Each notebook is copied alone into an empty folder and runs there, in the environment of the Python that
runs this script; the bootstrap cell clones the course from this checkout's last commit. A stub makes
`import google.colab` work. Needs no network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def clone_source(folder: Path) -> Path:
    """A bare repository whose branch main is this checkout's last commit, as the published one will be."""
    bare = folder / "published.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", str(ROOT), str(bare)], check=True)
    head = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    subprocess.run(["git", "-C", str(bare), "update-ref", "refs/heads/main", head.stdout.strip()], check=True)
    return bare


def main() -> int:
    """Run the notebooks; the exit status is 1 if one failed."""
    wanted = tuple(sys.argv[1:]) or ("",)
    books = [path for path in sorted((ROOT / "notebooks").glob("*.ipynb")) if path.name.startswith(wanted)]
    failed = 0
    with tempfile.TemporaryDirectory(prefix="colab-") as name:
        work = Path(name)
        environ = {key: value for key, value in os.environ.items() if not key.startswith("COURSE_")}
        environ |= {
            "COURSE_REPOSITORY": clone_source(work).as_uri(),
            "COURSE_DATA": str(work / "data"),
            "PYTHONPATH": str(HERE),
        }
        for path in books:
            alone = work / path.stem
            alone.mkdir()
            shutil.copy(path, alone)
            book = nbformat.read(alone / path.name, as_version=4)
            started = time.perf_counter()
            client = NotebookClient(
                book,
                timeout=600,
                kernel_name="python3",
                extra_arguments=["--Application.log_level=ERROR"],
                resources={"metadata": {"path": alone}},
            )
            try:
                client.execute(env=environ)
                verdict = "ran to the end"
            except CellExecutionError as problem:
                verdict, failed = "FAILED\n" + str(problem), failed + 1
            print(f"{path.stem}: {time.perf_counter() - started:.0f} s, {verdict}", flush=True)
            print("   " + "; ".join(first_lines(book)), flush=True)
    print(f"{len(books) - failed} passed, {failed} failed")
    return 1 if failed or not books else 0


def first_lines(book: nbformat.NotebookNode) -> list[str]:
    """What the first two printing cells say: where the course came from, and which versions run."""
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    return [output.text.strip() for output in outputs if output.get("name") == "stdout"][:2]


if __name__ == "__main__":
    sys.exit(main())
