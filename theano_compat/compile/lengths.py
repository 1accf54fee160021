"""When an XLA step is to be made for many lengths: the sizes that its arguments had so far. How is in `padded`."""
import numpy as np

# Sizes of one axis that a step is compiled for, each by itself, before it is made for many lengths: a loop or a convolution takes a second
# or more to compile, other programs a tenth of it, and those run a little faster in their very sizes.
SIZES_MET, SIZES_MET_WITHOUT_LOOPS = 3, 10


class SizesVary(Exception):
    """Raised while a step is traced for sizes of an axis of which it has met others: it is to be made for many lengths."""

    def __init__(self, step):
        Exception.__init__(self, "sizes vary")
        self.step = step


class Met:
    """The sizes of arguments that an XLA step was traced for. `enough` of one axis: the step is to be made for many lengths; 0: never."""

    def __init__(self, enough=0):
        self.enough = enough
        self.sizes = {}  # (argument, axis) -> sizes met
        self._facts = set()
        self._allowed = set()

    def vary(self, args, facts):
        """Remember the shapes of `args`, and `facts` from the host; whether there were enough, and no program is to be made for these."""
        if not self.enough or (shapes_of(args), facts) in self._allowed:
            return False
        self._note(args)
        self._facts.add(facts)
        return bool(self.varying()) or len(self._facts) >= self.enough

    def allow(self, args, facts):
        """From now on a program may be made for the very sizes of `args`, and `facts`."""
        self._allowed.add((shapes_of(args), facts))
        self._note(args)

    def _note(self, args):
        for i, v in enumerate(args):
            for d, n in enumerate(np.shape(v)):
                self.sizes.setdefault((i, d), set()).add(n)

    def varying(self):
        """The (argument, axis) pairs that vary."""
        return [key for key, met in self.sizes.items() if len(met) >= self.enough]


def shapes_of(args):
    """The shapes of arguments."""
    return tuple(np.shape(v) for v in args)


def enough_sizes(step):
    """How many sizes of one axis an XLA step has to meet to be made for many lengths."""
    return SIZES_MET if compiles_long(step) else SIZES_MET_WITHOUT_LOOPS


def numbers_that_decide(step):
    """Positions of those inputs of an XLA step that are whole numbers and decide sizes: facts are made of them."""
    position, inside = {v: i for i, v in enumerate(step.inputs)}, {v: n for n in step.nodes for v in n.outputs}
    todo, found, seen = [n.inputs[i] for n in step.keyed for i in n.op.fact_inputs(n)[0]], [], set()
    while todo:
        v = todo.pop()
        if v in seen:
            continue
        seen.add(v)
        if v in position and getattr(v.type, "ndim", None) == 0 and v.type.dtype.startswith("int"):
            found.append(position[v])
        elif v in inside:
            todo.extend(inside[v].inputs)
    return sorted(found)


def compiles_long(step):
    """Whether a Scan or a convolution, or the derivative of one, is in a step."""
    ops = [getattr(n.op, "base_op", n.op) for n in step.nodes]
    return any(hasattr(op, "tap_array") or hasattr(op, "flops") for op in ops)
