"""Short names for things in a graph: tags, descriptors that are equal for equal graphs, digests of arrays.

Not here: whole trees (`debug.py`) and formulas (`pretty.py`).
"""
import hashlib

import numpy as np

from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Variable


def char_from_number(number):
    """`number` written with the digits A to Z."""
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 26)
        digits = chr(ord("A") + digit) + digits
    return digits


@legacy_name("theano.printing")
class _TagGenerator:
    """Gives A, B, C, ..."""

    def __init__(self):
        self.cur_tag_number = 0

    def get_tag(self):
        self.cur_tag_number += 1
        return char_from_number(self.cur_tag_number - 1)


def min_informative_str(obj, indent_level=0, _prev_obs=None, _tag_generator=None):
    """The tree of `obj` down to constants and named variables, each tagged; `<A>` stands for what was shown already."""
    tags = {} if _prev_obs is None else _prev_obs
    generator = _tag_generator or _TagGenerator()
    lines, stack = [], [(obj, indent_level)]
    while stack:
        thing, level = stack.pop()
        if id(thing) in tags:
            lines.append(f"{' ' * level}<{tags[id(thing)]}>")
            continue
        tags[id(thing)] = tag = generator.get_tag()
        name, inputs = str(thing), ()
        if hasattr(thing, "__array__"):
            name = "<ndarray>"
        elif getattr(thing, "name", None) is not None:
            name = thing.name
        elif getattr(thing, "owner", None) is not None:
            name, inputs = str(thing.owner.op), thing.owner.inputs
        lines.append(f"{' ' * level}{tag}. {name}")
        stack.extend((variable, level + 1) for variable in reversed(inputs))
    return "\n".join(lines)


def var_descriptor(obj, _prev_obs=None, _tag_generator=None):
    """One line that says how `obj` is computed: equal for equal graphs, in any process."""
    tags = {} if _prev_obs is None else _prev_obs
    generator = _tag_generator or _TagGenerator()
    pieces, stack = [], [obj]
    while stack:
        thing = stack.pop()
        if isinstance(thing, str):
            pieces.append(thing)
        elif id(thing) in tags:
            pieces.append(f"<{tags[id(thing)]}>")
        else:
            tags[id(thing)] = tag = generator.get_tag()
            if not hasattr(thing, "__array__") and getattr(thing, "owner", None) is not None:
                pieces.append(f"{tag}={thing.owner.op}(")
                stack.append(")")
                for i, variable in reversed(list(enumerate(thing.owner.inputs))):
                    stack.extend([variable, ","] if i else [variable])
            else:
                pieces.append(f"{tag}={_leaf_descriptor(thing)}")
    return "".join(pieces)


def _leaf_descriptor(thing):
    if hasattr(thing, "__array__"):
        digest = hashlib.sha256(np.ascontiguousarray(thing)).hexdigest()
        return f"<ndarray:{_strides(thing)},digest={digest}>"
    # Only what has no owner goes by its name: naming an inner variable must not make two graphs look the same.
    if getattr(thing, "name", None) is not None:
        return thing.name
    name = str(thing)
    return position_independent_str(thing) if " at 0x" in name else name


def position_independent_str(obj):
    """A text for a variable without its address in memory."""
    if isinstance(obj, Variable):
        return f"theano_var{{type={obj.type}}}"
    raise NotImplementedError()


def _strides(array):
    return f"strides=[{','.join(map(str, array.strides))}]"


def hex_digest(x):
    """A hash of an array's content with its strides and shape, which the content alone would confuse."""
    assert isinstance(x, np.ndarray)
    return f"{hashlib.sha256(x.tobytes()).hexdigest()}|{_strides(x)}|shape=[{','.join(map(str, x.shape))}]"
