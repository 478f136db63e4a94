"""What the machine could do at best: the speed of a large matrix product.

python -m benchmarks.machine
"""

import time

import numpy as np

SIDE = 1536
REPEATS = 9


def matrix_product_gflops() -> float:
    """Billions of operations a second of the fastest of a few float32 products."""
    left, right = np.random.default_rng(0).random((2, SIDE, SIDE), np.float32)
    seconds = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        left @ right
        seconds.append(time.perf_counter() - began)
    return 2 * SIDE**3 / min(seconds) / 1e9


if __name__ == "__main__":
    print(matrix_product_gflops())
