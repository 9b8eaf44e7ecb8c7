import numpy as np

from data_scripts import benchmark_widgets as bench


def test_it_times_and_reports(capsys):
    assert bench.main(["--redraws", "3", "--epochs", "2"]) in (0, 1)
    printed = capsys.readouterr().out
    assert printed.count("explorer, one redraw") == 2 and "training monitor, share of an epoch" in printed


def test_a_median_above_its_limit_is_a_failure(monkeypatch, capsys):
    monkeypatch.setattr(bench, "redraws", lambda count, fill_mode: np.array([0.01, 0.2, 0.3]))
    monkeypatch.setattr(bench, "monitor_shares", lambda epochs: np.array([0.01]))
    assert bench.main([]) == 1
    monkeypatch.setattr(bench, "redraws", lambda count, fill_mode: np.array([0.01, 0.1, 0.9]))
    assert bench.main([]) == 0
    monkeypatch.setattr(bench, "monitor_shares", lambda epochs: np.array([0.01, 0.04, 0.05]))
    assert bench.main([]) == 1
