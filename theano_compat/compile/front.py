"""theano.function: the front door to compilation, and pfunc, its form for graphs with shared variables."""
import sys
from collections import OrderedDict

from theano_compat.compile.inout import In
from theano_compat.compile.maker import orig_function
from theano_compat.compile.profiling import as_stats
from theano_compat.compile.rebuild import iter_over_pairs, rebuild_collect_shared
from theano_compat.graph.errors import UnusedInputError
from theano_compat.graph.garbage import uncollected
from theano_compat.graph.variable import Constant, Variable


def function(inputs, outputs=None, mode=None, updates=None, givens=None, no_default_updates=False, accept_inplace=False,
             name=None, rebuild_strict=True, allow_input_downcast=None, profile=None, on_unused_input=None):
    """A callable that computes `outputs` from `inputs` and then applies `updates`.

    `inputs`: list of variables or In; `outputs`: variable, Out, list, dict with string keys, or None; `updates`: pairs or
    dict {shared: expression}; `givens`: pairs or dict of replacements. `accept_inplace` and `rebuild_strict` as in Theano.
    Raises UnusedInputError, MissingInputError, TypeError, ValueError. Source: Theano documentation, "theano.function".
    """
    output_keys = None
    if isinstance(outputs, dict):
        if not all(isinstance(k, str) for k in outputs):
            raise AssertionError("All keys must be strings")
        pairs = sorted(outputs.items())
        output_keys = [k for k, _ in pairs]
        outputs = [v for _, v in pairs]
    if name is None:
        frame = sys._getframe(1)
        name = "%s:%d" % (frame.f_code.co_filename, frame.f_lineno)
    updates = [] if updates is None else updates
    givens = [] if givens is None else givens
    if not isinstance(inputs, (list, tuple)):
        raise Exception("Input variables of a Theano function should be contained in a list, even when there is a single input.")
    uses_tuple = any(isinstance(i, (list, tuple)) for i in inputs)
    if uses_tuple:
        if profile:
            raise NotImplementedError("profiling not supported in old-style function")
        if len(updates) > 0 or len(givens) > 0:
            raise NotImplementedError("In() instances and tuple inputs trigger the old semantics, which disallow using updates "
                                      "and givens")
        return orig_function(inputs, outputs, mode=mode, accept_inplace=accept_inplace, name=name)
    with uncollected():
        return pfunc(inputs, outputs, mode=mode, updates=updates, givens=givens, no_default_updates=no_default_updates,
                     accept_inplace=accept_inplace, name=name, rebuild_strict=rebuild_strict,
                     allow_input_downcast=allow_input_downcast, on_unused_input=on_unused_input, profile=profile,
                     output_keys=output_keys)


def function_dump(filename, inputs, outputs=None, mode=None, updates=None, givens=None, no_default_updates=False,
                  accept_inplace=False, name=None, rebuild_strict=True, allow_input_downcast=None, profile=None,
                  on_unused_input=None, extra_tag_to_remove=None):
    """Pickle the arguments of `function` to `filename`, to make the function elsewhere or send it to a maintainer."""
    import pickle
    arguments = dict(inputs=inputs, outputs=outputs, mode=mode, updates=updates, givens=givens,
                     no_default_updates=no_default_updates, accept_inplace=accept_inplace, name=name,
                     rebuild_strict=rebuild_strict, allow_input_downcast=allow_input_downcast, profile=profile,
                     on_unused_input=on_unused_input)
    with open(filename, "wb") as f:
        pickle.dump(arguments, f, protocol=-1)


def pfunc(params, outputs=None, mode=None, updates=None, givens=None, no_default_updates=False, accept_inplace=False,
          name=None, rebuild_strict=True, allow_input_downcast=None, profile=None, on_unused_input=None, output_keys=None):
    """`function` without its conveniences; see there."""
    updates = [] if updates is None else updates
    givens = [] if givens is None else givens
    if not isinstance(params, (list, tuple)):
        raise Exception("in pfunc() the first argument must be a list or a tuple")
    if not isinstance(no_default_updates, (bool, list)):
        raise TypeError("no_default_update should be either a boolean or a list")
    if len(updates) > 0 and any(isinstance(v, Variable) for v in iter_over_pairs(updates)):
        raise ValueError("The updates parameter must be an OrderedDict/dict or a list of lists/tuples with 2 elements")
    inputs = [_as_in(p, allow_downcast=allow_input_downcast) for p in params]
    variables = [i.variable for i in inputs]
    givens = _checked_givens(variables, givens)
    own_updates = [i.update for i in inputs if i.update is not None]
    out_list = [] if outputs is None else list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
    input_variables, new_outputs, (copies, update_of, _, shared_inputs) = rebuild_collect_shared(
        out_list + own_updates, variables, replace=givens, updates=updates, rebuild_strict=rebuild_strict,
        copy_inputs_over=True, no_default_updates=no_default_updates, reuse=True)
    new_outputs = new_outputs[:len(out_list)]
    if outputs is not None and not isinstance(outputs, (list, tuple)):
        new_outputs = new_outputs[0]
    for spec, v in zip(inputs, input_variables):
        spec.variable = v
        if spec.update is not None:
            spec.update = copies[spec.update]
    for v in shared_inputs:
        inputs.append(In(variable=v, value=v.container, mutable=v in update_of, borrow=True, update=update_of.get(v),
                         shared=True))
    return orig_function(inputs, new_outputs, mode, accept_inplace=accept_inplace, name=name, profile=as_stats(profile, name),
                         on_unused_input=on_unused_input, output_keys=output_keys)


def _as_in(param, strict=False, allow_downcast=None):
    if isinstance(param, Constant):
        raise TypeError("Constants not allowed in param list", param)
    if isinstance(param, Variable):
        return In(variable=param, strict=strict, allow_downcast=allow_downcast)
    if isinstance(param, In):
        return param
    raise TypeError("Unknown parameter type: %s" % type(param))


def _checked_givens(variables, givens):
    """`givens` as pairs. Raises UnusedInputError for a doubled input, RuntimeError for an input that is to be replaced."""
    for i, v in enumerate(variables):
        if v in variables[i + 1:]:
            raise UnusedInputError(
                "Variable %s is used twice in inputs to theano.function, at indices %i and %i.  This would result in values "
                "provided for it being ignored. Please do not duplicate variables in the inputs list."
                % (v, i, variables.index(v, i + 1)))
    pairs = list(givens.items()) if hasattr(givens, "items") else list(givens)
    for old, _ in pairs:
        if old in variables:
            raise RuntimeError(
                "You are trying to replace variable '%s' through the `givens` parameter, but this variable is an input to your "
                "function. Replacing inputs is currently forbidden because it has no effect. One way to modify an input `x` to "
                "a function evaluating f(x) is to define a new input `y` and use `theano.function([y], f(x), givens={x: "
                "g(y)})`. Another solution consists in using `theano.clone`, e.g. like this: `theano.function([x], "
                "theano.clone(f(x), replace={x: g(x)}))`." % old)
    return OrderedDict(pairs) if len({id(k) for k, _ in pairs}) == len(pairs) else pairs
