"""The short way through a call: a Python function written for one compiled graph, without loops, lookups or inner calls.

A small training step spends as long in Python as in XLA, and what XLA has just done has pushed the interpreter's own data
out of the cache: each object that is touched and each call that is not made counts. What does not fit (an argument to
convert, facts not seen before, an error) goes the general way, `runtime.Function._call_fully` or `calling`.
"""
from functools import lru_cache, partial
from operator import itemgetter

import numpy as np

from theano_compat.compile.calling import accepts
from theano_compat.compile.device import session
from theano_compat.compile.evaluate import way_of
from theano_compat.compile.guards import failed_guard
from theano_compat.compile.interrupts import leave, rescue_held
from theano_compat.compile.program import Program, as_it_is, fresh, given
from theano_compat.graph.lent import taken
from theano_compat.graph.staging import SMALL, give_back, staged
from theano_compat.scalar.device import runs_on_cpu


def short_call(function, calling):
    """A Python function of `function` and its explicit inputs that does what calling it with just those does."""
    writer = _Writer(function, calling)
    source = writer.source()
    scope = dict(writer.scope)  # without `function`: nothing is to keep it alive
    exec(_code(source), scope)
    return scope.pop("call")  # which would keep itself alive there


@lru_cache(256)
def _code(source):
    return compile(source, "<call of a compiled function>", "exec")


