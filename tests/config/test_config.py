"""The flags, their sources and their checks, compared with what real Theano 1.0.5 answered (golden/config.json)."""
import copy
import importlib
import json
import os
import pickle
import re
import sys
import warnings
from pathlib import Path

import pytest

from theano_compat.config import (
    THEANO_FLAGS_DICT,
    AddConfigVar,
    ConfigParam,
    EnumStr,
    StrParam,
    TheanoConfigParser,
    _config_var_list,
    change_flags,
    config,
    get_config_hash,
)
from theano_compat.config.flags import ACTING, short_platform
from theano_compat.config.table import page

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "config.json").read_text())
PARAMS = {param.fullname: param for param in _config_var_list}


def load_fresh(monkeypatch, flags="", files=()):
    """A second, independent configuration as another process with this environment would have it."""
    monkeypatch.setenv("THEANO_FLAGS", flags)
    monkeypatch.setenv("THEANORC", os.pathsep.join(map(str, files)))
    names = [name for name in sys.modules if name.startswith(("theano_compat.config", "theano.config"))]
    kept = {name: sys.modules.pop(name) for name in names}
    package = sys.modules["theano_compat"]
    bound = package.__dict__.get("config")
    try:
        return importlib.import_module("theano_compat.config")
    finally:
        for name in [name for name in sys.modules if name.startswith(("theano_compat.config", "theano.config"))]:
            del sys.modules[name]
        sys.modules.update(kept)
        package.config = bound


def same_outcome(ours, theirs):
    if any(word in theirs for word in ("int()", "float()", "to float")):  # Python's own sentence, which changed between versions
        return ours.split(":")[0] == theirs.split(":")[0]
    return ours == theirs


@pytest.mark.parametrize("row", GOLDEN["flags"], ids=lambda row: row["name"])
def test_each_flag_has_theanos_type_default_and_checks(row):
    param = PARAMS[row["name"]]
    assert re.sub("0x[0-9a-f]+", "0x", str(param)).replace("theano_compat.config.flags", "theano.configdefaults") \
        == row["text"]
    assert (type(param).__name__, param.in_c_key, param.allow_override) \
        == (row["kind"], row["in_c_key"], row["allow_override"])
    filtered = GOLDEN["filters"][row["filter"]] if "filter" in row else [None] * len(GOLDEN["candidates"])
    for candidate, theirs in zip(GOLDEN["candidates"], filtered, strict=True):
        if theirs is None:
            continue
        try:
            ours = repr(param.filter(candidate))
        except Exception as error:
            text = str(error).replace(f'"{param.fullname}"', '"{flag}"').replace(str(getattr(param, "all", "?")), "{all}")
            ours = f"{type(error).__name__}: {text}"
        assert same_outcome(ours, theirs), candidate


def test_defaults_are_theanos(monkeypatch):
    fresh = {p.fullname: p.__get__(True, None) for p in load_fresh(monkeypatch)._config_var_list
             if "path" not in p.fullname and p.fullname != "compiledir"}
    for row in GOLDEN["flags"]:
        if "value" in row and "path" not in row["name"]:
            assert repr(fresh[row["name"]]) == row["value"], row["name"]


def test_flags_are_listed_in_theanos_order_and_old_ones_after_them():
    names = [row["name"] for row in GOLDEN["flags"]]
    ours = [name for name in PARAMS if not name.startswith("T_")]
    assert ours[:len(names)] == names
    assert "lib.cnmem" in ours[len(names):]
    assert set(ACTING) == set(ours)


@pytest.mark.parametrize("program", GOLDEN["programs"], ids=lambda p: f"{p['flags']}-{p['expression'][:40]}")
def test_environment_files_and_assignment_agree_with_theano(program, monkeypatch, tmp_path):
    files = []
    for i, text in enumerate(program["files"]):
        files.append(tmp_path / f"rc{i}")
        files[-1].write_text(text)
    monkeypatch.setenv("TMP", "/a/tmp")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            module = load_fresh(monkeypatch, program["flags"], files)
        except Exception as error:
            text = f"{type(error).__name__}: {error}"
            assert text == program["error"]
            return
    assert not program["error"]
    assert [str(w.message) for w in caught] == program["warned"]
    names = {"config": module.config, "theano": type("theano", (), {"configparser": module})}
    try:
        out = repr(eval(program["expression"], names))
    except Exception as error:
        out = f"{type(error).__name__}: {error}"
    assert out == program["out"]


