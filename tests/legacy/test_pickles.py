"""Pickles that Theano 1.0.5 made (tests/golden/pickles/, recorded by record_pickles.py under Python 2.7 and 3.7) load and run here."""
import gzip
import io
import json
import os
import pickle
import pickletools
from pathlib import Path

import numpy as np
import pytest

import theano_compat as theano
import theano_compat.tensor as T
from theano_compat.misc import pkl_utils

FOLDER = Path(__file__).parents[1] / "golden" / "pickles"
FILES = sorted(path.name for path in FOLDER.glob("*.pkl.gz"))
XV = np.arange(8.).reshape(4, 2) / 8
YV = np.array([0, 1, 2, 0], "int32")


def plain(data):
    return pickle.load(io.BytesIO(data), encoding="latin1")


def safe(data):
    return theano.load_legacy_pickle(io.BytesIO(data))


def answers(kind, found):
    """What the recorder wrote down, computed from what was loaded."""
    if kind == "shared":
        return [v.get_value() for v in found]
    if kind == "params":
        return found
    if kind == "state":
        assert found["epoch"] == 3 and found["name"] == "caf\xe9" and found["history"] == [0.5, 0.25]
        assert [v.name for v in found["params"]] == ["W", "b"]
        return found["rng"].rand(3)
    if kind in ("graph", "ops", "backward"):
        inputs, outputs = found
        return theano.function(inputs, outputs)(*[XV, YV][:len(inputs)])
    if kind == "function":
        state = {v.name: v for v in found.get_shared()}
        return [found(XV, YV), found(XV, YV), state["W"].get_value()]
    if kind == "named":
        assert found.name == "named"
        return [found(x=XV)["a"], found(5, XV)["b"]]
    return [found[1](), found[1]()]  # streams and a function that draws


