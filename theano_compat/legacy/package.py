"""What Theano's own `__init__` defined and did beyond collecting names: its logger, NumPy's error state, four small functions."""

import logging

import numpy as np

from theano_compat.config import config

theano_logger = logging.getLogger("theano")
logging_default_handler = logging.StreamHandler()
logging_default_formatter = logging.Formatter(fmt="%(levelname)s (%(name)s): %(message)s")


def has_handlers(logger):
    """Whether records of `logger` reach any handler."""
    return logger.hasHandlers()


def disable_log_handler(logger=theano_logger, handler=logging_default_handler):
    """Take away the handler that was added on import, for programs that set up logging themselves."""
    if has_handlers(logger):
        logger.removeHandler(handler)


def start():
    """Set up the logger and NumPy as importing Theano did: by default NumPy then ignores floating-point errors."""
    logging_default_handler.setFormatter(logging_default_formatter)
    theano_logger.setLevel(logging.WARNING)
    if not has_handlers(theano_logger):
        theano_logger.addHandler(logging_default_handler)
    flags = config.numpy
    wanted = {name: getattr(flags, f"seterr_{name}") for name in ("all", "divide", "over", "under", "invalid")}
    np.seterr(**{name: value for name, value in wanted.items() if value != "None"})


def dot(l, r):
    """The product of two variables of any kind, dense or sparse, by their `__dot__` and `__rdot__`."""
    reasons = [None, None]
    for place, (this, name, other) in enumerate(((l, "__dot__", r), (r, "__rdot__", l))):
        try:
            product = getattr(this, name)(other) if hasattr(this, name) else NotImplemented
        except Exception as error:
            reasons[place], product = error, NotImplemented
        if product is not NotImplemented:
            return product
    raise NotImplementedError("Dot failed for the following reasons:", tuple(reasons))


def sparse_grad(var):
    """The same `x[vector_of_ints]` with a gradient for `x` that is a sparse matrix."""
    from theano_compat.tensor import AdvancedSubtensor1

    assert isinstance(var.owner.op, AdvancedSubtensor1)
    return type(var.owner.op)(sparse_grad=True)(*var.owner.inputs)


def test(*arguments, **options):
    """Theano's own tests are no part of this package; the project's run under pytest."""
    raise ImportError("theano.test() ran Theano's own test suite, which theano_compat does not carry. Its tests: python -m pytest")


def load_legacy_pickle(path, allow=(), refuse="raise"):
    """What a file holds that Theano wrote, read without running code of the file's: see legacy/pickles.py."""
    from theano_compat.legacy import pickles

    return pickles.load_legacy_pickle(path, allow, refuse)
