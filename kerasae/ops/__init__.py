"""How a convolution is computed; no layers."""
