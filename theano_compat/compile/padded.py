"""Programs for many lengths: one compiled program serves all arguments whose varying axes fit its buffers.

An XLA step that has met several sizes of one axis of an argument is traced anew over buffers, if its ops can do that: each varying axis
has the least power of two that holds it (or, where that compiles fast, a quarter of the way to it), its length is an argument, and the
content behind that does not count. Axes of one length are one length; where that does not do, one that is longer by one or two is the
same length and one or two more (states with their start, from a step before). An axis that does not vary, and whatever has no rule
(padding.rules) are as they were: a program for just those sizes.
"""
from functools import partial

import numpy as np

import theano_compat.padding.convolution  # noqa: F401 - registers its rules
import theano_compat.padding.draws  # noqa: F401
import theano_compat.padding.indices  # noqa: F401
import theano_compat.padding.sorting  # noqa: F401
from theano_compat.compile.lengths import compiles_long, numbers_that_decide, shapes_of
from theano_compat.compile.lower import lower_node, node_facts, run_step
from theano_compat.gradient.derived import VJP
from theano_compat.gradient.padded import derived
from theano_compat.padding.rules import lower_padded
from theano_compat.padding.shapes import of_dtype
from theano_compat.padding.sizes import (
    DependsOnLengths,
    Lengths,
    Padded,
    Size,
    Unpaddable,
    harmless,
    length,
    plain,
    plus,
    register_with_jax,
    tracing,
)
from theano_compat.scalar.device import jitted

_LEAST_ROOM = 16
_LEAST_LENGTHS = (1, 3, 6)  # that a program for short sentences serves: filters, windows and n-grams have to fit
_MOST_REFUSED = 4
_MOST_REMEMBERED = 1000


def apply(node, values, own=None):
    """The outputs of `node` as a tuple, by its rule; `own(values, facts)`: a lowering with a gradient of its own."""
    def ordinary(arrays, facts=None):
        if facts is None:
            try:
                facts = node_facts(node, arrays)
            except Exception as e:
                raise Unpaddable("no rule for %s" % node.op) from e
        outs = own(arrays, facts) if own is not None else lower_node(node, arrays, facts)
        return tuple(outs)

    try:
        if isinstance(node.op, VJP):
            return derived(node.op, node, values, apply)
        return tuple(harmless(v) for v in lower_padded(node, values, ordinary))
    except (ValueError, TypeError, IndexError, MemoryError, AttributeError, KeyError) as e:
        # whether there is an error in this call, and which, is found for its very lengths
        raise Unpaddable("%s: %s" % (node.op, e)) from e


class _Refusal(str):
    """Why there is no program; `depends`: there may be one for fewer lengths."""

    def __new__(cls, reason, depends):
        self = str.__new__(cls, reason)
        self.depends = depends
        return self


