"""Both experiments' models in PyTorch, with Keras's weights brought into its layouts."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

# Where the maps become the features of a dense layer, each framework has its own order of axes.
MAPS = (16, 7, 7)


class OnesAndEights(nn.Module):
    """The tied autoencoder of 36x36 images; a code of 2x10x10."""

    def __init__(self):
        super().__init__()
        self.conv_1 = nn.Conv2d(1, 20, 17)
        self.conv_2 = nn.Conv2d(20, 2, 11)
        self.deconv_2_bias = nn.Parameter(torch.zeros(20))
        self.deconv_1_bias = nn.Parameter(torch.zeros(1))

    def forward(self, images):
        """`(batch, 1, 36, 36)` to the same shape."""
        maps = torch.tanh(self.conv_1(images))  # (B, 20, 20, 20)
        code = torch.tanh(self.conv_2(maps))  # (B, 2, 10, 10)
        maps = functional.conv_transpose2d(code, self.conv_2.weight, self.deconv_2_bias)
        maps = torch.tanh(maps)  # (B, 20, 20, 20)
        images = functional.conv_transpose2d(maps, self.conv_1.weight, self.deconv_1_bias)
        return torch.tanh(images)

    def weights(self, given: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The state of this model from Keras's weights."""
        return {
            "conv_1.weight": given["conv_1/kernel"].transpose(3, 2, 0, 1),
            "conv_1.bias": given["conv_1/bias"],
            "conv_2.weight": given["conv_2/kernel"].transpose(3, 2, 0, 1),
            "conv_2.bias": given["conv_2/bias"],
            "deconv_2_bias": given["conv_2/transpose_bias"],
            "deconv_1_bias": given["conv_1/transpose_bias"],
        }


class Cognition(nn.Sequential):
    """The pooled autoencoder of 28x28 images; a code of 49 numbers."""

    def __init__(self):
        super().__init__(
            nn.Conv2d(1, 32, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(32, 16, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(784, 80),
            nn.LeakyReLU(0.2),  # Keras's slope
            nn.Linear(80, 49),
            nn.Linear(49, 80),
            nn.Linear(80, 784),
            nn.Unflatten(1, MAPS),
            nn.ConvTranspose2d(16, 32, 2, stride=2),
            nn.ReLU(),
            nn.ConvTranspose2d(32, 1, 2, stride=2),
            nn.Sigmoid(),
        )

    def weights(self, given: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The state of this model from Keras's weights."""
        channels, height, width = MAPS
        # One entry a feature: where it lies in Keras's order of height, width, channels.
        order = np.arange(784).reshape(height, width, channels).transpose(2, 0, 1).ravel()
        kernels = {
            "0": given["conv_1/kernel"].transpose(3, 2, 0, 1),
            "3": given["conv_2/kernel"].transpose(3, 2, 0, 1),
            "7": given["dense_1/kernel"][order].T,
            "9": given["code_kernel/kernel"].T,
            "10": given["decoder_dense_2/kernel"].T,
            "11": given["decoder_dense_1/kernel"][:, order].T,
            "13": given["deconv_2/kernel"].transpose(3, 2, 0, 1),
            "15": given["deconv_1/kernel"].transpose(3, 2, 0, 1),
        }
        biases = {
            "0": given["conv_1/bias"],
            "3": given["conv_2/bias"],
            "7": given["dense_1/bias"],
            "9": given["code_kernel/bias"],
            "10": given["decoder_dense_2/bias"],
            "11": given["decoder_dense_1/bias"][order],
            "13": given["deconv_2/bias"],
            "15": given["deconv_1/bias"],
        }
        return {f"{name}.weight": value for name, value in kernels.items()} | {
            f"{name}.bias": value for name, value in biases.items()
        }


MODELS = {"ones_and_eights": OnesAndEights, "cognition": Cognition}


def model_of(experiment: str, weights: dict[str, np.ndarray]) -> nn.Module:
    """An experiment's model with a job's weights."""
    model = MODELS[experiment]()
    state = {
        name: torch.from_numpy(np.ascontiguousarray(value))
        for name, value in model.weights(weights).items()
    }
    model.load_state_dict(state)
    return model
