"""An autoencoder as Keras trains it: the objective's terms are the loss."""

import keras
import tensorflow as tf

from kerasae import names
from kerasae.models.autoencoder import Autoencoder, mean_mse_per_pixel
from kerasae.objectives import Objective, Seen


class TrainingModel(keras.Model):
    """The autoencoder's model with another loss and another metric than Keras would give it.

    Its variables are the autoencoder's; compile it with the same optimizer.
    After each step it reports `loss`, which is what is minimised, with what
    layers add by `add_loss`; `mse_per_pixel`, the squared error between the
    images and what the model makes of the first view; and every term but that;
    all as means over the epoch's images so far. Where the squared error is a
    term of the loss, the graph computes it once.

    Args:
        autoencoder: Built in the scope that this is made in.
        objective: Its terms are minimised.
    """

    def __init__(self, autoencoder: Autoencoder, objective: Objective):
        # Layers have the dtypes they were built with, whatever Keras's policy is by now.
        super().__init__(name="training", dtype="float32")
        self.autoencoder = autoencoder
        self.objective = objective
        whole = autoencoder.model
        self.network = keras.Model(whole.input, (autoencoder.encoder.output, whole.output))
        self.mse = keras.metrics.Mean(name=names.MSE_PER_PIXEL)
        self.term_means = {
            name: keras.metrics.Mean(name=name)
            for name in objective.terms
            if name != names.MSE_PER_PIXEL
        }
        self.built = True

    def call(self, views, training=None):
        encoder = self.autoencoder.encoder
        views = self.objective.harden(views, lambda images: encoder(images, training=False))
        # All views are one batch: what normalises by a batch's statistics then sees in training the
        # mixture that its averages stand for afterwards, and not each view by itself.
        made = self.network(
            tf.concat(views, axis=0) if len(views) > 1 else views[0], training=training
        )
        return list(zip(*(tf.split(part, len(views)) for part in made), strict=True))

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        bottleneck = self.autoencoder.bottleneck
        seen = [Seen(view, *made, bottleneck) for view, made in zip(x, y_pred, strict=True)]
        values = self.objective.values(y, seen)
        for name, mean in self.term_means.items():
            mean.update_state(values[name], sample_weight=tf.shape(y)[0])
        weighted = [term.weight * values[name] for name, term in self.objective.terms.items()]
        loss = sum([*weighted, *self.losses])
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        # Keras adds up the gradients of all replicas.
        return loss / replicas if replicas > 1 else loss

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        (_, reconstructions), *_ = y_pred
        self.mse.update_state(mean_mse_per_pixel(y, reconstructions), sample_weight=tf.shape(y)[0])
        return self.get_metrics_result()
