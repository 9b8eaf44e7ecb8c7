import json

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from data_scripts import run_course

CLAIM = (
    f"import os, sys\nsys.path.insert(0, {str(run_course.ROOT)!r})\n"
    "from helpers.evidence.claims import Claims\nc = Claims(cut_short=False)\n"
    "c.add('gap', float(os.environ['COURSE_SEED']), at_least=1, trained=True)\n"
    "c.add('photos', 4, equals=4)\nc.show()"
)


def book(folder, name, *sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / f"{name}.ipynb")
    return folder / f"{name}.ipynb"


def row(name, value, *, holds=True, bound=">= 0.5", over_seeds=False, note="", trained=True):
    return {
        "name": name,
        "measured": value,
        "bound": bound,
        "holds": holds,
        "trained": trained,
        "over_seeds": over_seeds,
        "note": note,
    }


def test_lessons_come_in_order_without_the_list_and_without_gaps(tmp_path):
    for name in ("00_lessons", "02_b", "01_a", "03_c", "03_c_solution"):
        book(tmp_path, name)
    assert [path.stem for path in run_course.lessons(folder=tmp_path)] == ["01_a", "02_b", "03_c_solution"]
    assert [path.stem for path in run_course.lessons(["03", "01"], tmp_path)] == ["01_a", "03_c_solution"]


def test_a_lesson_goes_by_its_number_with_or_without_the_zero(tmp_path):
    for name in ("01_a", "10_b", "11_c"):
        book(tmp_path, name)
    for wanted in ("1", "01", "01_a"):
        assert [path.stem for path in run_course.lessons([wanted], tmp_path)] == ["01_a"]


@pytest.mark.parametrize("wanted", ["07", "7", "0", "a", ""])
def test_an_unknown_lesson_lists_those_there_are(wanted, tmp_path):
    book(tmp_path, "01_a")
    with pytest.raises(ValueError, match=f"{wanted!r}.*01_a"):
        run_course.lessons([wanted], tmp_path)


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (CellTimeoutError("-----"), "not done after 7 s (in cell 2: second())"),
        (DeadKernelError("Kernel died"), "the kernel died (in cell 2: second())"),
        (
            CellExecutionError("traceback\n\x1b[31mValueError\x1b[0m: no", "ValueError", "no"),
            "ValueError: no (in cell 2",
        ),
    ],
)
def test_the_cell_that_broke_is_named(problem, said, tmp_path, monkeypatch):
    class Client:
        def __init__(self, book, *, timeout):
            self.book = book

        def execute(self, env):
            for cell in self.book.cells[:2]:
                cell.metadata["execution"] = {"iopub.execute_input": "now"}
            raise problem

    monkeypatch.setattr(run_course, "client_for", Client)
    path = book(tmp_path, "01_a", "first()", "second()\nmore()", "third()")
    result = run_course.run(path, tmp_path / "out", environ={}, timeout=7)
    assert not result["ok"] and result["error"].startswith(said)


def test_a_lesson_hands_on_its_claims_and_its_executed_copy(tmp_path):
    import os

    result = run_course.run(
        book(tmp_path, "01_a", CLAIM), tmp_path / "out", environ={**os.environ, "COURSE_SEED": "2"}, timeout=60
    )
    assert result["ok"] and result["error"] is None and result["seconds"] > 0
    assert [(claim["name"], claim["measured"], claim["holds"]) for claim in result["claims"]] == [
        ("gap", 2, True),
        ("photos", 4, True),
    ]
    assert nbformat.read(tmp_path / "out" / "01_a.ipynb", 4).cells[0].execution_count == 1


def test_a_broken_claim_fails_the_lesson_and_is_kept(tmp_path):
    import os

    result = run_course.run(
        book(tmp_path, "01_a", CLAIM), tmp_path / "out", environ={**os.environ, "COURSE_SEED": "0"}, timeout=60
    )
    assert not result["ok"] and "gap" in result["error"]
    assert [claim["holds"] for claim in result["claims"]] == [False, True]