@pytest.mark.parametrize("flags, files, value", [
    ("gcc__cxxflags=-O1", [], "-O1"), ("gcc.cxxflags=-O2", [], "-O2"), ("", ["[global]\ngcc__cxxflags = -O3\n"], "-O3"),
])
def test_nested_flags_have_two_spellings(flags, files, value, monkeypatch, tmp_path):
    (tmp_path / "rc").write_text("".join(files))
    fresh = load_fresh(monkeypatch, flags, [tmp_path / "rc"]).config
    assert fresh.gcc.cxxflags == fresh.gcc__cxxflags == value
    fresh.gcc__cxxflags = "-g"
    assert fresh.gcc.cxxflags == "-g"


@pytest.mark.parametrize("flags", ["lib.cnmem=0.9", "nvcc.fastmath=True", "nvcc.flags=-arch=sm_30", "device=gpu0",
                                   "device=gpu", "mode=ProfileMode", "ProfileMode.n_apply_to_print=3"])
def test_flags_of_older_releases_are_accepted_silently(flags, monkeypatch):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load_fresh(monkeypatch, flags)


def test_compiler_and_blas_flags_are_not_empty():
    assert config.cxx and config.blas.ldflags


def test_change_flags_is_a_context_manager_and_a_decorator():
    before = config.floatX, config.scan.debug

    @change_flags({"scan.debug": True}, floatX="float16")
    def inside():
        return config.floatX, config.scan.debug
    assert inside() == ("float16", True)
    with config.change_flags(floatX="float32", scan__debug=True):
        assert (config.floatX, config.scan.debug) == ("float32", True)
    assert (config.floatX, config.scan.debug) == before
    with pytest.raises(KeyError), change_flags(floatX="float32"):
        raise KeyError
    with pytest.raises(ValueError), change_flags([("scan.debug", True), ("floatX", "float33")]):
        pass
    assert (config.floatX, config.scan.debug) == before


def test_a_mode_instance_is_a_value_of_mode():
    class Mode:
        pass

    class Other(Mode):
        pass
    mode = Other()
    with change_flags(mode=mode):
        assert config.mode is mode


def test_reading_a_flag_is_a_plain_attribute_read():
    assert vars(config)["floatX"] == config.floatX
    assert vars(config.scan)["debug"] is config.scan.debug
    assert not hasattr(vars(TheanoConfigParser).get("floatX"), "__get__")


def test_there_is_one_configuration():
    assert TheanoConfigParser() is config
    assert copy.deepcopy(config) is config and copy.copy(config.gcc) is config.gcc
    assert type(config).floatX is PARAMS["floatX"]
    assert type(config.gcc).cxxflags.fullname == "gcc.cxxflags"
    assert pickle.loads(pickle.dumps(config.dnn.conv, 2)) is config.dnn.conv


def test_printing_the_configuration_lists_every_flag():
    text = str(config)
    assert text.startswith("floatX (('float64', 'float32', 'float16')) \n    Doc:  ")
    assert f"\n    Value:  {config.floatX}\n\n" in text
    for name, param in PARAMS.items():
        assert param.doc, name
    assert "Doc" not in config.__str__(print_doc=False)


def test_programs_can_add_flags():
    AddConfigVar("T_added.section.option", "a test", StrParam("x"), in_c_key=False)
    assert config.T_added.section.option == "x"
    config.T_added.section.option = 3
    assert config.T_added.section.option == "3"
    with pytest.raises(AttributeError, match="This name is already taken"):
        AddConfigVar("T_added.section.option", "a test", StrParam("x"))
    with pytest.raises(TypeError, match="Internal config nodes must be config class instances"):
        AddConfigVar("floatX.option", "a test", StrParam("x"))
    with pytest.raises(ValueError, match="should be strings"):
        EnumStr("a", 1)


def test_a_bad_default_matters_only_where_nobody_set_the_flag():
    def refuse(val):
        if val == "invalid":
            raise ValueError()
        return val
    with pytest.raises(ValueError):
        AddConfigVar("T_bad.a", "a test", ConfigParam("invalid", filter=refuse))
    THEANO_FLAGS_DICT["T_bad.b"] = "ok"
    AddConfigVar("T_bad.b", "a test", ConfigParam("invalid", filter=refuse))
    assert config.T_bad.b == "ok"
    assert "T_bad.b" not in THEANO_FLAGS_DICT


def test_computed_defaults_wait_for_the_first_read():
    asked = []
    AddConfigVar("T_lazy.a", "a test", ConfigParam(lambda: asked.append(1) or "now"))
    assert not asked
    assert config.T_lazy.a == config.T_lazy.a == "now"
    assert len(asked) == 1


