"""Compiled functions in pickles: how ours are put back together, and how those that Theano 1.0.5 wrote are made anew.

A pickle holds what was asked for (specifications with the original graph) and what came of it (the rewritten graph). Programs for
XLA do not travel: a loaded function compiles at its first call. Files of models are in misc/pkl_utils.py.
"""
import logging

import numpy as np

from theano_compat.compile.graphs import AliasedMemoryError
from theano_compat.compile.maker import FunctionMaker
from theano_compat.compile.modes import get_mode
from theano_compat.compile.runtime import Function
from theano_compat.compile.sharedvalue import Container, as_host
from theano_compat.config import config

_logger = logging.getLogger("theano.compile.function_module")


def reduce_function(function):
    """What pickle and deepcopy keep of a Function. Values that share memory: see `pickle_aliased_memory_strategy`."""
    if function.pickle_aliased_memory_strategy != "ignore":
        _look_for_aliases(function)
    return restore_function, (type(function), function.maker, function.__getstate__())


def _look_for_aliases(function):
    values = [v for c in function.input_storage if isinstance(v := as_host(c.storage[0]), np.ndarray)]
    for i, a in enumerate(values):
        for b in values[i + 1:]:
            if np.may_share_memory(a, b):
                if function.pickle_aliased_memory_strategy != "warn":
                    raise AliasedMemoryError(a, b)
                _logger.warning("aliased relationship between Function arguments %s, %s will not be preserved by un-pickling operation",
                                a, b)


def restore_function(cls, maker, state):
    """A Function from a pickle of ours; None if `config.unpickle_function` is false."""
    if not config.unpickle_function:
        return None
    function = cls.__new__(cls)
    if config.reoptimize_unpickled_function:
        state = {**state, "maker": remade(maker)}
    function.__setstate__(state)
    return function


def restore_theanos(maker, input_storage, inputs_data, trust_input=False):
    """A Function from a pickle that Theano wrote: compiled anew from its specifications, with the values it had.

    Pickles know it as `theano.compile.function_module._constructor_Function`. None if `config.unpickle_function` is false.
    """
    if not config.unpickle_function:
        return None
    maker = remade(maker)
    storage = [_given(spec, container, value) for spec, container, value in zip(maker.inputs, input_storage, inputs_data)]
    function = maker.create(storage)
    function.trust_input = trust_input
    return function


def _given(spec, container, value):
    """The default of an input: its container if it is state, else the value that In gave it, if any."""
    if spec.update is not None or spec.implicit:
        if container.storage[0] is None:
            container.storage[0] = value
        return container
    default = getattr(spec, "value", None)
    return default.value if isinstance(default, Container) else default


def remade(maker):
    """A FunctionMaker with the same specifications, whose graph is rewritten here and now."""
    outputs = list(maker.outputs)
    if maker.return_none:
        outputs = None
    elif maker.unpack_single and len(outputs) == 1:
        outputs = outputs[0]
    return FunctionMaker(maker.inputs, outputs, mode=get_mode(maker.mode), accept_inplace=maker.accept_inplace,
                         function_builder=maker.function_builder, on_unused_input="ignore", output_keys=maker.output_keys,
                         name=maker.name)


def restore_theanos_maker(kwargs):
    """A FunctionMaker from a pickle that Theano before 1.0 wrote; None if `config.unpickle_function` is false."""
    if not config.unpickle_function:
        return None
    kwargs = {name: value for name, value in kwargs.items() if name not in ("fgraph", "profile")}
    return FunctionMaker(**{**kwargs, "on_unused_input": "ignore"})


_constructor_Function = restore_theanos
_constructor_FunctionMaker = restore_theanos_maker
Function.__reduce__ = reduce_function