class _Writer:
    """Writes the source of a short call; `scope` has what its names stand for."""

    def __init__(self, function, calling):
        self.function = function
        self.program, self.calling = function.maker.program, calling
        self.n_explicit = function._n_plain
        self.n_locks, self.n_state = len(calling.locks), len(calling.cells)
        self.values = ["v%d" % i for i in range(self.n_explicit + self.n_state)]
        self.scope = {"ndarray": np.ndarray, "array": np.array, "asarray": np.asarray, "taken": taken, "fresh": fresh,
                      "compute": calling.compute, "settle": calling.settle, "after": calling.after, "leave": leave}
        for name, found in (("cell", calling.cells), ("new", calling.replaced), ("lock", calling.locks)):
            self.scope.update((name + str(i), one) for i, one in enumerate(found))

    def source(self):
        arguments = ["a%d" % i for i in range(self.n_explicit)]
        lines = ["def call(f, %s):" % ", ".join(arguments)]
        for i, spec in enumerate(self.function.maker.inputs[:self.n_explicit]):
            dtype, ndim, convert = accepts(spec)
            self.scope.update({"dtype%d" % i: dtype, "convert%d" % i: convert})
            lines += [f"    v{i} = a{i} if type(a{i}) is ndarray and a{i}.dtype is dtype{i} and a{i}.ndim == {ndim} "
                      f"else convert{i}(a{i})",
                      "    if v%d is None:" % i,
                      "        return f._call_fully((%s), {})" % "".join(a + ", " for a in arguments)]
        general = "compute([%s])" % ", ".join(self.values[:self.n_explicit])
        if isinstance(self.program, Program) and self.program.alone is not None:
            return "\n".join(lines + self._locked(self._alone("return " + self._result(general))))
        if not isinstance(self.program, Program) or self.program.order is None:
            return "\n".join([*lines, "    return " + self._result(general)])
        arrays = [i for i, spec in enumerate(self.function.maker.inputs[:self.n_explicit]) if getattr(spec.variable.type, "ndim", 0)]
        large = arrays if arrays and runs_on_cpu() else []
        if large:
            self.scope.update(staged=staged, give_back=give_back)
            lines += ["    borrowed = []", *(f"    if v{i}.nbytes > {SMALL}: v{i} = staged(v{i}, borrowed)" for i in large)]
        body = self._body("return " + self._result(general), ["    if borrowed: give_back(borrowed)"] if large else [])
        return "\n".join(lines + self._locked(body))

    def _locked(self, body):
        if not self.n_locks:
            return body
        numbers = range(self.n_locks)
        return ["    lock%d.acquire()" % i for i in numbers] + ["    try:", *("    " + line for line in body),
                                                              "    finally:", *("        lock%d.release()" % i for i in numbers)]

    def _alone(self, otherwise):
        """Compute the nodes of a program that Python computes alone. What fails is done once more in the general way, which says how."""
        names, lines = dict(zip(self.program.fgraph.inputs, self.values)), []
        for i in range(self.n_state):
            v = self.values[self.n_explicit + i]
            lines.append("    %s = cell%d[0]" % (v, i))
            if not self._read_as_it_is(self.program.fgraph.inputs[self.n_explicit + i]):
                lines.append("    if type(%s) is not ndarray: %s = as_numpy(%s)" % (v, v, v))
        lines.append("    try:")
        for k, node in enumerate(self.program.alone):
            made = ["x%d_%d" % (k, i) for i in range(len(node.outputs))]
            names.update(zip(node.outputs, made))
            self.scope["run%d" % k] = way_of(node)
            lines.append("        (%s,) = run%d([%s])" % (", ".join(made), k, ", ".join(self._named(x, names) for x in node.inputs)))
        lines += ["    except Exception:", "        " + otherwise]
        outputs = []
        for i, v in enumerate(self.program.fgraph.outputs):
            outputs.append("p%d" % i)
            lines.append("    p%d = %s(%s)" % (i, "fresh" if v.owner is None else "given", self._named(v, names)))
        self.scope.update(as_numpy=_as_numpy, given=given)
        return [*lines, "    return " + (outputs[0] if self.function._single else "f._pack([%s])" % ", ".join(outputs))]

    def _read_as_it_is(self, v):
        """Whether all who read a state take it from the device, too, where that is the CPU."""
        return (runs_on_cpu() and not any(v is out for out in self.program.fgraph.outputs)
                and all(getattr(node.op, "takes_device_arrays", False) for node, _ in v.clients))

    def _named(self, v, names):
        if v not in names:  # a constant
            names[v] = "constant_%d" % len(names)
            self.scope[names[v]] = v.data
        return names[v]

    def _result(self, outputs):
        return "%s[0]" % outputs if self.function._single else "f._pack(%s)" % outputs

    def _body(self, otherwise, done):
        """Read the state, recall what the host must know, run, replace.

        `otherwise`: the line that goes the general way; `done`: lines for when the arguments have been read.
        """
        lines = []
        overwritten = self.program.donated
        for i, v in enumerate(self.program.fgraph.inputs[self.n_explicit:]):
            name = self.values[self.n_explicit + i]
            lines += ["    %s = cell%d[0]" % (name, i), "    if type(%s) is ndarray:" % name,
                      "        " + (otherwise if v in overwritten else "%s = arriving%d(%s)" % (name, i, name))]
            self.scope["arriving%d" % i] = self.calling.arriving(i)
        lines += self._find_program(otherwise)
        step, returned = self.program.last, self.program.returned
        made = "(%s), failed" % "".join("o%d, " % i for i in step.made_order)
        outputs, copies, taking = self._outputs()
        every = "[%s]" % ", ".join(self.values)
        read = [self.values[i] for i in self.program.order]
        self.scope.update(context=session(), failure=step.failure)
        lines += copies  # of inputs, whose buffers may be reused
        if overwritten:  # held at once, see `interrupts`
            lines.append("    held = ()")
            self.scope["rescue"] = partial(rescue_held, self.program)
            self.scope["first"] = itemgetter(0)  # an interrupt comes after a call, and had better come after this one
            run = ["            held = [*map(jitted, %s)]" % ", ".join("(%s,)" % v for v in read), "            %s = first(held)" % made]
        else:
            run = ["            %s = jitted(%s)" % (made, ", ".join(read))]
        lines += ["    within = context()",
                  "    try:",
                  "        with within:",
                  *run,
                  "            if failed is not None and asarray(failed).item() >= 0:",  # quicker than its own item
                  "                raise failure(learned.key, failed, [%s])" % ", ".join("o%d" % i for i in range(len(step.made_order)))]
        if not any(line.startswith("        p") for line in taking) and step.made_order:
            lines.append("            o%d.block_until_ready()" % (len(step.made_order) - 1))
        copied = ", ".join(o if o.startswith("c") else "None" for o in outputs)
        lines += [*taking,  # reading one output waits for all of them
                  "    except BaseException as e:",
                  "        leave(within)",
                  *["        rescue(e, learned.key, held, [%s])" % copied] * bool(overwritten),
                  "        return " + self._result("settle(after(e, %s))" % every)]
        lines += ["    new%d[0] = %s" % (i, o) for i, o in enumerate(reversed(outputs[returned:]))]
        returned = outputs[:returned]
        return [*lines, *done, "    return " + (returned[0] if self.function._single else "f._pack([%s])" % ", ".join(returned))]

    def _outputs(self):
        """(names of the program's outputs, lines that copy those which are inputs or constants, lines that take the others off the step's).

        A step's outputs are o0, o1, ...; what is made of them p0, ..., and copies c0, ...
        """
        names, copies, taking = [], [], []
        for i, (r, as_given, v) in enumerate(zip(self.program.recipe, self.program.leave, self.program.fgraph.outputs)):
            if type(r) is not int or r < 0:
                names.append("c%d" % i)
                source = "constant%d" % i if type(r) is not int else self.values[-1 - r]
                copies.append("    c%d = %s(%s)" % (i, "array" if hasattr(v.type, "ndim") else "fresh", source))
                if type(r) is not int:
                    self.scope[source] = r.data
            elif as_given is as_it_is:
                names.append("o%d" % r)
            else:
                names.append("p%d" % i)
                known = "taken" if as_given is taken and getattr(v.type, "ndim", 0) else "array"
                taking.append("        p%d = %s(o%d)" % (i, known, r))
        return names, copies, taking

    def _find_program(self, otherwise):
        """Lines that give `learned` and `jitted`, or go the general way where they are not known yet."""
        program, host = self.program, self.program.host
        lines = []
        if program.guards:  # state is about to be overwritten: what could fail is found before
            self.scope.update(failed_guard=failed_guard, guards=program.guards)
            lines += ["    if failed_guard(guards, (%s)) is not None:" % "".join(v + ", " for v in self.values),
                      "        " + otherwise]
        if host is None:
            self.scope["learned"] = program.learn(None)
        elif host.value_positions:
            self.scope["recall"] = host.recall
            lines += ["    learned = recall((%s))" % "".join(v + ", " for v in self.values)]
        else:
            self.scope["latest"] = host.latest
            key = ["%s.item()" % self.values[i] for i in host.number_positions]
            lines += ["    seen, memory = latest[0]",
                      "    if seen != (%s):" % "".join(self.values[i] + ".shape, " for i in host.shape_positions),
                      "        " + otherwise,
                      "    learned = memory.get(%s)" % (key[0] if len(key) == 1 else "(%s)" % "".join(k + ", " for k in key))]
        if host is not None:
            lines += ["    if learned is None:", "        " + otherwise]
        return [*lines, "    jitted = learned.program", "    if jitted is None:", "        " + otherwise]


def _as_numpy(value):
    return np.asarray(value) if hasattr(value, "block_until_ready") else value
