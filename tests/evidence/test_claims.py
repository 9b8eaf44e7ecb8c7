import nbformat
import numpy as np
import pytest

from helpers.evidence import claims as checkpoints
from helpers.evidence.claims import Claims


def shown(claims):
    """The claims as the notebook's output hands them on, whether they hold or not."""
    return {claim.name: claim for claim in claims._claims}


@pytest.mark.parametrize(
    ("measured", "bound", "holds"),
    [
        (0.15, {"at_least": 0.15}, True),
        (0.149, {"at_least": 0.15}, False),
        (0.06, {"at_most": 0.06}, True),
        (0.061, {"at_most": 0.06}, False),
        (2000, {"equals": 2000}, True),
        (1999, {"equals": 2000}, False),
        (3_453_121, {"equals": 3_453_121}, True),
        (3_453_120, {"equals": 3_453_121}, False),
    ],
)
def test_bounds_are_judged(measured, bound, holds):
    claims = Claims(cut_short=False)
    claims.add("it", measured, **bound)
    assert shown(claims)["it"].holds is holds


def test_a_broken_claim_fails_the_cell_and_is_named():
    claims = Claims(cut_short=False)
    claims.add("gap", 0.1, at_least=0.15)
    claims.add("photos", 400, equals=400)
    with pytest.raises(AssertionError, match="gap: measured 0.1, claimed >= 0.15") as caught:
        claims.show()
    assert "photos" not in str(caught.value)


def test_a_cut_training_is_never_judged_but_counts_are():
    claims = Claims(cut_short=True)
    claims.add("gap", 0.9, at_least=0.15, trained=True)
    claims.add("photos", 400, equals=400)
    assert shown(claims)["gap"].holds is None
    assert "COURSE_EPOCHS" in shown(claims)["gap"].note
    assert shown(claims)["photos"].holds is True


def test_claims_over_seeds_are_left_to_make_claims():
    claims = Claims(cut_short=False)
    claims.add("ratio", 0.7, at_most=0.5, trained=True, over_seeds=True)
    claims.show()
    assert shown(claims)["ratio"].holds is None


def test_a_value_without_a_bound_is_reported():
    claims = Claims(cut_short=False)
    claims.add("swing", 0.2)
    claims.show()
    assert (shown(claims)["swing"].bound, shown(claims)["swing"].holds) == ("", None)


def test_misuse_is_refused():
    claims = Claims(cut_short=False)
    claims.add("gap", 0.1)
    with pytest.raises(ValueError, match="added before"):
        claims.add("gap", 0.2)
    with pytest.raises(ValueError, match="2 bounds"):
        claims.add("other", 0.2, at_least=0.1, at_most=0.3)


def test_an_undefined_value_never_holds():
    claims = Claims(cut_short=False)
    claims.add("gap", float("nan"), at_least=0.15)
    assert shown(claims)["gap"].holds is False
    with pytest.raises(AssertionError, match="nan"):
        claims.show()


def test_the_table_lines_up_and_gives_verdicts():
    rows = [
        {"name": "gap", "measured": 0.2, "bound": ">= 0.15", "holds": True, "note": ""},
        {"name": "training photos", "measured": 2000.0, "bound": "= 2000", "holds": False, "note": ""},
        {"name": "swing", "measured": 0.123456, "bound": "", "holds": None, "note": ""},
    ]
    lines = checkpoints.as_table(rows).splitlines()
    assert len(lines) == 4
    assert lines[1].split()[-1] == "holds" and "DOES NOT HOLD" in lines[2] and lines[3].split()[-1] == "reported"
    assert "2000 " in lines[2] and "0.1235" in lines[3]


def test_claims_travel_in_the_notebook():
    """What `show` displays is what `read` finds, through a real kernel."""
    from nbclient import NotebookClient

    source = (
        "from helpers.evidence.claims import Claims\nc = Claims(cut_short=False)\n"
        "c.add('photos', 400, equals=400)\nc.add('gap', .1, at_least=.15)\nc.show()"
    )
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(book, kernel_name="python3", allow_errors=True).execute()
    assert [(claim["name"], claim["holds"]) for claim in checkpoints.read(book)] == [("photos", True), ("gap", False)]
    assert any(output.output_type == "error" for output in book.cells[0].outputs)


@pytest.mark.parametrize("value", [1 / 3, 0.1 + 0.2, 2**0.5 * 1e-7, 1e15 + 1, 2000])
def test_a_bound_is_kept_with_all_its_digits(value):
    claims = Claims(cut_short=False)
    claims.add("x", value, equals=value)
    claims.add("y", value, at_least=value)
    claims.add("z", value, at_most=value)
    claims.show()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_measurement_that_is_no_number_is_shown_and_holds_nothing(value, capsys):
    claims = Claims(cut_short=False)
    claims.add("reported", value)
    claims.show()
    claims.add("x", value, equals=1)
    with pytest.raises(AssertionError, match="x: measured"):
        claims.show()


def test_a_claim_that_json_made_none_is_read_as_nan():
    claim = {"name": "x", "measured": None, "bound": ">= 1", "holds": False, "note": ""}
    book = {"cells": [{"outputs": [{"data": {checkpoints.MIME: [claim]}}]}]}
    (found,) = checkpoints.read(book)
    assert np.isnan(found["measured"]) and "nan" in checkpoints.as_table([found])
