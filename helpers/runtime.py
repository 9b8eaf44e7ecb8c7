"""Settings from the environment, versions, seeds: the same first step for every notebook."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

COURSE = Path(__file__).resolve().parents[1]
PROFILES = ("sample", "full")
OFFER = (
    "There is a GPU, so the real photos at the course's settings are within reach. For them, run\n"
    "    %env COURSE_PROFILE=full\n"
    "in a new cell above this one, then restart the kernel and run all cells."
)


@dataclass(frozen=True)
class Settings:
    """How the course is to run, as read from the ``COURSE_*`` environment variables.

    Attributes
    ----------
    profile : str
        ``'sample'`` (drawn photos, quick) or ``'full'`` (real photos, the course's settings).
    epochs_cap : int or None
        The most epochs any training may take (``COURSE_EPOCHS``); None: no cap.
    data : pathlib.Path
        Folder for downloads and drawn photos (``COURSE_DATA``; a relative one counts from the course's folder).
    mirror : str or None
        URL or folder that holds the archives (``COURSE_MIRROR``).
    seed : int
        Seed of every training and drawing (``COURSE_SEED``).
    """

    profile: str = "sample"
    epochs_cap: int | None = None
    data: Path = Path()
    mirror: str | None = None
    seed: int = 0

    @property
    def full(self) -> bool:
        """True on the real photos at the course's settings."""
        return self.profile == "full"

    @property
    def runs(self) -> Path:
        """Folder for the curves of the trainings on this profile."""
        return self.data / "runs" / self.profile

    def describe(self, *, sample: str, full: str) -> str:
        """Say which profile a notebook runs, and what the other would do and cost.

        Parameters
        ----------
        sample, full : str
            What the notebook does on each profile, with its cost.
        """
        now, other, name = (full, sample, "sample") if self.full else (sample, full, "full")
        return f"Now, on the {self.profile} profile: {now}\nWith COURSE_PROFILE={name}: {other}"

    def epochs(self, wanted: int) -> int:
        """The number of epochs to train for: `wanted`, or the cap if that is smaller."""
        return wanted if self.epochs_cap is None else min(wanted, self.epochs_cap)

    def cuts(self, wanted: int) -> bool:
        """True if the cap ends a training of `wanted` epochs early."""
        return self.epochs(wanted) < wanted


def settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the ``COURSE_*`` variables.

    Parameters
    ----------
    environ : mapping of str to str, optional
        Where to read them from; by default ``os.environ``.

    Returns
    -------
    Settings

    Raises
    ------
    ValueError
        If a variable holds something that is not understood; the message names the
        variable, its value, and what was expected.
    """
    environ = os.environ if environ is None else environ
    profile = environ.get("COURSE_PROFILE") or "sample"
    if profile not in PROFILES:
        raise ValueError(
            f"COURSE_PROFILE is {profile!r}; expected 'sample' (drawn photos, minutes) "
            "or 'full' (real photos, the course's settings). Set it to one of the two, or unset it."
        )
    data = environ.get("COURSE_DATA")
    return Settings(
        profile=profile,
        epochs_cap=_whole_number(environ, "COURSE_EPOCHS", least=1),
        # A relative folder counts from the course's own, so that it is one for commands and for kernels.
        data=(COURSE / Path(data).expanduser()).resolve() if data else _cache_folder(),
        mirror=environ.get("COURSE_MIRROR") or None,
        seed=_whole_number(environ, "COURSE_SEED", least=0) or 0,
    )


def _whole_number(environ: Mapping[str, str], name: str, least: int) -> int | None:
    text = environ.get(name)
    if not text:
        return None
    try:
        value = int(text)
    except ValueError:
        value = least - 1
    if value < least:
        raise ValueError(f"{name} is {text!r}; expected a whole number of at least {least}. Change it or unset it.")
    return value


def _cache_folder() -> Path:
    """The user's cache folder for this course, by the custom of each system."""
    import pooch

    return Path(pooch.os_cache("image-augmentation-course"))


def start(environ: Mapping[str, str] | None = None) -> Settings:
    """Quieten TensorFlow's start-up lines, print versions and settings, return the settings.

    Call it before TensorFlow is imported. What it prints holds no path, so that a notebook
    reads the same on every machine.
    """
    chosen = settings(environ)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Keras 3.15 says so at every `fit` on a Dataset, for shuffle=True is its default.
    warnings.filterwarnings("ignore", message="`shuffle=True` was passed, but will be ignored")
    with _muted_stderr():
        import keras
        import tensorflow as tf

        gpu = bool(tf.config.list_physical_devices("GPU"))

    cap = "" if chosen.epochs_cap is None else f", every training cut to {chosen.epochs_cap} epochs"
    device = "GPU" if gpu else "CPU"
    print(
        f"Python {platform.python_version()}, TensorFlow {tf.__version__}, Keras {keras.__version__}, {device}; "
        f"profile '{chosen.profile}', seed {chosen.seed}{cap}"
    )
    if gpu and not chosen.full:
        print(OFFER)
    return chosen


@contextlib.contextmanager
def _muted_stderr() -> Iterator[None]:
    """Drop what compiled code writes to standard error.

    TensorFlow's first lines come before its log level holds, carry the time of day, and
    would stand at the top of every notebook. Python errors are not affected.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def set_seed(seed: int) -> None:
    """Seed Python, NumPy and Keras, so that a training on the same CPU repeats exactly.

    ``ImageDataGenerator`` draws from NumPy's global stream, so it is covered as well.

    Parameters
    ----------
    seed : int
        At least 0.
    """
    import keras

    keras.utils.set_random_seed(seed)
    # What unseeded draws are made from; Keras before 3.13 leaves that as it was.
    keras.src.backend.common.global_state.set_global_attribute("global_seed_generator", None)


def versions() -> dict[str, str]:
    """Versions and machine, for the provenance of a recorded run."""
    import keras
    import numpy as np
    import tensorflow as tf

    return {
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "backend": keras.config.backend(),
        "numpy": np.__version__,
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": str(os.cpu_count()),
    }


def _processor() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"
