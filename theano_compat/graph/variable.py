"""The nodes of a program: Variable, Constant and Apply. How to walk them is in `walk`."""
import itertools
import sys
import threading

from theano_compat.config import config
from theano_compat.graph import utils
from theano_compat.graph.utils import legacy_name, object2

_pickling = threading.local()


class _EndOfFlatGraph:
    """Stands behind the last node of a flattened graph and lets the next pickle flatten again."""

    def __reduce__(self):
        _pickling.__dict__.pop("plain", None)
        return _EndOfFlatGraph, ()

    def __deepcopy__(self, memo):
        _pickling.__dict__.pop("plain", None)
        return self


@legacy_name("theano.gof.graph")
class Node(object2):
    """Common base of Variable and Apply."""

    def get_parents(self):
        """The nodes that this one depends on."""
        raise NotImplementedError()

    def __reduce_ex__(self, protocol):
        # pickle and deepcopy recurse through owner -> inputs -> owner; a long chain would hit Python's limit. The first
        # node met carries all its ancestors as a flat list in dependency order, so that each finds its inputs done.
        cls, state = type(self), self.__getstate__()
        plain = getattr(_pickling, "plain", None)
        if plain is not None and id(self) in plain:
            return _new_node, (cls,), state
        flat = _ancestor_applies(self)
        if len(flat) > 1:
            nodes = [x for node in flat for x in (node, *node.outputs) if x is not self]
            _pickling.plain = {id(x): x for x in nodes}
            _pickling.plain[id(self)] = self
            state = {"_flat": [*nodes, _EndOfFlatGraph()], **state}
        return _new_node, (cls,), state

    def __setstate__(self, state):
        state.pop("_flat", None)
        self.__dict__.update(state)

    def __getstate__(self):
        return _own_state(self)


def _own_state(node):
    """What a node is, without the FunctionGraph that it is in."""
    state = dict(node.__dict__)
    state.pop("fgraph", None)
    state.pop("clients", None)
    return state


def _new_node(cls):
    return cls.__new__(cls)


def _ancestor_applies(start):
    """Apply nodes above `start` (a Variable or Apply), prerequisites first. The twin of walk.io_toposort."""
    owner = start if isinstance(start, Apply) else getattr(start, "owner", None)
    if owner is None:
        return []
    order, done, stack = [], set(), [(owner, False)]
    while stack:
        node, ready = stack.pop()
        if id(node) in done:
            continue
        if ready:
            done.add(id(node))
            order.append(node)
            continue
        stack.append((node, True))
        stack.extend((i.owner, False) for i in node.inputs if i.owner is not None and id(i.owner) not in done)
    return order


