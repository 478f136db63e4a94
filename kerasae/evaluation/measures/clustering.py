"""Clusters of the classes, layer by layer, without a readout.

Hierarchical clustering of the classes' mean codes, as in the lab that the
report "Cognition Computation" replicates; and k-means clusters of all codes,
as many as there are classes, compared with the labels by the adjusted Rand
index (Hubert and Arabie 1985) and normalised mutual information (Strehl and
Ghosh 2002; normalised by the arithmetic mean). Average linkage, since its
heights are mean distances in the layer's own units, where Ward's grow with the
number of classes in a cluster.
"""

import keras
import numpy as np
from scipy.cluster.hierarchy import linkage
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from kerasae import names
from kerasae.config import require
from kerasae.evaluation.measure import Subject
from kerasae.evaluation.measured import OWN, Measured
from kerasae.evaluation.predict import BATCH
from kerasae.models.autoencoder import Autoencoder
from kerasae.progress_bar import progress_bar
from kerasae.readouts import features
from kerasae.tables import Table

TITLE = "Agreement of clustered codes with the labels"
NEEDS_LABELS = True
NEEDS_CLASSIFIERS = False
NEEDS_OTHER = False
SLOW = False
LINKAGE = "average"
STARTS = 4  # of k-means; the one of least inertia counts
PIXELS, PCA = "pixels", "pca"
UNITS = {
    "clustering_ari_*": "adjusted Rand index of k-means clusters and classes, at most 1, 0 by luck",
    "clustering_nmi_*": "normalised mutual information of the same, from 0 to 1",
}
# What is summarised, by whose it is.
OWNERS = {PIXELS: PIXELS, PCA: PCA, names.CODE: OWN}
AGREEMENTS = {
    "adjusted_rand": "adjusted Rand index",
    "nmi": "normalised mutual information",
}
AGREEMENT = "agreement"
NOTE = "Of k-means clusters, as many as there are classes; both at most 1, the first 0 by luck."


def compute(subject: Subject) -> Measured:
    """Clusters the test images' features: pixels, components, the end of every encoder stage.

    Distances between mean codes are Euclidean, on the features as they are;
    k-means runs on standardised features, as the readouts do.

    Returns:
        Summary: `clustering_ari_<layer>` and `clustering_nmi_<layer>` of
        pixels, components and code. Table `agreement`: `layer`, `features`,
        `adjusted_rand`, `nmi`. Arrays: `layers`, strings, in order;
        `linkage_<i>`, float64 `(classes - 1, 4)` as SciPy makes it, of layer
        i; `classes`, strings, numbered as the leaves are.

    Raises:
        ConfigError: where no class has two images. Each of them would be a cluster then, which
            agrees with the labels whatever the codes are.
    """
    labels, present = subject.test.labels, subject.test.classes_present
    require(
        len(labels) > len(present),
        "clustering needs two test images of a class.",
        images=len(labels),
        classes=len(present),
    )
    rows, arrays = [], {"classes": np.array(subject.test.class_names)[present]}
    models = _models(subject)
    for number, (layer, model) in enumerate(progress_bar("clustering", models.items())):
        codes = model.predict(subject.test.batches(BATCH), verbose=0)
        means = np.stack([codes[labels == label].mean(axis=0) for label in present])
        arrays[f"linkage_{number}"] = linkage(means.astype(np.float64), LINKAGE)
        clusters = _clusters(codes, len(present), subject.seed)
        rows.append({
            "layer": layer,
            "features": codes.shape[1],
            "adjusted_rand": float(adjusted_rand_score(labels, clusters)),
            "nmi": float(normalized_mutual_info_score(labels, clusters)),
        })  # fmt: skip
    arrays["layers"] = np.array(list(models))
    summary = {}
    for row in rows:
        if row["layer"] in OWNERS:
            summary[f"clustering_ari_{row['layer']}"] = row["adjusted_rand"]
            summary[f"clustering_nmi_{row['layer']}"] = row["nmi"]
    settings = {
        "linkage": f"{LINKAGE}, Euclidean distances of mean codes",
        "wide layers": f"averaged over places until at most {features.MOST_FEATURES:,} numbers",
        "k-means": f"{len(present)} clusters of standardised codes, best of {STARTS} starts",
    }
    shown = tuple(
        (names.title(row["layer"]), row["features"], row["adjusted_rand"], row["nmi"])
        for row in rows
    )
    table = Table(TITLE, ("layer", "numbers", *AGREEMENTS.values()), shown, note=NOTE)
    compared = {
        OWNERS[row["layer"]]: {
            f"{title} of clusters and classes": row[name] for name, title in AGREEMENTS.items()
        }
        for row in rows
        if row["layer"] in OWNERS
    }
    return Measured(summary, settings, {AGREEMENT: rows}, arrays, table, compared)


def stage_ends(autoencoder: Autoencoder) -> list[str]:
    """The last layer of every encoder stage, from image to code.

    A stage begins with a layer that has a kernel and holds the pooling and the
    activation behind it.
    """
    ends: list[str] = []
    for name in features.layer_names(autoencoder):
        if not ends or hasattr(autoencoder.encoder.get_layer(name), "kernel"):
            ends.append(name)
        ends[-1] = name
    return ends


def _models(subject: Subject) -> dict[str, keras.Model]:
    """Image to flat features, by name."""
    image = keras.Input(subject.test.image_shape)
    return {
        PIXELS: keras.Model(image, keras.layers.Flatten()(image)),
        PCA: subject.pca.encoder,
        **{
            layer: features.layer_model(subject.autoencoder, layer)
            for layer in stage_ends(subject.autoencoder)
        },
    }


def _clusters(codes: np.ndarray, count: int, seed: int) -> np.ndarray:
    """The cluster of every code; on one thread, since sums of several have no fixed order."""
    means = KMeans(count, n_init=STARTS, random_state=seed)
    with threadpool_limits(1):
        return means.fit_predict(StandardScaler().fit_transform(codes))
