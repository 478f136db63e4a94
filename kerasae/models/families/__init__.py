"""Model families, one file each.

A plug-in `models/families/<name>.py` defines

- `Config`: a frozen dataclass of its options, each made by `config.option` and
  checked by `config.check_options(self, "model.")`. Its method
  `check_image_size((height, width))` raises ConfigError for images that no
  such model can take, and `footprint((height, width, channels))` is the size
  of the model, see `kerasae.models.footprint`, so that one that is too large
  is refused before it is built. `code_size((height, width))` is how many numbers
  a code has; `code_channels`, where it has that, how many maps it is made of;
- `build(config, image_shape)`: the autoencoder as one flat functional graph.

Importing one imports no TensorFlow: `--help` shows its options at once.
"""
