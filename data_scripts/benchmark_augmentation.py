"""Race the fast augmentation against ImageDataGenerator and Keras' own layers, and check that it draws the same.

python -m data_scripts.benchmark_augmentation [--photos FOLDER] [--rounds N] [--out FILE]

All contenders run in one process, one after the other in every round, and are compared by images per second of
processor time, so that a busy machine does not matter. A ratio is that of two figures of one round; the median
over the rounds is what counts. Without a folder of photos (one folder per class), the real cats and dogs are
taken if they have been downloaded, else drawn ones.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np

from helpers import runtime
from helpers.augmentation import generator_settings
from helpers.datasets import registry
from helpers.sample import sets

SIDE, BATCH = 150, 20
LESSON = generator_settings.LESSON.keywords()
FOUR, FIVE = "four layers", "five layers"
# Key of bench.json: the part, and whose rate is divided by whose.
RATIOS = {
    "kernel_vs_generator": ("kernel", "ours, batch 20", "ImageDataGenerator"),
    "kernel_vs_four_layers": ("kernel", "ours, batch 20", FOUR),
    "files_vs_generator": ("files", "ours, later epochs", "flow_from_directory"),
    "first_epoch_vs_generator": ("files", "ours, first epoch", "flow_from_directory"),
    # Cost of an augmented epoch: images per second the other way round.
    "epoch_vs_plain": ("epoch", "plain, cached", "ours, cached"),
}


def rate(work: Callable[[], object], images: int) -> float:
    """Images per second of this process's processor time."""
    started = time.process_time()
    work()
    return images / (time.process_time() - started)