def test_a_lesson_that_breaks_is_named_and_the_next_one_runs(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(
        run_course, "lessons", lambda wanted: [book(tmp_path, "01_a", "1 / 0"), book(tmp_path, "02_b", "1")]
    )
    monkeypatch.delenv("COURSE_PROFILE", raising=False)
    assert run_course.main(["--out", str(tmp_path / "out")]) == 1
    printed = capsys.readouterr().out
    assert "ZeroDivisionError" in printed and "Failed: 01_a" in printed and "1 of 2 lessons passed" in printed
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert [(lesson["lesson"], lesson["ok"]) for lesson in summary["lessons"]] == [("01_a", False), ("02_b", True)]


def test_a_bad_profile_is_one_clear_line(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_PROFILE", "real")
    with pytest.raises(SystemExit) as caught:
        run_course.main([])
    assert caught.value.code == 2
    assert "COURSE_PROFILE is 'real'" in capsys.readouterr().err


def test_seeds_are_put_side_by_side_and_judged_one_by_one():
    results = {
        seed: [{"lesson": "01_a", "claims": [row("gap", value, holds=value >= 0.5)]}]
        for seed, value in ((0, 0.6), (1, 0.4))
    }
    (line,) = run_course.over_seeds(results)
    assert (line["seeds"], line["measured"], line["holds"]) == ([0, 1], [0.6, 0.4], False)


def test_a_claim_over_seeds_is_judged_by_its_mean():
    results = {
        seed: [{"lesson": "01_a", "claims": [row("ratio", value, holds=None, bound="<= 0.5", over_seeds=True)]}]
        for seed, value in ((0, 0.6), (1, 0.3))
    }
    (line,) = run_course.over_seeds(results)
    assert line["holds"] is True and line["bound"] == "mean <= 0.5"


def test_cut_claims_stay_unjudged_and_untrained_ones_are_left_out():
    results = {
        0: [
            {
                "lesson": "01_a",
                "claims": [
                    row("gap", 0.9, holds=None, note="not judged: COURSE_EPOCHS cut the training short"),
                    row(
                        "ratio",
                        0.1,
                        holds=None,
                        bound="<= 0.5",
                        over_seeds=True,
                        note="not judged: COURSE_EPOCHS cut the training short",
                    ),
                    row("photos", 4, trained=False),
                ],
            }
        ]
    }
    assert [(line["name"], line["holds"]) for line in run_course.over_seeds(results)] == [
        ("gap", None),
        ("ratio", None),
    ]


AFTER = (
    f"import sys; sys.path.insert(0, {str(run_course.ROOT)!r})\n"
    "from helpers.evidence.claims import Claims; claims = Claims(cut_short=False)"
)


def test_a_lesson_that_breaks_after_its_claims_is_no_good_run(tmp_path, capsys, monkeypatch):
    shown = f"{AFTER}; claims.add('gap', 1, at_least=0, trained=True); claims.show()"
    monkeypatch.setattr(run_course, "lessons", lambda wanted: [book(tmp_path, "01_a", shown, "1 / 0")])
    monkeypatch.delenv("COURSE_PROFILE", raising=False)
    assert run_course.main(["--seeds", "0", "--out", str(tmp_path / "out")]) == 1
    printed = capsys.readouterr().out
    assert "1 of 1 claims hold on 1 seeds, and 1 of 1 runs did not end: nothing is proven." in printed
    assert "Not to its end: 01_a, seed 0: ZeroDivisionError: division by zero" in printed


def test_seeds_of_lessons_that_claim_nothing_trained_are_refused(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(run_course, "lessons", lambda wanted: [book(tmp_path, "01_a", "1")])
    with pytest.raises(SystemExit) as caught:
        run_course.main(["--seeds", "0"])
    assert caught.value.code == 2 and "No claim of 01_a rests on a training" in capsys.readouterr().err


def test_claims_that_are_no_numbers_are_judged_and_summed_up(tmp_path, capsys, monkeypatch):
    added = "".join(f"claims.add({value!r}, float({value!r}), at_most=0.1, trained=True); " for value in ("nan", "inf"))
    monkeypatch.setattr(
        run_course, "lessons", lambda wanted: [book(tmp_path, "01_a", f"{AFTER}; {added}claims.show()")]
    )
    monkeypatch.delenv("COURSE_PROFILE", raising=False)
    assert run_course.main(["--seeds", "0", "--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().out.count("DOES NOT HOLD") == 2
    assert [row["holds"] for row in json.loads((tmp_path / "out" / "claims.json").read_text())] == [False, False]


def ended(lesson, **more):
    return {"lesson": lesson, "seconds": 1.0, "ok": True, "error": None, "claims": [row("gap", 0.6)], **more}


@pytest.fixture
def two_lessons(tmp_path, monkeypatch):
    books = [tmp_path / "01_a.ipynb", tmp_path / "02_b.ipynb"]
    for path in books:
        path.write_text("trained=True", encoding="utf-8")
    monkeypatch.setattr(run_course, "lessons", lambda wanted: books)
    monkeypatch.delenv("COURSE_PROFILE", raising=False)
    return books


def test_lessons_share_the_cores_and_each_seed_has_a_folder_of_its_own(two_lessons, tmp_path, monkeypatch):
    asked = []

    def run(path, out, *, environ, timeout):
        asked.append((path.stem, out.name, environ["COURSE_SEED"], environ.get("OMP_NUM_THREADS")))
        return ended(path.stem)

    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(run_course, "run", run)
    assert run_course.main(["--seeds", "3", "5", "--jobs", "2", "--out", str(tmp_path / "out")]) == 0
    assert sorted(asked) == [(lesson, f"seed{seed}", f"{seed}", "1") for lesson in ("01_a", "02_b") for seed in (3, 5)]
    asked.clear()
    assert run_course.main(["--jobs", "1", "--out", str(tmp_path / "out")]) == 0
    assert asked == [("01_a", "out", "0", None), ("02_b", "out", "0", None)]


@pytest.mark.parametrize("seeds", [[], ["--seeds", "0"]])
def test_what_ended_before_an_interrupt_is_kept_and_printed_and_is_no_good_run(
    seeds, two_lessons, tmp_path, capsys, monkeypatch
):
    def run(path, out, *, environ, timeout):
        if path.stem == "02_b":
            raise KeyboardInterrupt
        return ended(path.stem)

    monkeypatch.setattr(run_course, "run", run)
    assert run_course.main([*seeds, "--jobs", "1", "--out", str(tmp_path / "out")]) == 1
    printed = capsys.readouterr().out
    assert "Stopped: 1 of 2 runs had ended." in printed and "gap" in printed
    assert ("nothing is proven" if seeds else "1 of 2 lessons passed") in printed
    kept = json.loads((tmp_path / "out" / ("claims.json" if seeds else "summary.json")).read_text())
    assert [found["lesson"] for found in (kept if seeds else kept["lessons"])] == ["01_a"]


def test_no_jobs_at_all_is_refused(two_lessons, capsys):
    with pytest.raises(SystemExit):
        run_course.main(["--jobs", "0"])
    assert "--jobs is 0; expected at least 1" in capsys.readouterr().err