@legacy_name("theano.gof.graph")
class Apply(Node):
    """One application of `op` to `inputs`, giving `outputs`.

    Raises TypeError when an input or output is no Variable, ValueError when an output belongs to another node.
    """

    params_type = None

    def __init__(self, op, inputs, outputs):
        self.op = op
        self.inputs = []
        self.tag = utils.scratchpad()
        if not isinstance(inputs, (list, tuple)):
            raise TypeError("The inputs of an Apply must be a list or tuple")
        if not isinstance(outputs, (list, tuple)):
            raise TypeError("The output of an Apply must be a list or tuple")
        for x in inputs:
            if not isinstance(x, Variable):
                raise TypeError("The 'inputs' argument to Apply must contain Variable instances, not %s" % x)
            self.inputs.append(x)
        self.outputs = []
        for i, x in enumerate(outputs):
            if not isinstance(x, Variable):
                raise TypeError("The 'outputs' argument to Apply must contain Variable instances with no owner, not %s" % x)
            if x.owner is None:
                x.owner = self
                x.index = i
            elif x.owner is not self or x.index != i:
                raise ValueError("All output variables passed to Apply must belong to it.")
            self.outputs.append(x)

    def run_params(self):
        """The op's parameters for this node (`Op.get_params`), None when it has none."""
        try:
            return self.op.get_params(self)
        except utils.MethodNotDefined:
            return None

    def __getstate__(self):
        state = _own_state(self)
        if hasattr(self.tag, "ufunc"):
            del state["tag"].ufunc
        return state

    def default_output(self):
        """The output that stands for the node in an expression. Raises AttributeError when it is ambiguous."""
        which = getattr(self.op, "default_output", None)
        if which is None:
            if len(self.outputs) == 1:
                return self.outputs[0]
            raise AttributeError("%s.default_output should be an output index." % self.op)
        if not isinstance(which, int):
            raise AttributeError("%s.default_output should be an int or long" % self.op)
        if which < 0 or which >= len(self.outputs):
            raise AttributeError("%s.default_output is out of range." % self.op)
        return self.outputs[which]

    out = property(default_output, doc="alias for self.default_output()")

    def __str__(self):
        from theano_compat.graph.walk import op_as_string
        return op_as_string(self.inputs, self)

    def __repr__(self):
        return str(self)

    def __asapply__(self):
        return self

    def clone(self):
        """A copy of this node: same op and inputs, new outputs."""
        copy = self.__class__(self.op, self.inputs, [output.clone() for output in self.outputs])
        copy.tag = _copied_tag(self.tag)
        return copy

    def clone_with_new_inputs(self, inputs, strict=True):
        """This node over other inputs; rebuilt by `make_node` when their types differ.

        With `strict` an input must convert to the type it replaces; otherwise the node adapts to it.
        """
        assert isinstance(inputs, (list, tuple))
        remake = False
        new_inputs = list(inputs)
        for i, (old, new) in enumerate(zip(self.inputs, new_inputs)):
            if old.type != new.type:
                if strict:
                    new_inputs[i] = old.type.filter_variable(new)
                else:
                    remake = True
        if remake:
            node = self.op.make_node(*new_inputs)
            node.tag = _copied_tag(self.tag).__update__(node.tag)
        else:
            node = self.clone()
            node.inputs = new_inputs
        return node

    def get_parents(self):
        return list(self.inputs)

    nin = property(lambda self: len(self.inputs), doc="number of inputs")
    nout = property(lambda self: len(self.outputs), doc="number of outputs")


def _copied_tag(tag):
    new = utils.scratchpad()
    new.__dict__.update(tag.__dict__)
    return new