class PaddedStep:
    """The programs of one CompiledStep for many lengths, and which arguments they take."""

    def __init__(self, compiled, met):
        register_with_jax()
        self.compiled = compiled
        self.met = met
        self._found = {}  # shapes of arguments -> what _find gave
        self.programs = {}  # key -> _Program, or the reason why there is none: empty where there is another
        step = compiled.step
        self.step = step.without_endings()
        self._compiles_long = compiles_long(step)
        self._numbers = numbers_that_decide(step)
        self._places = {(i, d) for i, v in enumerate(step.inputs) if getattr(v.type, "broadcastable", None) is not None
                        for d in range(v.type.ndim) if i not in compiled._donate}

    def outputs(self, args):
        """The step's outputs for `args` as the compiled step gives them, or None where it is to run for these sizes alone."""
        shapes = shapes_of(args), *(int(args[i]) for i in self._numbers)
        found = self._found.get(shapes)
        if found is None:
            if len(self._found) >= _MOST_REMEMBERED:
                self._found.clear()
            found = self._found[shapes] = self._find(args)
        program, numbers = found
        return None if program is None else program(args, numbers)

    def _find(self, args):
        """(the program for `args`, their lengths), or (None, None)."""
        sizes, tried = self._sizes(args), []
        for key, program in self.programs.items():
            # lengths that happen to be equal, or one apart, need no program where there is one for any two
            numbers = None if isinstance(program, str) else _lengths_in(key, sizes)
            if numbers is not None:
                return program, numbers
        for apart in (0, 2):
            for least in _LEAST_LENGTHS:
                key, numbers = self._key(args, least, apart)
                if key is None:
                    break
                program = self.programs.get(key)
                if program is None:
                    program = self.programs[key] = self._made(key, args, numbers)
                if not isinstance(program, str):
                    self.programs.update((k, _Refusal("", True)) for k in tried)  # there was a way
                    return program, numbers
                tried.append(key)
                if not program.depends:
                    break
        return None, None

    def _made(self, key, args, numbers):
        """The program for `key`, or the reason why there is none."""
        refused = [p for p in self.programs.values() if isinstance(p, str)]
        if len(refused) >= _MOST_REFUSED and len(refused) == len(self.programs):
            return refused[0]  # nor will the next be made
        try:
            return _Program(self, key, args, numbers)
        except Exception as e:
            # also an error of the call, which is found, and told as Theano does, by the program for these very sizes
            return _Refusal((str(e) or type(e).__name__).splitlines()[0], isinstance(e, DependsOnLengths))

    def _key(self, args, least, apart):
        """(what decides the program: of each argument its sizes, a length as (its number, what to add, least, greatest); the lengths).

        A program for short sentences serves those from `least` on. Lengths are told from shorter ones if these are no more than `apart`
        shorter; (None, None) if there are no lengths, or none to be told so.
        """
        varying = {key for key in self.met.varying() if key in self._places}
        sizes = self._sizes(args)
        found = sorted({n for i, own in enumerate(sizes) for d, n in enumerate(own)
                        if n >= least and (i in self._numbers or (i, d) in varying)})
        lengths = []
        for n in found:
            if not lengths or n - lengths[-1] > apart:
                lengths.append(n)
        if not lengths or apart and len(lengths) == len(found):
            return None, None
        terms = {n: self._term(n, lengths, least) for n in found}
        return tuple(tuple(terms.get(n, n) if i in self._numbers or (i, d) in varying else n for d, n in enumerate(own))
                     for i, own in enumerate(sizes)), lengths

    def _sizes(self, args):
        """The sizes of each argument; of a number that decides sizes its value."""
        return [[int(v)] if i in self._numbers else np.shape(v) for i, v in enumerate(args)]

    def _term(self, n, lengths, least):
        which = max(i for i, base in enumerate(lengths) if base <= n)
        return which, n - lengths[which], *self._room(lengths[which], least)

    def _room(self, n, least):
        """(least, greatest) of the lengths that a program for `n` serves."""
        if n <= _LEAST_ROOM:
            return least, _LEAST_ROOM
        half = 1 << (n - 1).bit_length() - 1
        step = half if self._compiles_long else half // 4
        most = half + -(-(n - half) // step) * step
        return most - step + 1, most

    def why_not(self):
        """Reasons why programs for some sizes are made for those alone."""
        return sorted({p for p in self.programs.values() if isinstance(p, str) and p})


class _Program:
    """One program: jitted, over a vector of lengths and buffers."""

    def __init__(self, padded, key, args, numbers):
        self.padded, self.key = padded, key
        compiled = padded.compiled
        bounds = {which: rest for sizes in key for which, _, *rest in (s for s in sizes if isinstance(s, tuple))}
        self.bounds = [tuple(bounds[i]) for i in range(len(bounds))]
        room = [tuple(s[3] + s[1] if isinstance(s, tuple) else s for s in sizes) for sizes in key]
        self.shapes = [own if own != sizes else None for own, sizes in zip(room, key)]
        for i in padded._numbers:
            self.shapes[i] = None
        self.sizes = None
        donate = tuple(1 + i for i in compiled._donate)
        self.jitted = jitted(self._traced, donate_argnums=donate, keep_unused=compiled._unread)
        with compiled._context():
            # traced here, so that what cannot be is found before anything is given away
            self.jitted.trace(*self._arguments(args, numbers))

    def _traced(self, lengths, *args):
        compiled = self.padded.compiled
        with tracing(Lengths(self.bounds, [lengths[i] for i in range(len(self.bounds))])):
            given = [self._given(i, v) for i, v in enumerate(args)]
            outputs, failed, checks = run_step(self.padded.step, {}, given, compiled._kept)
            self.sizes = [v.sizes if isinstance(v, Padded) else None for v in outputs]
            outputs = [plain(v) for v in outputs]
        compiled.traces += self not in compiled._checks
        compiled._checks[self] = checks
        return [outputs[i] for i in compiled.made_order], failed

    def _given(self, i, v):
        """Argument `i` as ops see it."""
        sizes = [plus(length(s[0]), s[1]) if isinstance(s, tuple) else s for s in self.key[i]]
        if i in self.padded._numbers:
            n = of_dtype(sizes[0], str(v.dtype))
            if n is None:
                raise Unpaddable("a length of dtype %s" % v.dtype)
            return n
        return Padded(v, sizes) if any(isinstance(n, Size) for n in sizes) else v

    def _arguments(self, args, numbers):
        return [np.array(numbers, dtype="int64"), *(v if shape is None else _buffer(v, shape) for v, shape in zip(args, self.shapes))]

    def __call__(self, args, numbers):
        finish = partial(self._without_rests, numbers)
        return finish(self.padded.compiled.run_program(self.jitted, self._arguments(args, numbers), self, finish))

    def _without_rests(self, numbers, outputs):
        """The program's `outputs` as the step gives them."""
        with self.padded.compiled._context():
            return [v if sizes is None else _front(v, sizes, numbers) for v, sizes in zip(outputs, self.sizes)]


def _lengths_in(key, sizes):
    """The lengths that give arguments with the forms of `key` these `sizes`; None where none do."""
    found = {}
    for forms, own in zip(key, sizes):
        if len(forms) != len(own):
            return None
        for form, n in zip(forms, own):
            if isinstance(form, tuple):
                which, more, least, most = form
                if not least <= n - more <= most or found.setdefault(which, n - more) != n - more:
                    return None
            elif form != n:
                return None
    return [found[i] for i in range(len(found))]


def _buffer(v, shape):
    """`v` in the front of a buffer of `shape`."""
    buffer = np.zeros(shape, v.dtype)
    buffer[tuple(slice(n) for n in np.shape(v))] = v
    return buffer


def _front(v, sizes, numbers):
    """What counts of an output's buffer, as an array of its own on the device."""
    import jax.numpy as jnp
    return jnp.asarray(np.asarray(v)[tuple(slice(n.at(numbers) if isinstance(n, Size) else n) for n in sizes)].copy())
