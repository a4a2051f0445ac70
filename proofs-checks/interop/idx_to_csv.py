"""Turns IDX files such as MNIST's into rows for lip1: `idx_to_csv.py IMAGES.gz LABELS.gz > OUT.csv`, pixels from 0 to 1, then the class."""

import gzip
import sys

images, labels = (gzip.open(name).read() for name in sys.argv[1:])
count, size = int.from_bytes(images[4:8], "big"), int.from_bytes(images[8:12], "big") ** 2
for row in range(count):
    pixels = images[16 + row * size : 16 + (row + 1) * size]
    print(",".join([repr(pixel / 255) for pixel in pixels] + [str(labels[8 + row])]))