@legacy_name("theano.gof.graph")
class Variable(Node):
    """A value of `type` in a program: an input (`owner` None) or output `index` of the Apply `owner`."""

    __construction_observers = []
    __count__ = itertools.count()

    def __init__(self, type, owner=None, index=None, name=None):
        self.tag = utils.scratchpad()
        self.type = type
        self.owner = owner
        if index is not None and not isinstance(index, int):
            raise TypeError("index must be an int", index)
        self.index = index
        if name is not None and not isinstance(name, str):
            raise TypeError("name must be a string", name)
        self.name = name
        self.auto_name = "auto_%d" % next(Variable.__count__)
        if Variable.__construction_observers:
            Variable.notify_construction_observers(self)

    def _repr_latex_(self):
        """The formula, for notebooks; None where it would be too long to read."""
        from theano_compat.printing.latex import repr_latex
        return repr_latex(self)

    def _repr_svg_(self):
        """A picture of a graph whose formula is too long, for notebooks that find Graphviz."""
        from theano_compat.printing.latex import repr_svg
        return None if self._repr_latex_() is not None else repr_svg(self, len(_ancestor_applies(self)))

    def __str__(self):
        if self.name is not None:
            return self.name
        if self.owner is None:
            return "<%s>" % (self.type,)
        if self.index == getattr(self.owner.op, "default_output", None):
            return "%s.out" % (self.owner.op,)
        return "%s.%s" % (self.owner.op, self.index)

    def __repr_test_value__(self):
        from theano_compat.graph.testvalue import get_test_value
        return repr(get_test_value(self))

    def __repr__(self, firstPass=True):
        lines = [str(self)]
        if config.print_test_value and firstPass:
            try:
                lines.append(self.__repr_test_value__())
            except AttributeError:
                pass
        return "\n".join(lines)

    def clone(self):
        """A new variable of the same type, name and tag, without owner."""
        copy = self.__class__(self.type, None, None, self.name)
        copy.tag = _copied_tag(self.tag)
        return copy

    def __lt__(self, other):
        raise NotImplementedError("Subclasses of Variable must provide __lt__", self.__class__.__name__)

    def __le__(self, other):
        raise NotImplementedError("Subclasses of Variable must provide __le__", self.__class__.__name__)

    def __gt__(self, other):
        raise NotImplementedError("Subclasses of Variable must provide __gt__", self.__class__.__name__)

    def __ge__(self, other):
        raise NotImplementedError("Subclasses of Variable must provide __ge__", self.__class__.__name__)

    def get_parents(self):
        return [self.owner] if self.owner is not None else []

    def eval(self, inputs_to_values=None):
        """The value of this variable, given a dict of values for the inputs it depends on."""
        from theano_compat.compile.front import function
        inputs_to_values = {} if inputs_to_values is None else inputs_to_values
        cache = self.__dict__.setdefault("_fn_cache", {})
        inputs = tuple(sorted(inputs_to_values.keys(), key=id))
        if inputs not in cache:
            caller = sys._getframe(1)  # errors name the function by the line that asked for it
            cache[inputs] = function(inputs, self, name="%s:%d" % (caller.f_code.co_filename, caller.f_lineno))
        return cache[inputs](*[inputs_to_values[v] for v in inputs])

    def __getstate__(self):
        state = _own_state(self)
        state.pop("_fn_cache", None)
        if not config.pickle_test_value and hasattr(self.tag, "test_value"):
            tag = _copied_tag(self.tag)
            del tag.test_value
            state["tag"] = tag
        return state

    @classmethod
    def append_construction_observer(cls, observer):
        """Call `observer(variable)` for every variable made from now on."""
        Variable.__construction_observers.append(observer)

    @classmethod
    def remove_construction_observer(cls, observer):
        """Undo append_construction_observer."""
        Variable.__construction_observers.remove(observer)

    @classmethod
    def notify_construction_observers(cls, instance):
        """Tell the observers about `instance`."""
        for observer in Variable.__construction_observers:
            observer(instance)


@legacy_name("theano.gof.graph")
class Constant(Variable):
    """A variable whose value `data` is known when the graph is built. Its owner is always None."""

    def __init__(self, type, data, name=None):
        Variable.__init__(self, type, None, None, name)
        self.data = type.filter(data)
        utils.add_tag_trace(self)

    def equals(self, other):
        """Whether `other` is a constant of the same type and value."""
        return isinstance(other, Constant) and self.signature() == other.signature()

    def signature(self):
        """A hashable that is equal exactly for equal constants."""
        return (self.type, self.data)

    def merge_signature(self):
        """The signature by which merging decides."""
        return self.signature()

    def __str__(self):
        if self.name is not None:
            return self.name
        text = str(self.data)
        if len(text) > 20:
            text = text[:10] + "..." + text[-10:]
        return "Constant{%s}" % text

    def clone(self):
        """A constant of the same type, value and tag."""
        copy = self.__class__(self.type, self.data, self.name)
        copy.tag = _copied_tag(self.tag)
        return copy

    @property
    def owner(self):
        return None

    @owner.setter
    def owner(self, value):
        if value is not None:
            raise ValueError("Constant instances cannot have an owner.")

    value = property(lambda self: self.data, doc="read-only data access method")

    def __setstate__(self, state):
        state.pop("owner", None)
        Variable.__setstate__(self, state)