def test_the_hash_follows_the_flags_of_the_key_alone():
    before = get_config_hash()
    with change_flags(floatX="float16"):
        assert get_config_hash() != before
    with change_flags(traceback__limit=3):
        assert get_config_hash() == before


def test_compiledir_is_made_when_read(monkeypatch, tmp_path):
    fresh = load_fresh(monkeypatch, f"base_compiledir={tmp_path}/base,compiledir_format=x_%(python_bitwidth)s").config
    assert not (tmp_path / "base").exists()
    assert fresh.compiledir == str(tmp_path / "base" / "x_64") and os.path.isdir(fresh.compiledir)


def test_short_platform_drops_what_kernel_updates_change():
    assert short_platform("2.6.32-504.el6.x86_64", "Linux-2.6.32-504.el6.x86_64-x86_64-with-redhat-6.6") \
        == "Linux-2.6-el6.x86_64-x86_64-with-redhat-6.6"
    assert short_platform("odd", "Linux-odd-x") == "Linux-odd-x"


def test_the_guide_shows_the_flags():
    guide = Path(__file__).parents[2] / "migration_guide" / "flags.md"
    assert guide.read_text() == page(), "python -m theano_compat.config.table > migration_guide/flags.md"


# Flags that something reads without saying `config.<name>`.
READ_OTHERWISE = {"base_compiledir": "compiledir", "compiledir_format": "compiledir", "warn.ignore_bug_before": "config.warn.",
                  **dict.fromkeys((f"numpy.seterr_{e}" for e in ("all", "divide", "over", "under", "invalid")), "seterr_"),
                  **dict.fromkeys((f"DebugMode.{e}" for e in ("patience", "check_c", "check_py", "check_finite",
                                                              "check_preallocated_output")), "config.DebugMode, flag"),
                  **dict.fromkeys((f"NanGuardMode.{e}_is_error" for e in ("nan", "inf", "big")), "config.NanGuardMode")}
# Flags that are looked at, and decide nothing.
ONLY_KEPT = {"DebugMode.check_strides": "an attribute of DebugMode",
             "scan.allow_gc": "an attribute of scans", "openmp": "an attribute of elementwise ops",
             "blas.ldflags": "told to programs that ask", "cycle_detection": "told to tests that ask"}


def test_the_table_says_which_flags_act():
    room = Path(__file__).parents[2] / "theano_compat"
    source = "".join(f.read_text() for f in room.rglob("*.py") if f.parent.name != "config")
    for name, acts in ACTING.items():
        reads = re.search(rf"config\.{re.escape(name)}\b", source) or (
            name in READ_OTHERWISE and READ_OTHERWISE[name] in source)
        assert acts == (bool(reads) and name not in ONLY_KEPT), name


def test_compiled_programs_are_kept_under_base_compiledir(python, tmp_path):
    program = """
import numpy as np, theano, theano.tensor as T
from theano_compat.compile import diskcache
diskcache._MIN_SECONDS = 0.0
x = T.dmatrix("x")
print(theano.function([x], T.tanh(T.dot(x, x)).sum())(np.ones((2, 2))))
import jax
print(jax.config.jax_compilation_cache_dir)
"""
    flags = dict(THEANO_FLAGS=f"base_compiledir={tmp_path}/kept", JAX_ENABLE_COMPILATION_CACHE="true")
    first, second = (python(program, **flags).stdout.split() for _ in range(2))
    assert first == second and first[1].startswith(f"{tmp_path}/kept/xla/jaxlib-")
    assert os.listdir(first[1])
    other = tmp_path / "kept" / "xla" / "jaxlib-0.0.1-other"
    other.mkdir()
    listed = python(None, "-m", "theano_compat", "cache", **flags).stdout
    assert f"{first[1]}: " in listed and f"{other}: 0 files" in listed
    assert python(None, "-m", "theano_compat", "cache", "cleanup", **flags).stdout == f"removed {other}\n"
    assert python(None, "-m", "theano_compat", "cache", "clear", **flags).stdout == f"removed {first[1]}\n"
    assert not (tmp_path / "kept" / "xla").exists() or not os.listdir(tmp_path / "kept" / "xla")
    # a folder that somebody else chose, or that cannot be written to, is left alone
    chosen = python(program, **flags | {"JAX_COMPILATION_CACHE_DIR": str(tmp_path / "own")}).stdout.split()
    assert chosen == [first[0], str(tmp_path / "own")]
    (tmp_path / "file").write_text("")
    assert python(program, **flags | {"THEANO_FLAGS": f"base_compiledir={tmp_path}/file"}).stdout.split() == [first[0], "None"]
