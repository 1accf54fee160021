"""Record Theano's flags: `python tests/golden/record_config.py > tests/golden/config.json` under real Theano 1.0.5."""
from __future__ import print_function

import json
import os
import re
import subprocess
import sys
import tempfile

CANDIDATES = ["True", "false", "1", "0", 1, True, False, "maybe", "", "5", "-1", -1, 0, 2.5, "2.5", "inf", "float32", "32",
              "warn", "raise", "pdb", "ignore", "random", "initial:ALL", "initial:x", "cuda0", "opencl0:0", "cpu", "none",
              "a->cuda0;b->cuda1", "cpu->cuda0", "a->b->c", "FAST_RUN", "fast_run", "NanGuardMode", "None", None,
              "all", "0.5", "high", "py", "numpy+floatX"]
MACHINE = ["base_compiledir", "compiledir", "gpuarray.cache_path", "blas.ldflags", "cxx", "cuda.root",
           "cuda.include_path", "compiledir_format"]
PROGRAMS = [  # (THEANO_FLAGS, text of .theanorc files, expression)
    ("", [], "config.floatX"),
    ("floatX=float32", [], "config.floatX"),
    ("floatX=32", [], "config.floatX"),
    ("", ["[global]\nfloatX = float32\n"], "config.floatX"),
    ("floatX=float16", ["[global]\nfloatX = float32\n"], "config.floatX"),
    ("", ["[global]\nfloatX = float32\n", "[global]\nfloatX = float16\n"], "config.floatX"),
    ("floatX=float32,floatX=float64", [], "config.floatX"),
    ("", ["[gcc]\ncxxflags = -O3 -march=native\n[blas]\nldflags = -lx\n"],
     "(config.gcc.cxxflags, config.blas.ldflags)"),
    ("gcc.cxxflags=\"-O1,-O2\"", [], "config.gcc.cxxflags"),
    (" floatX=float32 , openmp_elemwise_minsize=7", [], "(config.floatX, config.openmp_elemwise_minsize)"),
    ("floatX= float32", [], "config.floatX"),
    ("floatX", [], "config.floatX"),
    ("nosuchflag=1", [], "hasattr(config, 'nosuchflag')"),
    ("", ["[global]\nnosuchflag = 1\n"], "hasattr(config, 'nosuchflag')"),
    ("floatX=float33", [], "config.floatX"),
    ("allow_gc=maybe", [], "config.allow_gc"),
    ("traceback.limit=many", [], "config.traceback.limit"),
    ("warn.ignore_bug_before=all", [], "(config.warn.round, config.warn.inc_subtensor1_opt)"),
    ("warn.ignore_bug_before=None", [], "(config.warn.round, config.warn.sum_sum_bug, config.warn.vm_gc_bug)"),
    ("warn.ignore_bug_before=0.6", [], "(config.warn.round, config.warn.gpu_set_subtensor1, config.warn.reduce_join)"),
    ("compile.wait=3", [], "config.compile.timeout"),
    ("dnn.conv.algo_bwd=fft", [], "config.dnn.conv.algo_bwd"),
    ("dnn.conv.algo_fwd=fft", ["[dnn.conv]\nprecision = float16\n"],
     "(config.dnn.conv.algo_fwd, config.dnn.conv.precision)"),
    ("", ["[global]\ncompiledir_format = x%(python_version)s\n"], "config.compiledir_format"),
    ("", ["[gcc]\ncxxflags = -I%(TMP)s/x\n"], "config.gcc.cxxflags"),
    ("mode=FAST_RUN,device=cpu", [], "(config.mode, config.device, type(config).device.is_default, "
                                     "type(config).mode.is_default, type(config).floatX.is_default)"),
    ("", [], "setattr(config, 'floatX', 'float32') or config.floatX"),
    ("", [], "setattr(config, 'floatX', 'float33') or config.floatX"),
    ("", [], "setattr(config, 'device', 'cuda') or config.device"),
    ("", [], "setattr(config, 'optimizer_including', 'x') or config.optimizer_including"),
    ("", [], "setattr(config.scan, 'greedy', True) or config.scan.greedy"),
    ("", [], "setattr(config, 'unheard_of', 3) or config.unheard_of"),
    ("", [], "config.unheard_of"),
    ("", [], "setattr(config, 'allow_gc', 'false') or config.allow_gc"),
    ("", [], "setattr(config, 'mode', 'nope') or config.mode"),
    ("", [], "setattr(config, 'exception_verbosity', 'max') or 0"),
    ("", [], "theano.configparser.change_flags({'nope': 1}) and 0"),
    ("", [], "theano.configparser.parse_config_string('a=1,b.c=\"x,y\",,d= 2 ,e=f=g')"),
]


def outcome(param, candidate):
    try:
        return repr(param.filter(candidate))
    except Exception as error:
        text = str(error).replace('"%s"' % param.fullname, '"{flag}"').replace(str(getattr(param, "all", "?")), "{all}")
        return "%s: %s" % (type(error).__name__, text)


def flag_rows():
    """The flags, and the different lists of what their filters make of the candidates, to which the flags point."""
    from theano.configparser import _config_var_list
    rows, filters = [], []
    for param in _config_var_list:
        row = {"name": param.fullname, "text": re.sub("0x[0-9a-f]+", "0x", str(param)), "kind": type(param).__name__,
               "in_c_key": param.in_c_key, "allow_override": param.allow_override}
        if param.fullname not in MACHINE:
            row["value"] = repr(param.__get__(True, None))
            outcomes = [outcome(param, candidate) for candidate in CANDIDATES]
            if outcomes not in filters:
                filters.append(outcomes)
            row["filter"] = filters.index(outcomes)
        rows.append(row)
    return rows, filters


PROLOGUE = "import sys, warnings; warnings.simplefilter('always'); import theano; from theano import config\n"
RUNNER = """
try:
    print(repr(%s))
except Exception as error:
    print(type(error).__name__ + ': ' + str(error))
"""


def run_program(flags, files, expression):
    folder = tempfile.mkdtemp()
    names = []
    for i, text in enumerate(files):
        names.append(os.path.join(folder, "rc%d" % i))
        with open(names[-1], "w") as out:
            out.write(text)
    env = dict(os.environ, THEANO_FLAGS=flags, THEANORC=os.pathsep.join(names), TMP="/a/tmp")
    process = subprocess.Popen([sys.executable, "-c", PROLOGUE + RUNNER % expression], env=env,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = [part.decode().strip() for part in process.communicate()]
    warned = re.findall(r"(?:Config key '|Theano does not recognise this flag: \w).*", err)
    last = err.splitlines()[-1] if process.returncode else ""
    return {"flags": flags, "files": files, "expression": expression, "out": out, "warned": warned, "error": last}


if __name__ == "__main__":
    rows, filters = flag_rows()
    programs = [run_program(*program) for program in PROGRAMS]
    print('{"command": "python tests/golden/record_config.py (under real Theano 1.0.5)",')
    print('"candidates": %s,' % json.dumps(CANDIDATES))
    for key, entries in ("flags", rows), ("filters", filters), ("programs", programs):
        lines = ",\n".join(json.dumps(entry, sort_keys=True) for entry in entries)
        print('"%s": [\n%s\n]%s' % (key, lines, "}" if key == "programs" else ","))
