import numpy as np

from kerasae.data.split import MemorySplit
from kerasae.probes import interpolations


def test_each_way_leads_from_a_class_to_the_next(autoencoder, digits):
    arrays = interpolations.compute(autoencoder, digits, 0)
    assert arrays["names"].tolist() == [[str(at), str((at + 1) % 10)] for at in range(10)]
    first, second = arrays["ends"][2]
    np.testing.assert_allclose(first, digits.take(np.array([2]))[0] / 255, rtol=1e-6)
    codes = [autoencoder.encoder(image[np.newaxis]).numpy() for image in (first, second)]
    way = arrays["images"][2]
    for at, share in ((0, 0.0), (4, 0.5), (8, 1.0)):
        code = (1 - share) * codes[0] + share * codes[1]
        np.testing.assert_allclose(way[at], autoencoder.decoder(code)[0], atol=1e-5)


def test_one_image_leads_nowhere(autoencoder, digits):
    arrays = interpolations.compute(autoencoder, MemorySplit(digits.images.numpy()[:1]), 0)
    assert arrays["images"].shape == (0, 9, *autoencoder.image_shape)
