"""Random changes of images in TensorFlow's graph, each a function of the image's key alone.

A key is `(seed, epoch, position)`, so a training that goes on after a kill sees
what it would have seen, however images are stored and batched.
"""
