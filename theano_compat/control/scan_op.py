"""Scan: the op that holds a step's graph and repeats it. How it runs is in `scan_run`, what users call in `scan`,
which of its variables are of which kind in `scan_lists`.

A node's inputs: number of steps, sequences, states (buffers that begin with the initial values), shared variables that are no
tensors, a length for each output that is no state, everything else. Its outputs: states' buffers, other outputs, shared variables.
"""

from theano_compat.control.scan_lists import ListsByKind
from theano_compat.control.scan_pickled import PickledLoop
from theano_compat.control.scan_utils import equal_computations
from theano_compat.graph import Apply, Constant, Op, Variable
from theano_compat.graph.errors import MissingInputError
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.walk import inputs as graph_inputs
from theano_compat.graph.walk import io_connection_pattern, io_toposort
from theano_compat.tensor import TensorType, as_tensor_variable, integer_dtypes

_INNER = ("When compiling the inner function of scan (the function called by scan in each of its iterations) the following error "
          "has been encountered: ")
_ONE_STEP = ("For example, if the inner function of scan returns a vector of size d and scan uses the values of the previous "
             "time-step, then the initial state in scan should be a matrix of shape (1, d). The first dimension of this matrix "
             "corresponds to the number of previous time-steps that scan uses in each of its iterations. In order to solve "
             "this issue if the two variable currently have the same dimensionality, you can increase the dimensionality of "
             "the variable in the initial state of scan by using dimshuffle or shape_padleft. ")
_WRONG_SLICE = (_INNER + "The initial state (outputs_info in scan nomenclature)  %s (argument number %d) has dtype %s and %d "
                "dimension(s). The corresponding variable in the inner function of scan %s however has dtype %s and %d "
                "dimension(s). This variable in the inner function of scan should have the same dtype and one fewer dimension "
                "compared to its corresponding variable in the initial state (outputs_info in scan nomenclature). " + _ONE_STEP)
_WRONG_DTYPE = ("When compiling the inner function of scan the following error has been encountered: The initial state "
                "(`outputs_info` in scan nomenclature) of variable %s (argument number %d) has dtype %s, while the result of "
                "the inner function (`fn`) has dtype %s. This can happen if the inner function of scan results in an upcast "
                "or downcast.")
_WRONG_NDIM = (_INNER + "The initial state (`outputs_info` in scan nomenclature) of variable %s (argument number %d) has %d "
               "dimension(s), while the corresponding variable in the result of the inner function of scan (`fn`) has %d "
               "dimension(s) (it should be one less than the initial state). " + _ONE_STEP)
_WRONG_PATTERN = ("The broadcast pattern of the output of scan (%s) is inconsistent with the one provided in `output_info` (%s). "
                  "The output on axis %d is `%r`, but it is `%r` on axis %d in `output_info`. This can happen if one of the "
                  "dimension is fixed to 1 in the input, while it is still variable in the output, or vice-verca. You have to "
                  "make them consistent, e.g. using theano.tensor.{patternbroadcast,unbroadcast,addbroadcast}.")

_COMPARED = ("truncate_gradient", "n_seqs", "tap_array", "as_while", "n_mit_sot", "n_nit_sot", "n_shared_outs", "n_sit_sot")
_DERIVED = {"_hash", "_make", "_plan", "n_states", "first_state", "first_shared", "first_length", "first_other", "n_taps"}


