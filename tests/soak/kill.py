"""Kill trainings of every kind at random moments, start them again, and compare their ends with one never killed.

    python -m tests.soak.kill                    twenty kills of each kind; about half an hour
    python -m tests.soak.kill --kills 2          fewer

One kill in four comes in the midst of saving. What must be equal, to the last digit: every epoch's numbers, weights
and optimizer, and the next random number of Python, NumPy, Keras and TensorFlow.
"""

import argparse
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from tests.soak import trainings

PROGRAM = Path(trainings.__file__)
LENGTH = 0.3  # seconds, more than an epoch but the first takes
SAVES = 2 * trainings.EPOCHS - 1  # times that an undisturbed training writes: at its beginning, then curve and state


def start(kind, data, out, *more):
    """A training in a process of its own, as it comes to its `fit`."""
    arguments = [sys.executable, "-u", PROGRAM, kind, data, out, *more]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    wait_for(process, "ready")
    return process


def wait_for(process, words):
    """Read what a process prints until a line begins with `words`, or it ends."""
    while (line := process.stdout.readline()) and not line.startswith(words):
        pass


def finish(kind, data, out):
    """Train to the end; what there is at the end, and what was printed."""
    process = start(kind, data, out)
    printed = process.communicate()[0]
    if process.returncode:
        raise RuntimeError(f"{kind} ended with {process.returncode}: {printed}")
    with np.load(out / "end.npz") as file:
        return dict(file), printed


def equal(one, other):
    """Whether two ends are the same, every digit."""
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def kill_once(kind, data, whole, seed):
    """One training, killed at a random moment and started again: (in the midst of saving, epoch gone on from, same)."""
    rng = random.Random(f"{kind} {seed}")
    with tempfile.TemporaryDirectory() as place:
        out = Path(place)
        saving = rng.random() < 0.25
        if saving:
            process = start(kind, data, out, "--die", str(rng.randint(1, SAVES)))
        else:
            process = start(kind, data, out)
            for epoch in range(1, rng.randint(1, len(whole["h loss"]))):  # the first one takes longest, by far
                wait_for(process, f"epoch{epoch:4d} of ")
            time.sleep(rng.uniform(0, LENGTH))
            process.send_signal(signal.SIGKILL)
        process.communicate()
        killed = process.returncode == -signal.SIGKILL
        (out / "end.npz").unlink(missing_ok=True)
        end, printed = finish(kind, data, out)
        found = re.search(r"goes on after epoch (\d+)", printed)
        return killed, saving, int(found.group(1)) if found else 0, equal(end, whole)


def main():
    """Run the command line; the exit status is 1 if an end differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20, help="of each kind, by default 20")
    options = parser.parse_args()
    os.environ["TF_NUM_INTRAOP_THREADS"] = "1"  # two at a time, and the same sums everywhere
    different = 0
    print(f"{'training':<62} kills  saving  gone on from epoch          equal")
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(2) as pool:
        data = Path(place)
        for kind in trainings.KINDS:
            with tempfile.TemporaryDirectory() as out:
                whole, _ = finish(kind, data, Path(out))
            tries = [pool.submit(kill_once, kind, data, whole, seed) for seed in range(options.kills)]
            results = [result for result in (one.result() for one in tries) if result[0]]
            epochs = [epoch for _, _, epoch, _ in results]
            counts = " ".join(f"{epoch}:{epochs.count(epoch)}" for epoch in sorted(set(epochs)))
            same = sum(result[3] for result in results)
            different += len(results) - same + (max(epochs, default=0) == 0)  # kills that hit nothing prove nothing
            saving = sum(result[1] for result in results)
            print(f"{kind:<62} {len(results):>5}  {saving:>6}  {counts:<26} {same} of {len(results)}", flush=True)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
