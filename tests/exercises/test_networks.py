"""Networks: right ones pass however they are built, each wrong one is told why, nothing is changed."""

import keras
import numpy as np
from judging import all_pass, each_is_told_why, said
from keras import layers

from helpers.exercises.checkers import networks
from helpers.exercises.checkers.outcome import NOT_CHECKED, PASSED

SIDE = 48


def network(*tail, side=SIDE, blocks=3, compiled=True, body=(), **changes):
    model = keras.Sequential([keras.Input((side, side, 3)), *body])
    for filters in (4, 8, 8)[:blocks]:
        model.add(layers.Conv2D(filters, 3, activation="relu"))
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    for layer in tail or (layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid")):
        model.add(layer)
    if compiled:
        settings = dict(loss="binary_crossentropy", optimizer=keras.optimizers.RMSprop(0.001), metrics=["accuracy"])
        model.compile(**{**settings, **changes})
    return model


def functional():
    photo = keras.Input((None, None, 3))
    x = photo
    for filters in (4, 8, 8):
        x = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(x)
        x = layers.BatchNormalization()(x)
    x = layers.Dropout(0.5)(layers.GlobalAveragePooling2D()(x))
    model = keras.Model(photo, layers.Dense(1, activation="sigmoid")(x))
    model.compile(loss=keras.losses.BinaryCrossentropy(), optimizer="adam", metrics=["AUC", "accuracy"])
    return model


RIGHT_NETWORKS = {
    "as the solution": network,
    "functional, any size": functional,
    "with an activation layer": lambda: network(layers.Dense(1), layers.Activation("sigmoid")),
    "with augmentation inside": lambda: network(body=(layers.Rescaling(1.0), layers.RandomFlip("horizontal"))),
    "with a penalty": lambda: network(layers.Dense(1, activation="sigmoid", kernel_regularizer="l2")),
    "metric as an object": lambda: network(metrics=[keras.metrics.BinaryAccuracy(name="accuracy")]),
}


def test_networks_that_do_it_pass_however_they_are_built_and_what_they_do_is_told():
    all_pass(networks.network, {kind: [make()] for kind, make in RIGHT_NETWORKS.items()})
    message = said(networks.network, network(), status=PASSED)
    assert message.startswith("Photos of 48 pixels a side shrink to 4 in 3 halvings")


def frozen():
    model = network(compiled=False)
    model.trainable = False
    model.compile(loss="binary_crossentropy", optimizer="sgd", metrics=["accuracy"])
    return model


def deferred():
    model = keras.Sequential([layers.Flatten(), layers.Dense(1, activation="sigmoid")])
    model.compile(loss="binary_crossentropy", optimizer="sgd", metrics=["accuracy"])
    return model


def grey():
    model = keras.Sequential([keras.Input((SIDE, SIDE, 1)), layers.Flatten(), layers.Dense(1, activation="sigmoid")])
    model.compile(loss="binary_crossentropy")
    return model


class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(1)

    def call(self, photos):
        return self.dense(layers.Flatten()(photos))


def own():
    model = Own()
    model(np.zeros((1, SIDE, SIDE, 3)))
    return model


NETWORK_SLIPS = {
    "softmax on one output": (lambda: network(layers.Dense(1, activation="softmax")), "always exactly 1: softmax"),
    "no activation": (lambda: network(layers.Dense(1)), "The output is no probability"),
    "tanh at the end": (lambda: network(layers.Dense(1, activation="tanh")), "between -1 and 1, as tanh"),
    "two outputs": (lambda: network(layers.Dense(2, activation="softmax")), "two numbers for each photo"),
    "ten outputs": (lambda: network(layers.Dense(10, activation="softmax")), "an array of shape (4, 10)"),
    "two blocks": (lambda: network(blocks=2), "they still measure 10: 2 halvings; expected 3"),
    "not compiled": (lambda: network(compiled=False), "The network is not compiled"),
    "no loss": (lambda: network(loss=None), "compiled without a loss"),
    "squared error": (lambda: network(loss="mse"), "That is the mean squared error"),
    "absolute error": (lambda: network(loss="mae"), "That is the mean absolute error"),
    "many classes": (lambda: network(loss="categorical_crossentropy"), "With one output it learns nothing"),
    "numbered classes": (lambda: network(loss="sparse_categorical_crossentropy"), "cannot be computed for one output"),
    "hinge": (lambda: network(loss="hinge"), "Use loss='binary_crossentropy'"),
    "no metrics": (lambda: network(metrics=None), "reports its loss only"),
    "acc": (lambda: network(metrics=["acc"]), "whatever reads accuracy finds nothing"),
    "another metric": (lambda: network(metrics=["AUC"]), "The metric is called AUC; expected accuracy. The figures"),
    "exact accuracy": (lambda: network(metrics=[keras.metrics.Accuracy()]), "keras.metrics.Accuracy asks whether"),
    "frozen": (frozen, "A training step changes no weight"),
    "no size": (deferred, "does not know what size its photos have"),
    "an own class": (own, "does not know what size its photos have"),
    "grey photos": (grey, "takes arrays of shape (None, 48, 48, 1)"),
}


def test_each_slip_of_the_network_is_told_why():
    each_is_told_why(networks.network, {slip: (make(), part) for slip, (make, part) in NETWORK_SLIPS.items()})


class NotCopied(layers.Layer):
    def __init__(self, column):
        super().__init__()
        self.column = column

    def get_config(self):
        raise NotImplementedError

    def call(self, batch):
        return batch[:, self.column :][:, :1]


def own_loss(labels, answers):
    return keras.ops.mean((labels - answers) ** 2)


def test_what_is_no_network_or_cannot_be_copied_cannot_be_checked():
    for thing, part in (
        (network, "is the function network; expected the network itself"),
        (layers.Dense(1), "is of type Dense"),
        (keras.Sequential, "is the class Sequential"),
        (network(loss=own_loss), "cannot be copied"),
        (network(NotCopied(0)), "cannot be copied"),
    ):
        assert part in said(networks.network, thing, status=NOT_CHECKED)


def test_the_learners_network_and_optimizer_stay_as_they_were():
    model = network(optimizer="adam")
    photos, labels = np.random.default_rng(0).random((4, SIDE, SIDE, 3)), np.ones((4, 1))
    model.train_on_batch(photos, labels)
    weights = [weight.copy() for weight in model.get_weights()]
    state = [variable.numpy() for variable in model.optimizer.variables]
    metrics = model.get_metrics_result()
    said(networks.network, model, status=PASSED)
    assert all(np.array_equal(old, new) for old, new in zip(weights, model.get_weights(), strict=True))
    assert all(np.array_equal(old, new.numpy()) for old, new in zip(state, model.optimizer.variables, strict=True))
    assert model.get_metrics_result() == metrics