@legacy_name("theano.scan_module.scan_op")
class Scan(ListsByKind, Op):
    """`Scan(inputs, outputs, info)`: repeats the graph from `inputs` to `outputs`; `info` is Theano's dictionary of counts.

    `mode`, `profile`, `allow_gc` and `gpua` in `info` change no result. Raises MissingInputError for a step that is not closed,
    ValueError or TypeError in make_node for states whose values and results do not fit.
    """

    sized_by_data = True

    def __init__(self, inputs, outputs, info, typeConstructor=None):
        self.inputs = inputs
        self.outputs = outputs
        self.__dict__.update(info)
        self.info = info
        if self.name is None:
            self.name = "scan_fn"
        info["name"] = self.name
        self._make = TensorType if typeConstructor is None else typeConstructor
        self.n_states = self.n_mit_sot + self.n_sit_sot
        end = self.n_states + self.n_nit_sot
        self.output_types = [TensorType(broadcastable=(False,) + tuple(o.type.broadcastable), dtype=o.type.dtype)
                             for o in outputs[:end]]
        self.output_types += [o.type for o in outputs[end:end + self.n_shared_outs]]
        given = set(inputs)
        for v in graph_inputs(outputs, inputs):
            if v not in given and not isinstance(v, Constant):
                raise MissingInputError("ScanOp is missing an input: %s" % repr(v))
        # what a node's inputs are, by position
        self.first_state = 1 + self.n_seqs
        self.first_shared = self.first_state + self.n_states
        self.first_length = self.first_shared + self.n_shared_outs
        self.first_other = self.first_length + self.n_nit_sot
        self.n_taps = sum(len(taps) for taps in self.tap_array)
        self.mintaps = [min(taps) for taps in self.tap_array] + [0] * self.n_nit_sot
        self.var_mappings = self._mappings()
        self._hash = hash((type(self), tuple(v.type for v in inputs), tuple(v.type for v in outputs),
                           tuple(type(n.op).__name__ for n in io_toposort(inputs, outputs)), self.n_seqs, self.as_while))
        self._plan = None

    def __getstate__(self):
        return {**self.__dict__, "_plan": None}

    def __setstate__(self, state):
        self.__dict__.update(state)
        if state["info"]["n_mit_mot"]:
            self.__class__ = PickledLoop

    def __getattr__(self, name):
        # A pickle that Theano wrote lacks what is derived here, and its inner graph may be half read when the op is.
        if name not in _DERIVED or "info" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        self.__init__(self.inputs, self.outputs, dict(self.info))
        return self.__dict__[name]

    def __eq__(self, other):
        if self is other:
            return True
        return (type(self) is type(other) and self._hash == other._hash
                and all(self.info[k] == other.info[k] for k in _COMPARED)
                and equal_computations(self.outputs, other.outputs, self.inputs, other.inputs))

    def __hash__(self):
        return self._hash

    def __str__(self):
        return "%s{%s,%s}" % ("do_while" if self.as_while else "for", "gpu" if self.gpua else "cpu", self.name)

    # -- which inner and outer variables belong together

    def _mappings(self):
        """Theano's dictionaries from positions of outer or inner inputs or outputs to each other; -1 or [] for nothing."""
        groups = [(0, [], [], -1)]  # outer input, inner inputs, inner outputs, outer output
        inner = 0
        for i in range(self.n_seqs):
            groups.append((1 + i, [inner], [], -1))
            inner += 1
        for i, taps in enumerate(self.tap_array):
            groups.append((self.first_state + i, list(range(inner, inner + len(taps))), [i], i))
            inner += len(taps)
        for i in range(self.n_nit_sot):
            groups.append((self.first_length + i, [], [self.n_states + i], self.n_states + i))
        for i in range(self.n_shared_outs):
            out = self.n_states + self.n_nit_sot + i
            groups.append((self.first_shared + i, [inner], [out], out))
            inner += 1
        for i in range(len(self.inputs) - inner):
            groups.append((self.first_other + i, [inner], [], -1))
            inner += 1
        kinds = ("outer_inp", "inner_inp", "inner_out", "outer_out")
        found = {"%s_from_%s" % (a, b): {} for a in kinds for b in kinds
                 if a != b and (a, b) not in (("outer_inp", "outer_inp"), ("outer_out", "outer_out"))}
        for group in groups:
            values = dict(zip(kinds, group))
            for b in kinds:
                for key in values[b] if isinstance(values[b], list) else [values[b]] if values[b] != -1 else []:
                    for a in kinds:
                        if a != b:
                            found["%s_from_%s" % (a, b)][key] = values[a]
        return found

    def get_oinp_iinp_iout_oout_mappings(self):
        """The same as `var_mappings`."""
        return self.var_mappings

    def outer_states(self, inputs):
        """Buffers of states among a node's inputs."""
        return inputs[self.first_state:self.first_shared]

    # -- the node

    def make_node(self, *inputs):
        assert all(isinstance(v, Variable) for v in inputs)
        assert len(inputs) - self.n_nit_sot - 1 == len(self.inputs) - self.n_taps + self.n_states, (
            "The number of inputs given to the inner function of scan does not match the number of inputs given to scan.")
        made = [as_tensor_variable(inputs[0])]
        for slice_, seq in zip(self.inner_seqs(self.inputs), self.outer_seqs(inputs)):
            _check_pattern(seq, slice_)
            made.append(_fitted(seq, slice_))
        for i, (taps, buffer) in enumerate(zip(self.inner_taps(self.inputs), self.outer_states(inputs))):
            fitted = _fitted(buffer, taps[0])
            _check_state(fitted, taps, self.outputs[i], self.n_seqs + i)
            made.append(fitted)
        made += [_fitted(v, inner) for v, inner in zip(inputs[self.first_shared:], self.inner_shared(self.inputs))]
        for length in self.outer_nitsot(inputs):
            length = as_tensor_variable(length)
            if length.dtype not in integer_dtypes or length.ndim != 0:
                raise ValueError("For output %s you need to provide a scalar int !", str(length))
            made.append(length)
        for inner, v in zip(self.inner_non_seqs(self.inputs), self.outer_non_seqs(inputs)):
            v = _fitted(v, inner)
            if inner.type != v.type:
                raise ValueError("Argument %s given to scan node does not match its correspondance %s" % (v, inner))
            made.append(v)
        return Apply(self, made, [t() for t in self.output_types])

    def validate_inner_graph(self):
        """Raise TypeError for a state that a step takes and gives in different types."""
        for taps, out in zip(self.inner_taps(self.inputs), self.outputs):
            for v in taps:
                if v.type != out.type:
                    raise TypeError("Inconsistency in the inner graph of scan '%s' : an input and an output are associated with "
                                    "the same recurrent state and should have the same type but have type '%s' and '%s' "
                                    "respectively." % (self.name, v.type, out.type))

    # -- derivatives

    def connection_pattern(self, node):
        """Through the step's graph, and from state to state."""
        found = getattr(node.tag, "connection_pattern", None)
        if found is not None:
            return found
        inner = io_connection_pattern(self.inputs, self.outputs)
        to_inner, to_output = self.var_mappings["inner_inp_from_outer_inp"], self.var_mappings["inner_out_from_outer_out"]
        pattern = [[any(inner[i][o] for i in to_inner[x] for o in to_output[j]) for j in range(len(node.outputs))]
                   for x in range(len(node.inputs))]
        source = self.var_mappings["outer_inp_from_outer_out"]
        changed = True
        while changed:
            changed = False
            for j, state in source.items():
                for k in range(len(node.outputs)):
                    if j != k and pattern[state][k]:
                        for row in pattern:
                            if row[j] and not row[k]:
                                row[k] = changed = True
        node.tag.connection_pattern = pattern
        return pattern

    def L_op(self, inputs, outputs, output_grads):
        """Backpropagation through time, at most `truncate_gradient` steps of it, derived from how the loop runs."""
        from theano_compat.control.scan_gradient import gradients
        return gradients(self, inputs, outputs, output_grads)

    def points_for(self, node, eval_points):
        """`eval_points` for a directional derivative: scan_gradient.points_for."""
        from theano_compat.control.scan_gradient import points_for
        return points_for(self, node, eval_points)

    def terms_for_buffers(self, node, terms, output_grads, wanted):
        """`terms` of a node of which a program asks for the gradient of a state's buffer itself: scan_gradient.buffer_terms."""
        from theano_compat.control.scan_gradient import buffer_terms
        return buffer_terms(node, terms, output_grads, wanted)

    # -- running

    @property
    def plan(self):
        """How the step runs: scan_run.StepPlan."""
        if self._plan is None:
            from theano_compat.control.scan_run import StepPlan
            self._plan = StepPlan(self)
        return self._plan

    @property
    def host_only(self):
        """Whether the number of rows is only known afterwards, or a step has work for Python."""
        return self.as_while or self.plan.by_host

    @property
    def can_fail(self):
        """Whether a step states conditions."""
        return self.plan.can_fail

    def fact_inputs(self, node):
        """The number of steps and what the step needs to know while it is traced."""
        shift = self.first_other - self.plan.n_varying
        return (0, *(shift + i for i in self.plan.static)), ()

    def lower_padded(self, node, values, lower):
        """In a program for many lengths: control.scan_padded."""
        from theano_compat.control import scan_padded
        return scan_padded.lower_padded_scan(self, node, values, lower)

    def facts(self, node, values, shapes):
        """(number of steps, values of static inputs)."""
        from theano_compat.control.scan_run import facts_of
        return facts_of(self, node, values)

    def lower(self, node, *values, facts):
        """lax.scan over the step; what does not change from step to step is computed before it."""
        from theano_compat.control.scan_run import lower_scan
        return lower_scan(self, node, values, facts)[0]

    def lower_ending(self, node, values, facts, which):
        """The outputs as a tuple, and {output in `which`: its last row}."""
        from theano_compat.control.scan_run import lower_scan
        last = [k for k in which if k >= self.n_states]
        outs, states, ends = lower_scan(self, node, values, facts, last)
        return (outs if isinstance(outs, tuple) else (outs,),
                {**{k: states[k][-1] for k in which if k < self.n_states}, **dict(zip(last, ends))})

    @property
    def replayed_eagerly(self):
        """Whether `replay` may not be traced: Python computes some of its derivatives."""
        return self.plan.by_host and self.plan.replay(True).eager

    @property
    def rowed(self):
        """Inputs, and outputs, of a node that have as many rows as a loop that the host ran turned out to have steps."""
        return (), tuple(range(self.n_states + self.n_nit_sot))

    def run_of(self, node):
        """The node: derivatives of it can be told what its run was."""
        return node

    def run_and_record(self, node, values):
        """The outputs of a run on the host, as a list, and what `record` gives for it."""
        from theano_compat.control.scan_record import run_and_record
        return run_and_record(self, node, values)

    def record(self, node, values):
        """What a derivative needs to know about a run on the host, and how many rows too many `replay` will give."""
        from theano_compat.control.scan_record import record
        return record(self, node, values)

    def replay(self, node, values, key, arrays):
        """The outputs, staged, of a run on the host that `record` gave `(key, arrays)` for."""
        from theano_compat.control.scan_replay import replay
        return replay(self, node, values, key, arrays)

    def retrace(self, node, values):
        """Run step by step and node by node, to find the node that fails: NodeError."""
        from theano_compat.control.scan_host import retrace
        retrace(self, node, values)

    def perform(self, node, inputs, output_storage, params=None):
        from theano_compat.control.scan_host import run_on_host
        for cell, value in zip(output_storage, run_on_host(self, node, inputs)):
            cell[0] = value


