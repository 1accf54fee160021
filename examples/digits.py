"""
The handwritten digits of scikit-learn: 1797 images of 8 x 8 pixels, in the
order of RandomState(0), with values from 0 to 1.

A Python that is old enough for Theano may be without scikit-learn; there the
environment variable DIGITS names the file digits.csv.gz of any other
installation of it (sklearn/datasets/data/).
"""
import os

import numpy


def load_digits():
    """Images, one a row, and their labels"""
    try:
        from sklearn.datasets import load_digits
        table = load_digits()
        x, y = table.data, table.target
    except ImportError:
        table = numpy.loadtxt(os.environ['DIGITS'], delimiter=',')
        x, y = table[:, :-1], table[:, -1].astype('int64')
    order = numpy.random.RandomState(0).permutation(len(y))
    return x[order] / 16., y[order]