def compare(ours, recorded):
    if isinstance(ours, (list, tuple)):
        assert len(ours) == len(recorded)
        for one, other in zip(ours, recorded):
            compare(one, other)
    else:
        np.testing.assert_allclose(ours, recorded, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("load", [plain, safe])
def test_a_pickle_of_theanos_holds_here_what_it_held_there(name, load):
    python, kind, _ = name.split("_")
    recorded = json.loads((FOLDER / f"{python}.json").read_text())[kind]
    if load is plain and kind in ("ops", "mrg", "named", "backward"):
        pytest.skip("the same classes as read by the other loader; compiling them twice proves nothing more")
    compare(answers(kind, load(gzip.decompress((FOLDER / name).read_bytes()))), recorded)


def test_the_gradient_of_a_loop_out_of_a_pickle_has_none_of_its_own_and_says_so():
    (x,), outs = safe(gzip.decompress((FOLDER / "py37_backward_2.pkl.gz").read_bytes()))
    with pytest.raises(NotImplementedError, match="take the gradients anew"):
        theano.grad(outs[3].sum(), x)
    again = theano.grad(outs[0], x)
    np.testing.assert_allclose(*theano.function([x], [again, outs[3]])(XV))


def test_ops_that_called_blas_from_c_load_and_compute():
    graph = b"ctheano.tensor.blas_c\nCGemv\n(I01\ntR."
    op = safe(graph)
    y, A, v = T.dvector("y"), T.dmatrix("A"), T.dvector("v")
    assert str(op) == "CGemv{inplace}" and plain(graph) == op
    found = type(op)(inplace=False)(y, 2.0, A, v, 3.0).eval({y: [1.0], A: [[1.0, 2.0]], v: [3.0, 4.0]})
    np.testing.assert_allclose(found, [3 * 1 + 2 * 11])


@pytest.mark.parametrize("python", ["py27", "py37"])
def test_a_zip_of_theanos_loads_and_numpy_alone_reads_its_arrays(python):
    path = FOLDER / f"{python}_model.zip"
    recorded = json.loads((FOLDER / f"{python}.json").read_text())["model"]
    with np.load(path) as arrays:
        np.testing.assert_array_equal(arrays["W"], recorded[0])
    with open(path, "rb") as file:
        loaded = [pkl_utils.load(file), theano.load_legacy_pickle(path)]
    for W, b, (again, numbers) in loaded:
        assert again is W
        compare([W.get_value(), b.get_value(), numbers], recorded)


# ---- what is refused ------------------------------------------------------------------------------------------------

class Calls:
    """Pickles as a call of `function`."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def _global(module, name):
    return f"c{module}\n{name}\n".encode()


ATTACKS = {
    "posix.system": lambda mark: pickle.dumps(Calls(os.system, f"touch {mark}"), 2),
    "__builtin__.eval": lambda mark: pickle.dumps(Calls(eval, f"open({str(mark)!r}, 'w')"), 0),
    "builtins.exec": lambda mark: pickle.dumps(Calls(exec, f"open({str(mark)!r}, 'w')"), 4),
    "__builtin__.getattr": lambda mark: pickle.dumps(Calls(getattr, "abc", "upper"), 2),
    "__builtin__.__import__": lambda mark: pickle.dumps(Calls(__import__, "antigravity"), 2),
    "numpy.load": lambda mark: pickle.dumps(Calls(np.load, str(mark), None, True), 2),
    "numpy.testing.runstring": lambda mark: _global("numpy.testing", "runstring") + f"(S\"open({str(mark)!r}, 'w')\"\n}}tR.".encode(),
    "numpy.lib.npyio.loads": lambda mark: _global("numpy.lib.npyio", "loads") + b"(tR.",
    "theano.compile.ops.load_back": lambda mark: _global("theano.compile.ops", "load_back") + b"(S'os'\nS'system'\ntR.",
    "theano.function": lambda mark: _global("theano", "function") + b"(tR.",
    "theano.gof.os.system": lambda mark: b"\x80\x04\x8c\x0atheano.gof\x94\x8c\x09os.system\x94\x93.",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_what_could_run_code_is_refused_by_name(name, tmp_path):
    mark = tmp_path / "mark"
    data = ATTACKS[name](mark)
    pickletools.dis(data, io.StringIO())  # a pickle, not garbage
    with pytest.raises(pickle.UnpicklingError) as failure:
        safe(data)
    assert name in failure.value.names
    assert not mark.exists()
    theano.load_legacy_pickle(io.BytesIO(data), refuse="replace")
    assert not mark.exists()


@pytest.mark.parametrize("data", [
    _global("theano.tensor.type", "TensorType") + b"}S'filter'\nNsb.",  # a state for a class of ours
    b"c_codecs\nencode\n(S'x'\nS'rot13'\ntR.",
    _global("numpy.core.multiarray", "scalar") + _global("numpy", "dtype") + b"(S'O'\ntRS'x'\n\x86R.",
])
def test_tricks_with_what_is_allowed_are_refused(data):
    from theano_compat.tensor.type import TensorType
    before = dict(vars(TensorType))
    with pytest.raises(pickle.UnpicklingError):
        safe(data)
    assert dict(vars(TensorType)) == before


class Model:
    """A class of a program's own."""


def test_a_programs_own_classes_load_when_they_are_named():
    model = Model()
    model.weights = np.arange(3.)
    data = pickle.dumps({"model": model, "rate": 0.1}, 2)
    name = f"{Model.__module__}.Model"
    with pytest.raises(pickle.UnpicklingError, match="test_pickles.Model") as failure:
        safe(data)
    assert failure.value.names == (name,)
    found = theano.load_legacy_pickle(io.BytesIO(data), allow=[name])
    np.testing.assert_array_equal(found["model"].weights, model.weights)
    found = theano.load_legacy_pickle(io.BytesIO(data), refuse="replace")
    assert found["rate"] == 0.1 and repr(found["model"]) == f"<refused: {name}>"


def test_values_that_lived_on_a_gpu_are_arrays():
    array = pickle.dumps(np.arange(3, dtype="float32"), 2)[2:-1]
    for module, name, more in (("theano.sandbox.cuda.type", "CudaNdarray_unpickler", b"\x85R."),
                               ("theano.gpuarray.type", "GpuArray_unpickler", b"S'dev0'\n\x86R.")):
        found = safe(b"\x80\x02" + _global(module, name) + array + more)
        assert type(found) is np.ndarray and found.tolist() == [0, 1, 2] and found.dtype == "float32"


# ---- our own --------------------------------------------------------------------------------------------------------

def test_functions_travel_with_their_values_and_find_them_apart():
    W, x = theano.shared(np.ones(2), name="W"), T.dvector()
    f = theano.function([x], x * W, updates=[(W, W + 1)])
    f([1, 2])
    for again in (False, True):
        with theano.config.change_flags(reoptimize_unpickled_function=again):
            g = pickle.loads(pickle.dumps(f))
        assert g([1, 2]).tolist() == [2, 4] and g([1, 2]).tolist() == [3, 6] and W.get_value().tolist() == [2, 2]
    with theano.config.change_flags(unpickle_function=False):
        assert pickle.loads(pickle.dumps([f, 1])) == [None, 1]
    W2, g = pickle.loads(pickle.dumps([W, f]))
    g([0, 0])
    assert W2.get_value().tolist() == [3, 3]


def test_our_own_pickles_are_read_without_trust_too():
    W, x = theano.shared(np.ones(2), name="W"), T.dvector()
    f = theano.function([x], T.tanh(x * W) + 1)
    (y, g), f2 = safe(pickle.dumps([(T.tanh(x * W) + 1, 1), f]))
    assert g == 1 and f2([0, 0]).tolist() == [1, 1] and y.owner.op == T.add


def test_strip_pickler_leaves_traces_out_and_variables_alone():
    x = T.vector("x")
    x.tag.test_value, x.tag.mine, x.tag.more = np.ones(2), 1, 2
    y = x * 2
    out = io.BytesIO()
    pkl_utils.StripPickler(out, protocol=-1, extra_tag_to_remove=["more"]).dump(y)
    loaded = pickle.loads(out.getvalue())
    tag = loaded.owner.inputs[0].tag
    assert vars(tag) == {"mine": 1} and not hasattr(loaded.tag, "trace")
    assert x.tag.more == 2 and hasattr(y.tag, "trace")


def test_dump_names_arrays_after_shared_variables():
    a, b = theano.shared(np.zeros(2), name="w"), theano.shared(np.ones(2), name="w")
    out = io.BytesIO()
    pkl_utils.dump([a, b, np.arange(2), np.array([None])], out)
    out.seek(0)
    with np.load(out) as arrays:
        assert sorted(arrays) == ["array_0", "pkl", "w", "w_2"] and arrays["w_2"].tolist() == [1, 1]
    one, two, numbers, objects = pkl_utils.load(out)
    assert two.get_value().tolist() == [1, 1] and objects[0] is None
    for options, message in ((dict(allow_duplicates=False), "multiple"), (dict(allow_unnamed=False), "unnamed")):
        with pytest.raises(ValueError, match=message):
            pkl_utils.dump([a, b, theano.shared(0.)], io.BytesIO(),
                           persistent_id=lambda z, options=options: pkl_utils.PersistentSharedVariableID(z, **options))
