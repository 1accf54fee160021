"""DebugMode finds the lies that ops and rewrites tell, with the exceptions of the real one."""
import pickle

import numpy as np
import pytest

import theano_compat as theano
import theano_compat.tensor as T
from theano.compile.debugmode import (
    BadDestroyMap,
    BadOptimization,
    BadThunkOutput,
    BadViewMap,
    DebugMode,
    DebugModeError,
    InvalidValueError,
    StochasticOrder,
)
from theano_compat import gof


def python_op(perform, outputs=1, **attributes):
    """An op of two vectors computed by `perform(a, b, *output cells)`."""
    class Made(gof.Op):
        def make_node(self, a, b):
            a, b = T.as_tensor_variable(a), T.as_tensor_variable(b)
            return gof.Apply(self, [a, b], [a.type() for _ in range(outputs)])

        def perform(self, node, inputs, cells):
            perform(*inputs, *cells)
    for name, value in attributes.items():
        setattr(Made, name, value)
    return Made()


def write_into_input(a, b, out):
    out[0] = a
    out[0] += b


def hand_on(a, b, out):
    out[0] = b


def hand_on_a_part(a, b, out):
    out[0] = b[1:3]


def good(a, b, out):
    out[0] = a + b


def run(op, *values, mode=None, then=lambda outs: outs):
    x, y = T.dvectors("x", "y")
    f = theano.function([x, y], then(op(x, y)), mode=mode or DebugMode(stability_patience=1))
    return f(*(values or ([1, 2, 3], [4, 5, 6])))


def test_an_honest_op_passes():
    assert run(python_op(good)).tolist() == [5, 7, 9]


def test_an_input_that_is_written_to_must_be_in_the_destroy_map():
    with pytest.raises(BadDestroyMap) as raised:
        run(python_op(write_into_input))
    assert raised.value.idx == 0 and raised.value.node.op.__class__.__name__ == "Made"
    assert raised.value.old_val.tolist() == [1, 2, 3] and raised.value.new_val.tolist() == [5, 7, 9]
    assert "changed input idx: 0" in str(raised.value) and "destroy_map: {}" in str(raised.value)
    x, y = np.arange(2.0), np.ones(2)
    with pytest.raises(BadDestroyMap):
        run(python_op(write_into_input), x, y)
    assert x.tolist() == [0, 1], "the caller's array is left alone"


def test_a_view_must_be_in_the_view_map():
    for perform in (hand_on, hand_on_a_part):
        with pytest.raises(BadViewMap) as raised:
            run(python_op(perform))
        assert raised.value.in_alias_idx == [1] and raised.value.output_idx == 0
    assert run(python_op(hand_on, view_map={0: [1]})).tolist() == [4, 5, 6]


def test_two_outputs_may_share_memory_unless_both_are_used():
    def overlapping(a, b, c, d):
        r = a * 2
        c[0], d[0] = r[:-1], r[1:]
    op = python_op(overlapping, outputs=2)
    assert [v.tolist() for v in run(op)] == [[2, 4], [4, 6]]
    assert run(op, then=lambda outs: outs[0] * 2).tolist() == [4, 8]
    with pytest.raises(BadViewMap) as raised:
        run(op, then=lambda outs: outs[0] + outs[1])
    assert raised.value.out_alias_idx == 1
    with pytest.raises(BadViewMap):
        run(op, then=lambda outs: outs[0] + outs[1], mode="DEBUG_MODE")


def test_an_input_marked_as_destroyed_that_was_not_is_told(caplog):
    x, y = T.dvectors("x", "y")
    f = theano.function([x, y], python_op(good, destroy_map={0: [0]})(x, y), mode=DebugMode(stability_patience=1), accept_inplace=True)
    assert f([1, 2], [3, 4]).tolist() == [4, 6]
    assert "input idx 0 marked as destroyed was not changed" in caplog.text
    caplog.clear()
    with theano.config.change_flags(DebugMode__warn_input_not_reused=False):
        f([1, 2], [3, 4])
    assert not caplog.text


def test_an_op_that_relies_on_empty_output_memory_is_found():
    def adds_to_what_is_there(a, b, out):
        if out[0] is None or out[0].shape != a.shape:
            out[0] = np.zeros_like(a)
        out[0] += a + b
    op = python_op(adds_to_what_is_there)
    assert run(op).tolist() == [5, 7, 9]
    for kind in ("initial", "c_contiguous", "f_contiguous", "strided", "ALL"):
        with pytest.raises(BadThunkOutput) as raised:
            run(op, mode=DebugMode(stability_patience=1, check_preallocated_output=kind))
        assert raised.value.val1.tolist() == [5, 7, 9] and raised.value.offending_op() is type(op)
    assert run(op, mode=DebugMode(check_preallocated_output="wrong_size")).tolist() == [5, 7, 9]
    with theano.config.change_flags(DebugMode__check_preallocated_output="strided"), pytest.raises(BadThunkOutput):
        run(op, mode=DebugMode(stability_patience=1))