def _fitted(v, inner):
    """`v` with the dtype of `inner` and a type that agrees with it, sequence or not."""
    if not hasattr(v, "dtype"):
        return v
    if v.type.dtype != inner.type.dtype:
        v = v.astype(inner.type.dtype)
    if v.ndim == inner.ndim:
        return inner.type.filter_variable(v)
    return inner.type.clone(broadcastable=tuple(v.broadcastable[:1]) + tuple(inner.broadcastable)).filter_variable(v)


def _check_pattern(outer, inner):
    if not hasattr(outer, "broadcastable") or not hasattr(inner, "broadcastable"):
        return
    size = min(len(outer.broadcastable), len(inner.broadcastable))
    for n, (a, b) in enumerate(zip(outer.broadcastable[-size:] if size else (), inner.broadcastable[-size:] if size else ())):
        if a != b:
            raise TypeError(_WRONG_PATTERN % (outer.type, inner.type, n + size - len(outer.broadcastable) + 1, a, b,
                                              n + size - len(inner.broadcastable) + 1))


def _check_state(buffer, taps, out, position):
    for v in taps:
        if v.type.dtype != buffer.type.dtype or v.ndim != buffer.ndim - 1:
            raise ValueError(_WRONG_SLICE % (buffer, position, buffer.type.dtype, buffer.type.ndim, v, v.type.dtype,
                                             v.type.ndim))
    if out.type.dtype != buffer.type.dtype:
        raise ValueError(_WRONG_DTYPE % (buffer, position, buffer.type.dtype, out.type.dtype))
    if out.ndim != buffer.ndim - 1:
        raise ValueError(_WRONG_NDIM % (buffer, position, buffer.ndim, out.ndim))


def check_patterns(op):
    """Raise TypeError, as Theano's gradient does, when a state's initial value and result differ in broadcast pattern."""
    for taps, out in zip(op.inner_taps(op.inputs), op.output_types):
        for v in taps:
            _check_pattern(out(), v)


