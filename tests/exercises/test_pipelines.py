"""Pipelines: right ones pass in any order that is right, and each wrong one is told why."""

import tensorflow as tf
from judging import all_pass, each_is_told_why, said

from helpers.exercises.checkers.outcome import NOT_CHECKED
from helpers.exercises.checkers.pipelines import pipeline


def both(augment):
    return lambda images, labels: (augment(images), labels)


RIGHT = {
    "cache, shuffle, batch, map": lambda p, a, n: p.cache().shuffle(1000).batch(n).map(both(a)),
    "augmented one by one": lambda p, a, n: p.cache().shuffle(24).map(both(a)).batch(n).prefetch(1),
    "in parallel": lambda p, a, n: p.cache().shuffle(99).batch(n).map(both(a), num_parallel_calls=tf.data.AUTOTUNE),
    "batched, then cached one by one": lambda p, a, n: p.batch(8).cache().unbatch().shuffle(24).batch(n).map(both(a)),
}
WRONG = {
    "no cache": (lambda p, a, n: p.shuffle(1000).batch(n).map(both(a)), "were read 72 times"),
    "cache behind": (lambda p, a, n: p.shuffle(1000).batch(n).map(both(a)).cache(), "the same variants"),
    "no augmentation": (lambda p, a, n: p.cache().shuffle(1000).batch(n), "augment is never called"),
    "no shuffle": (lambda p, a, n: p.cache().batch(n).map(both(a)), "the order of the files"),
    "shuffled batches": (lambda p, a, n: p.cache().batch(n).shuffle(99).map(both(a)), "Whole batches"),
    "one order": (
        lambda p, a, n: p.cache().shuffle(99, reshuffle_each_iteration=False).batch(n).map(both(a)),
        "the same order",
    ),
    "cached order": (lambda p, a, n: p.shuffle(99).cache().batch(n).map(both(a)), "the same order"),
    "small buffer": (lambda p, a, n: p.cache().shuffle(2).batch(n).map(both(a)), "buffer of shuffle is small"),
    "no batch": (lambda p, a, n: p.cache().shuffle(1000).map(both(a)), "Add batch"),
    "another batch": (lambda p, a, n: p.cache().shuffle(1000).batch(20).map(both(a)), "has 20 photos"),
    "the rest dropped": (
        lambda p, a, n: p.cache().shuffle(99).batch(n, drop_remainder=True).map(both(a)),
        "4 of 24 photos are missing",
    ),
    "nothing": (lambda p, a, n: p.cache().batch(1000, drop_remainder=True).map(both(a)), "nothing at all"),
    "endless": (lambda p, a, n: p.cache().shuffle(99).repeat().batch(n).map(both(a)), "never ends"),
    "twice": (lambda p, a, n: p.cache().shuffle(99).repeat(2).batch(n).map(both(a)), "more than once"),
    "photos alone": (lambda p, a, n: p.cache().shuffle(99).batch(n).map(lambda x, y: a(x)), "no pairs"),
    "a list": (lambda p, a, n: list(p), "expected a tf.data.Dataset"),
    "labels apart": (
        lambda p, a, n: tf.data.Dataset.zip(
            p.cache().map(lambda x, y: a(x)).shuffle(99), p.cache().map(lambda x, y: y).shuffle(99)
        ).batch(n),
        "no longer belong",
    ),
    "an error": (lambda p, a, n: p.cash(), "stops with AttributeError"),
}


def test_right_ones_pass_and_each_slip_is_told_why():
    all_pass(pipeline, {name: [make] for name, make in RIGHT.items()})
    each_is_told_why(pipeline, WRONG)
    assert said(pipeline, WRONG["photos alone"][0]).startswith("The pipeline's elements are no pairs")
    said(pipeline, tf.data.Dataset.range(3), status=NOT_CHECKED)