def test_perform_and_lower_must_agree():
    def lower(self, node, a, b):
        return a + b + 0.5
    op = python_op(good, lower=lower, host_only=True)
    with pytest.raises(BadThunkOutput) as raised:
        run(op)
    assert (raised.value.thunk1, raised.value.thunk2) == ("perform", "lower") and raised.value.r.owner.op is op
    assert "BadThunkOutput\n  Apply   : " in str(raised.value)
    assert run(op, mode=DebugMode(check_c_code=False)).tolist() == [5, 7, 9]


def test_a_value_must_fit_its_type():
    def wrong_dtype(a, b, out):
        out[0] = (a + b).astype("float32")
    with pytest.raises(InvalidValueError) as raised:
        run(python_op(wrong_dtype))
    assert raised.value.hint == "perform output" and raised.value.v.dtype == "float32"
    text = str(raised.value)
    assert text.startswith("InvalidValueError\n        type(variable) = TensorType(float64, vector)\n") and "isfinite       = True" in text
    assert str(InvalidValueError("as it is")) == "as it is"


def test_nan_and_infinities_are_invalid_unless_allowed():
    x = T.dvector("x")
    f = theano.function([x], T.log(x), mode=DebugMode(stability_patience=1))
    for value in ([-1.0], [np.inf], [np.nan]):
        with pytest.raises(InvalidValueError):
            f(value)
    assert f([1.0]) == 0
    with theano.config.change_flags(DebugMode__check_finite=False):
        assert np.isnan(theano.function([x], T.log(x), mode=DebugMode(stability_patience=1))([-1.0])).all()


def rewriting(transform):
    """A DebugMode whose optimizer is one local rewrite of `add`."""
    database = gof.EquilibriumDB()
    database.register(transform.__name__, gof.local_optimizer([T.add])(transform), "all")
    return database.query("+all")


def add_off_by_half(a, b, out):
    out[0] = a + b + 0.5


def test_a_rewrite_that_changes_values_is_named():
    broken = python_op(add_off_by_half)

    def insert_broken_add(node):
        return [broken(*node.inputs)]
    with pytest.raises(BadOptimization) as raised:
        run(T.add, mode=DebugMode(optimizer=rewriting(insert_broken_add)))
    assert "insert_broken_add" in str(raised.value.reason)
    assert raised.value.old_r_val.tolist() == [5, 7, 9] and raised.value.new_r_val.tolist() == [5.5, 7.5, 9.5]
    assert isinstance(raised.value, DebugModeError) and isinstance(raised.value, gof.toolbox.BadOptimization)
    assert "Max Abs Diff:  0.5" in str(raised.value)


def test_a_rewrite_that_puts_in_a_failing_node_is_named():
    def insert_bigger_b(node):
        if node.inputs[-1].owner is None:
            return [T.add(node.inputs[0], T.concatenate((node.inputs[-1],) * 2))]
    with pytest.raises(ValueError, match="insert_bigger_b"):
        run(T.add, mode=DebugMode(optimizer=rewriting(insert_bigger_b), stability_patience=1))


def test_a_rewrite_that_changes_a_type_is_refused():
    def insert_bad_dtype(node):
        if node.inputs[-1].owner is None:
            return [node.outputs[0].astype("float32")]
    with theano.config.change_flags(on_opt_error="raise"), pytest.raises(gof.toolbox.BadOptimization, match="insert_bad_dtype"):
        run(T.add, mode=DebugMode(optimizer=rewriting(insert_bad_dtype), stability_patience=1))
    with pytest.raises(gof.toolbox.BadOptimization, match="^again$"):
        raise gof.toolbox.BadOptimization("again")


def test_a_rewrite_that_comes_and_goes_is_found():
    broken, flip = python_op(good), [False]

    def sometimes(node):
        flip[0] = not flip[0]
        return [broken(*node.inputs)] if flip[0] else False
    optimizer = rewriting(sometimes)
    with pytest.raises(StochasticOrder, match="two ways"):
        run(T.add, mode=DebugMode(optimizer=optimizer, stability_patience=2))


def test_rewrites_that_repair_values_pass():
    x = T.dvector("x")
    f = theano.function([x], T.log(1 + T.exp(x)), mode=DebugMode(stability_patience=2, check_isfinite=False))
    assert f([1000.0, -1000.0, 0.0])[0] == 1000


def test_one_of_the_two_codes_must_be_checked():
    with pytest.raises(ValueError, match="DebugMode has to check at least one of c and py code"):
        DebugMode(check_c_code=False, check_py_code=False)
    assert run(python_op(write_into_input), mode=DebugMode(check_py_code=False, stability_patience=1)).tolist() == [5, 7, 9]


def test_options_come_from_the_flags_and_survive_changes():
    with theano.config.change_flags(DebugMode__patience=3, DebugMode__check_py=False):
        mode = DebugMode()
    assert (mode.stability_patience, mode.check_py_code) == (3, False)
    for other in (mode.including("a"), pickle.loads(pickle.dumps(mode)), mode.clone(optimizer="merge")):
        assert (other.stability_patience, other.check_py_code) == (3, False)
    assert str(DebugMode()).startswith("DebugMode(linker=")
