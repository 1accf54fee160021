"""When an XLA step is to be made for many lengths: the sizes that its arguments had so far. How is in `padded`."""
import numpy as np

SIZES_MET = 3  # of one axis, before its step is made for many lengths


class SizesVary(Exception):
    """Raised while a step is traced for sizes of an axis of which it has met others: it is to be made for many lengths."""

    def __init__(self, step):
        Exception.__init__(self, "sizes vary")
        self.step = step


class Met:
    """The sizes of arguments that an XLA step was traced for. They count where the step is one that may be made for many lengths."""

    def __init__(self):
        self.counts = False
        self.sizes = {}  # (argument, axis) -> sizes met
        self._allowed = set()

    def vary(self, args):
        """Remember the shapes of `args`; whether some axis has a size that is its third or later, and no program is to be made for it."""
        if not self.counts or _shapes(args) in self._allowed:
            return False
        self._note(args)
        return bool(self.varying())

    def allow(self, args):
        """From now on a program may be made for the very sizes of `args`."""
        self._allowed.add(_shapes(args))
        self._note(args)

    def _note(self, args):
        for i, v in enumerate(args):
            for d, n in enumerate(np.shape(v)):
                self.sizes.setdefault((i, d), set()).add(n)

    def varying(self):
        """The (argument, axis) pairs that vary."""
        return [key for key, met in self.sizes.items() if len(met) >= SIZES_MET]


def _shapes(args):
    return tuple(np.shape(v) for v in args)


def may_vary(step):
    """Whether a step is worth it: it has a loop, which takes a second to compile; and whether nothing about it speaks against."""
    return step.places is None and not step.keyed and any(hasattr(getattr(n.op, "base_op", n.op), "tap_array") for n in step.nodes)
