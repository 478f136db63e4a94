import numpy as np
import pytest

from kerasae import published
from kerasae.config import ConfigError

# Test images of each digit in MNIST.
MNIST = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_losses_are_those_of_the_report_by_our_count_of_epochs():
    assert published.training_loss() == {1: 0.0463, 2: 0.0121, 3: 0.0080, 4: 0.0059, 5: 0.0047}


@pytest.mark.parametrize(
    ("head", "accuracy", "fives"), [("linear", 0.8200, 565), ("ffn", 0.8308, 470)]
)
def test_matrices_count_every_test_image_of_mnist(head, accuracy, fives):
    matrix = np.array(published.confusion(head))
    assert matrix.sum(axis=1).tolist() == MNIST
    assert np.trace(matrix) / matrix.sum() == pytest.approx(accuracy)
    assert matrix[5, 5] == fives


def test_other_heads_were_not_published():
    with pytest.raises(ConfigError, match=r"must be one of ffn, linear\. Received: 'knn'"):
        published.confusion("knn")
