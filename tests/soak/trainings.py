"""A training of each kind, small, for tests that kill it: python trainings.py KIND DATA OUT [--die WHEN]

trains KIND on drawn photos in DATA, with its state in OUT, and writes history, weights and the next random numbers to
OUT/end.npz. With --die it kills itself: at the given call of os.fsync, in the midst of saving.
"""

import argparse
import itertools
import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

KINDS = {
    "generator": dict(source="generator"),
    "generator, dropout, EarlyStopping": dict(source="generator", dropout=True, stop=True),
    "cache": dict(source="cache"),
    "cache, dropout, batch normalisation, AdamW on a schedule": dict(
        source="cache", dropout=True, norm=True, schedule=True
    ),
    "generator, batch normalisation, AdamW with averaged weights": dict(source="generator", norm=True, average=True),
}
SIZE, EPOCHS, SEED = (32, 32), 6, 3


def build(dropout=False, norm=False, schedule=False, average=False, **_):
    import keras
    from keras import layers

    network = keras.Sequential([keras.Input((*SIZE, 3))])
    for filters in (8, 16):
        network.add(layers.Conv2D(filters, 3, activation="relu"))
        if norm:
            network.add(layers.BatchNormalization())
        network.add(layers.MaxPooling2D())
    if dropout:
        network.add(layers.Dropout(0.5))
    network.add(layers.Flatten())
    network.add(layers.Dense(1, activation="sigmoid"))
    rate = keras.optimizers.schedules.CosineDecay(1e-4, 24, warmup_target=2e-3, warmup_steps=6) if schedule else 1e-3
    new = keras.optimizers.AdamW if schedule or average else keras.optimizers.RMSprop
    network.compile(loss="binary_crossentropy", optimizer=new(rate, use_ema=average), metrics=["accuracy"])
    return network


def sources(folder, source, **_):
    """Batches for training and validation."""
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    from helpers.augmentation.photo_cache import cache_photos
    from helpers.augmentation.random_transform import RandomTransform

    ranges = dict(rotation_range=40, width_shift_range=0.2, zoom_range=0.2, horizontal_flip=True)
    if source == "generator":
        flow = dict(target_size=SIZE, batch_size=10, class_mode="binary")
        return (
            ImageDataGenerator(rescale=1 / 255, **ranges).flow_from_directory(folder / "train", **flow),
            ImageDataGenerator(rescale=1 / 255).flow_from_directory(folder / "validation", **flow),
        )
    photos, validation = cache_photos(folder / "train", SIZE), cache_photos(folder / "validation", SIZE)
    return (
        photos.batches(10, RandomTransform(**ranges, rescale=1 / 255), seed=SEED),
        validation.batches(10, RandomTransform(rescale=1 / 255), shuffle=False, seed=SEED),
    )


def train(kind, data, out, epochs=EPOCHS):
    """The training of a kind; returns network and history."""
    import keras
    import tensorflow as tf

    from helpers import runtime
    from helpers.sample import sets
    from helpers.training import resume

    settings = KINDS[kind]
    folder = sets.cats_and_dogs(data, seed=0, train=20, validation=10)
    runtime.set_seed(SEED)
    tf.random.get_global_generator().reset_from_seed(SEED)
    training, validation = sources(folder, **settings)
    network = build(**settings)
    stop = [keras.callbacks.EarlyStopping(patience=2, restore_best_weights=True)] if settings.get("stop") else []
    saving = resume.SaveAndResume(out / "90_soak.json", training, validation, seed=SEED, beside=stop)
    print("ready", flush=True)
    history = network.fit(
        training, epochs=epochs, validation_data=validation, verbose=0, callbacks=[*stop, saving]
    ).history
    return network, history


def end(network, history):
    """All that must be equal: as arrays."""
    import random

    import keras
    import numpy as np
    import tensorflow as tf

    values = [*network.variables, *network.optimizer.variables]
    kept = {f"v{i}": keras.ops.convert_to_numpy(value) for i, value in enumerate(values)}
    kept |= {f"h {name}": np.array(curve) for name, curve in history.items()}
    return kept | {
        "python": np.array(random.random()),
        "numpy": np.random.random(3),
        "keras": keras.ops.convert_to_numpy(keras.random.uniform((3,))),
        "tensorflow": tf.random.uniform((3,)).numpy(),
        "generator": tf.random.get_global_generator().uniform((3,)).numpy(),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--die", type=int)
    options = parser.parse_args()
    if options.die:
        calls, real = itertools.count(1), os.fsync

        def fsync(file):
            if next(calls) == options.die:
                os.ftruncate(file, os.fstat(file).st_size // 2)  # what a kill in the midst of writing leaves
                os.kill(os.getpid(), signal.SIGKILL)
            real(file)

        os.fsync = fsync
    import numpy as np

    np.savez(options.out / "end.npz", **end(*train(options.kind, options.data, options.out)))


if __name__ == "__main__":
    main()