def fidelity(photos: np.ndarray, seed: int = 0) -> dict[str, float]:
    """Largest difference to the generator, images in 0-1: for every fill mode, on square and other photos.

    Parameters
    ----------
    photos : numpy.ndarray
        uint8 (photos, side, side, 3).
    seed : int
        Of the draws.
    """
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    from helpers.augmentation.random_transform import RandomTransform
    from helpers.augmentation.transforms import FILL_MODES

    np.random.seed(seed)
    found = {}
    for shape, images in {"square": photos, "not square": photos[:, : photos.shape[1] * 2 // 3]}.items():
        for fill_mode in FILL_MODES:
            # Shear and vertical flips as well, which the lesson's settings hardly show.
            settings = LESSON | dict(shear_range=20, vertical_flip=True, fill_mode=fill_mode, rescale=1 / 255)
            generator = ImageDataGenerator(**settings)
            drawn = [generator.get_random_transform(image.shape) for image in images]
            pairs = zip(images, drawn, strict=True)
            expected = [generator.standardize(generator.apply_transform(p.astype("float32"), d)) for p, d in pairs]
            columns = {
                name: np.array([d[name] for d in drawn]) for name, value in drawn[0].items() if value is not None
            }
            columns |= {name: columns[name].astype(bool) for name in ("flip_horizontal", "flip_vertical")}
            made = RandomTransform.from_generator(generator, swap_axes=True).apply(images, columns)
            found[f"{shape}, {fill_mode}"] = float(np.abs(made - np.stack(expected)).max())
    return found


def distributions(draws: int, seed: int = 0) -> dict[str, float]:
    """p-value of the two-sample Kolmogorov-Smirnov test for every drawn parameter against the generator's."""
    from scipy import stats
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    from helpers.augmentation.random_transform import RandomTransform

    more = dict(shear_range=20, vertical_flip=True, channel_shift_range=50.0, brightness_range=(0.5, 1.5))
    generator = ImageDataGenerator(**LESSON | more)
    np.random.seed(seed)
    expected = [generator.get_random_transform((SIDE, SIDE, 3)) for _ in range(draws)]
    drawn = RandomTransform.from_generator(generator).draw((seed, 1), draws, SIDE, SIDE)
    return {
        name: float(
            stats.ks_2samp(np.array(values, float), [float(one[name]) for one in expected], method="asymp").pvalue
        )
        for name, values in drawn.items()
    }


def stock_layers(count: int) -> object:
    """The lesson's augmentation from four or five layers of Keras, and the rescaling."""
    from keras import Sequential, layers

    fill = {"fill_mode": "nearest"}
    stack = [
        layers.RandomFlip("horizontal"),
        layers.RandomRotation(40 / 360, **fill),
        layers.RandomTranslation(0.2, 0.2, **fill),
        layers.RandomZoom((-0.2, 0.2), (-0.2, 0.2), **fill),
    ]
    if count == 5:
        stack.append(layers.RandomShear(0.0035, 0.0035, **fill))  # tan 0.2 degrees
    return Sequential([*stack, layers.Rescaling(1 / 255)])


def kernel_contenders(photos: np.ndarray) -> dict[str, tuple[Callable[[], object], int]]:
    """Augmentation of decoded batches: each contender's work and the number of images in it."""
    import tensorflow as tf
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    from helpers.augmentation.random_transform import RandomTransform

    batch, hundred = tf.constant(photos[:BATCH]), tf.constant(np.resize(photos, (100, *photos.shape[1:])))
    generator, layer = ImageDataGenerator(**LESSON, rescale=1 / 255), RandomTransform(**LESSON, rescale=1 / 255, seed=0)

    def by_generator() -> None:
        for photo in photos[:BATCH]:
            generator.standardize(generator.random_transform(photo.astype("float32")))

    def repeated(work: Callable[[], object], times: int) -> Callable[[], object]:
        return lambda: [work() for _ in range(times)]

    def mapped(augment: Callable, times: int) -> Callable[[], object]:
        dataset = tf.data.Dataset.from_tensors(batch).repeat(times).map(lambda x: augment(x, training=True))
        return lambda: [None for _ in dataset]

    ours = tf.function(lambda images: layer(images, training=True))
    found = {
        "ImageDataGenerator": (repeated(by_generator, 10), 10 * BATCH),
        "ours, batch 20": (repeated(lambda: ours(batch), 100), 100 * BATCH),
        "ours, batch 100": (repeated(lambda: ours(hundred), 20), 2000),
        "ours, in map": (mapped(layer, 100), 100 * BATCH),
    }
    for name, count in ((FOUR, 4), (FIVE, 5)):
        stack = stock_layers(count)
        as_layers = tf.function(lambda images, stack=stack: stack(images, training=True))
        found[name] = (repeated(lambda as_layers=as_layers: as_layers(batch), 10), 10 * BATCH)
        found[f"{name}, in map"] = (mapped(stack, 10), 10 * BATCH)
    for name, work in optional_contenders(photos[:BATCH]).items():
        found[name] = (repeated(work, 40), 40 * BATCH)
    return found


def optional_contenders(photos: np.ndarray) -> dict[str, Callable[[], object]]:
    """What other libraries do, where they are installed; each works on one thread."""
    found = {}
    try:
        import cv2

        from helpers.augmentation.random_transform import RandomTransform

        cv2.setNumThreads(1)
        layer, rng = RandomTransform(**LESSON), np.random.default_rng(0)
        size = dict(flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)
        drawn = layer.draw((0, 1), len(photos), SIDE, SIDE)
        # OpenCV counts columns before rows. The matrices are made beforehand: this is the warping alone.
        matrices = layer._matrices(drawn, len(photos), SIDE, SIDE).numpy()[:, ::-1][:, :, [1, 0, 2]]

        def warp() -> None:
            for photo, matrix in zip(photos, matrices, strict=True):
                warped = cv2.warpAffine(photo.astype("float32"), matrix, (SIDE, SIDE), **size)
                (cv2.flip(warped, 1) if rng.random() < 0.5 else warped) * np.float32(1 / 255)

        found["cv2.warpAffine, float32"] = warp
    except ImportError:
        pass
    try:
        import albumentations

        affine = dict(scale=(0.8, 1.2), keep_ratio=False, rotate=(-40, 40), shear=(-0.2, 0.2), p=1)
        pipeline = albumentations.Compose(
            [
                albumentations.Affine(**affine, translate_percent=(-0.2, 0.2), border_mode=1),
                albumentations.HorizontalFlip(p=0.5),
            ]
        )
        found["albumentations, uint8"] = lambda: [pipeline(image=photo)["image"] for photo in photos]
    except ImportError:
        pass
    return found


def files_round(folder: Path, images: int) -> dict[str, float]:
    """From files to augmented batches of 20, a whole epoch each."""
    import keras
    import tensorflow as tf
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    from helpers.augmentation import photo_cache, resampling
    from helpers.augmentation.random_transform import RandomTransform

    flow = ImageDataGenerator(**LESSON, rescale=1 / 255).flow_from_directory(
        folder, target_size=(SIDE, SIDE), batch_size=BATCH, class_mode="binary"
    )
    stack = stock_layers(4)
    decoded = keras.utils.image_dataset_from_directory(
        folder, label_mode="binary", image_size=(SIDE, SIDE), batch_size=BATCH, interpolation="nearest", verbose=False
    ).map(lambda x, y: (stack(x, training=True), y), num_parallel_calls=tf.data.AUTOTUNE)
    resampling._compiled_gather.cache_clear()  # compiling is part of the first epoch
    batches: list[tf.data.Dataset] = []
    place = tempfile.TemporaryDirectory()  # so that a large set is decoded anew as well

    def first_epoch() -> None:
        photos = photo_cache.cache_photos(folder, (SIDE, SIDE), cache_folder=Path(place.name))
        batches.append(photos.batches(BATCH, RandomTransform(**LESSON, rescale=1 / 255)))
        later_epoch()

    def later_epoch() -> None:
        for _ in batches[0]:
            pass

    rates = {
        "flow_from_directory": rate(lambda: [flow[i] for i in range(len(flow))], images),
        "decoded every epoch, four layers": rate(lambda: [None for _ in decoded], images),
        "ours, first epoch": rate(first_epoch, images),
        "ours, later epochs": rate(later_epoch, images),
    }
    place.cleanup()
    return rates


def lesson_network() -> object:
    """The network of lesson 3 at the course's settings."""
    import keras
    from keras import layers

    network = keras.Sequential([keras.Input((SIDE, SIDE, 3))])
    for filters in (32, 64, 128, 128):
        network.add(layers.Conv2D(filters, (3, 3), activation="relu"))
        network.add(layers.MaxPooling2D(2, 2))
    network.add(layers.Flatten())
    network.add(layers.Dense(512, activation="relu"))
    network.add(layers.Dense(1, activation="sigmoid"))
    network.compile(loss="binary_crossentropy", optimizer=keras.optimizers.RMSprop(learning_rate=1e-4))
    return network


def epoch_contenders(folder: Path, images: int) -> dict[str, Callable[[], float]]:
    """Training on so many images: the same network, fed by each contender."""
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    from helpers.augmentation.photo_cache import cache_photos
    from helpers.augmentation.random_transform import RandomTransform

    photos, network = cache_photos(folder, (SIDE, SIDE)), lesson_network()
    batches = max(1, min(images, len(photos)) // BATCH)
    stack = stock_layers(4)
    flow = ImageDataGenerator(**LESSON, rescale=1 / 255).flow_from_directory(
        folder, target_size=(SIDE, SIDE), batch_size=BATCH, class_mode="binary"
    )
    transforms = {
        "plain, cached": RandomTransform(rescale=1 / 255),
        "ours, cached": RandomTransform(**LESSON, rescale=1 / 255),
        "four layers, cached": lambda images: stack(images, training=True),
    }
    fed = {name: photos.batches(BATCH, transform).take(batches) for name, transform in transforms.items()}
    feeds: dict[str, Callable[[], Iterator]] = {
        name: lambda dataset=dataset: iter(dataset) for name, dataset in fed.items()
    }
    feeds["flow_from_directory"] = lambda: (flow[i] for i in range(batches))

    def trained(feed: Callable[[], Iterator]) -> Callable[[], float]:
        return lambda: rate(lambda: [network.train_on_batch(x, y) for x, y in feed()], batches * BATCH)

    return {name: trained(feed) for name, feed in feeds.items()}


def memory(photos: np.ndarray, folder: Path) -> dict[str, float | str]:
    """Peak memory of the cache for 2,000 photos, and of streaming 2,500 and 25,000 photos from disk, in MB.

    The photos are copies of a few hundred drawn ones; each figure is that of a process of its own.
    """
    from PIL import Image

    if sys.platform == "win32":
        return {"skipped": "peak memory cannot be asked for on Windows"}
    encoded = []
    for number, pixels in enumerate(photos[:200]):
        path = folder / f"{number}.jpg"
        Image.fromarray(pixels).save(path, quality=90)
        encoded.append(path.read_bytes())
        path.unlink()
    found: dict[str, float | str] = {"pixels of 2,000 photos": 2000 * SIDE * SIDE * 3 / 1e6}
    for count, limit in ((2000, 2**30), (2500, 0), (25_000, 0)):
        place = folder / str(count)
        for label in ("cats", "dogs"):
            (place / label).mkdir(parents=True)
            for number in range(count // 2):
                (place / label / f"{number}.jpg").write_bytes(encoded[number % len(encoded)])
        command = [sys.executable, "-m", "data_scripts.benchmark_augmentation", "--peak", str(place), str(limit)]
        answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        name = "cache of 2,000 photos" if limit else f"streaming {count:,} photos"
        found[name] = float(answer.split()[-1])
        shutil.rmtree(place)
    return found


def peak_megabytes() -> float:
    """The most memory that this process has held so far."""
    status = Path("/proc/self/status")
    if status.is_file():  # getrusage would answer for the parent process as well
        return int(status.read_text().split("VmHWM:")[1].split()[0]) * 1024 / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # macOS: bytes


def peak(folder: Path, limit: int) -> float:
    """By how many MB decoding, and for photos on disk also an epoch, raises this process's peak memory."""
    from helpers.augmentation.photo_cache import cache_photos
    from helpers.augmentation.random_transform import RandomTransform
    from helpers.datasets.photo_files import read

    layer = RandomTransform(**LESSON, rescale=1 / 255)
    layer(np.zeros((BATCH, SIDE, SIDE, 3), np.uint8), training=True)  # so that TensorFlow is in memory already
    for path in sorted(folder.glob("*/*"))[:BATCH]:
        read(path)  # so that Pillow is, too
    before = peak_megabytes()
    photos = cache_photos(folder, (SIDE, SIDE), memory_limit=limit, cache_folder=folder.parent / "cache")
    if not limit:
        for _ in photos.batches(BATCH, layer):
            pass
    return peak_megabytes() - before


def summary(rounds: dict[str, list[dict[str, float]]]) -> dict[str, float]:
    """The median of each ratio in `RATIOS` over the rounds."""
    return {
        key: float(np.median([one[contender] / one[other] for one in rounds[part]]))
        for key, (part, contender, other) in RATIOS.items()
    }


def table(rounds: dict[str, list[dict[str, float]]], base: dict[str, str]) -> str:
    """Images per second of processor time: median, smallest and largest of the rounds, and the median ratio."""
    lines = []
    for part, measured in rounds.items():
        lines.append(f"\n{part}: images per CPU-second, median (smallest to largest), against {base[part]}")
        for name in measured[0]:
            rates = [one[name] for one in measured]
            ratio = np.median([one[name] / one[base[part]] for one in measured])
            lines.append(f"  {name:<34}{np.median(rates):8.0f}  ({min(rates):.0f} to {max(rates):.0f}){ratio:10.2f}")
    return "\n".join(lines)


BASE = {"kernel": "ImageDataGenerator", "files": "flow_from_directory", "epoch": "plain, cached"}


@contextmanager
def quietly() -> Iterator[None]:
    """Without the found-so-many-photos lines, and without SciPy's warning for every single picture."""
    with warnings.catch_warnings(), redirect_stdout(StringIO()):
        warnings.filterwarnings("ignore", ".*scipy.ndimage.interpolation", DeprecationWarning)
        yield


def bench(folder: Path, *, rounds: int, epoch_images: int, draws: int, with_memory: bool) -> dict[str, object]:
    """Everything that `bench.json` holds."""
    from helpers.augmentation.photo_cache import cache_photos

    with quietly():
        photos = cache_photos(folder, (SIDE, SIDE))
        pixels = np.array(photos.pixels[np.linspace(0, len(photos) - 1, 200).astype(int)])
        differences, p_values = fidelity(pixels[:50]), distributions(draws)
    print(f"largest difference to ImageDataGenerator, 0-1: {max(differences.values()):.1e}", flush=True)
    print(f"smallest p-value of {len(p_values)} drawn parameters: {min(p_values.values()):.3f}", flush=True)
    kernel = kernel_contenders(pixels)
    measured: dict[str, list[dict[str, float]]] = {"kernel": [], "files": [], "epoch": []}
    with quietly():
        epoch = epoch_contenders(folder, epoch_images)
        for work in [work for work, _ in kernel.values()] + list(epoch.values()):
            work()  # compiled and warm
    for number in range(rounds):
        with quietly():
            measured["kernel"].append({name: rate(work, images) for name, (work, images) in kernel.items()})
            measured["files"].append(files_round(folder, len(photos)))
            # The order turns round, so that a drift of the machine does not favour one.
            turned = list(epoch.items())[:: 1 if number % 2 else -1]
            measured["epoch"].append(dict(sorted((name, work()) for name, work in turned)))
        print(f"round {number + 1} of {rounds}", flush=True)
    found: dict[str, object] = {"fidelity_max_difference": max(differences.values())} | summary(measured)
    found |= {"fidelity": differences, "ks_p_values": p_values}
    if with_memory:
        with quietly(), tempfile.TemporaryDirectory() as place:
            drawn = cache_photos(sets.cats_and_dogs(runtime.settings().data, size=SIDE) / "train", (SIDE, SIDE))
            found["memory_mb"] = memory(np.array(drawn.pixels[np.arange(200)]), Path(place))
    print(table(measured, BASE))
    return found | {
        "photos": f"{len(photos)} from {folder.name}",
        "machine": runtime.versions() | {"date": datetime.date.today().isoformat(), "cores": os.cpu_count()},
        "rounds": measured,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is 1 if the pictures differ, since no speed counts then."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, help="a folder with one folder of photos per class")
    parser.add_argument("--rounds", type=int, default=7, help="default 7")
    parser.add_argument("--epoch-images", type=int, default=200, help="images a cell of the epoch, default 200")
    parser.add_argument("--draws", type=int, default=10_000, help="for the distributions, default 10,000")
    parser.add_argument("--no-memory", action="store_true", help="leave the memory of 25,000 photos out")
    parser.add_argument("--out", type=Path, default=Path("build/bench.json"))
    parser.add_argument("--peak", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.peak:
        print(peak(Path(options.peak[0]), int(options.peak[1])))
        return 0
    folder, data = options.photos, runtime.start().data
    if folder is None and registry.is_present("cats_and_dogs_filtered"):
        folder = registry.fetch("cats_and_dogs_filtered") / "train"
    elif folder is None:
        folder = sets.cats_and_dogs(data, train=1000, validation=1, size=SIDE) / "train"  # as many as lesson 3 has
    found = bench(
        folder,
        rounds=options.rounds,
        epoch_images=options.epoch_images,
        draws=options.draws,
        with_memory=not options.no_memory,
    )
    print()
    for name in ("fidelity_max_difference", *RATIOS):
        print(f"{name}: {found[name]:.3g}")
    for name, value in found.get("memory_mb", {}).items():
        print(f"{name}: {value if isinstance(value, str) else f'{value:.0f} MB'}")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"Written to {options.out}.")
    return int(found["fidelity_max_difference"] > 1e-4)


if __name__ == "__main__":
    sys.exit(main())
