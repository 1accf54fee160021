"""`theano.misc`: small helpers, files of pickled models (`pkl_utils.py`), measurements (`check_blas.py`, `elemwise_time_test.py`).

Which old path is answered by which file is in legacy/paths.py; the tools for GPUs and for Theano's own build farm are in legacy/removed.py.
"""
