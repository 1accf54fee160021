"""The table of flags, which is also `theano.configdefaults`: one row each, in the order in which Theano lists them.

A row is a full name, the parameter (default and accepted values), `ACTS` or `NO_EFFECT`, and one sentence. Flags that
steered Theano's C and CUDA code are accepted with the values Theano accepted, and do nothing: XLA decides. At the end
stand flags of Theano 0.5-0.9 that 1.0.5 no longer had. How a flag is read and changed is in `params.py`;
kinds of parameters that one flag has are in `kinds.py`.
"""
import os
import re
import struct

from theano_compat.config.kinds import (
    ContextsParam,
    DeviceParam,
    deprecated_gpuarray_sync,
    filter_mode,
    filter_vm_lazy,
    floatX_convert,
    good_seed_param,
    is_valid_check_preallocated_output_param,
    safe_no_dnn_algo_bwd,
    safe_no_dnn_workmem,
    safe_no_dnn_workmem_bwd,
    split_version,
)
from theano_compat.config.params import (
    AddConfigVar,
    BoolParam,
    ConfigParam,
    EnumStr,
    FloatParam,
    IntParam,
    StrParam,
    config,
)

ACTS, NO_EFFECT = True, False
FIXED = {"allow_override": False}

def warn_default(version):
    """Whether `warn.ignore_bug_before` asks for warnings about a bug that was repaired in `version`."""
    known = config.warn.ignore_bug_before
    if known in ("None", "all"):
        return known == "None"
    return split_version(known) < split_version(version)


# ---- directories ----------------------------------------------------------------------------------------------------

def get_home_dir():
    return os.getenv("HOME") or os.path.expanduser("~")


if os.name == "nt" and os.getenv("LOCALAPPDATA"):
    default_base_compiledir = os.path.join(os.environ["LOCALAPPDATA"], "Theano")
else:
    default_base_compiledir = os.path.join(get_home_dir(), ".theano")

default_compiledir_format = "compiledir_%(short_platform)s-%(processor)s-%(python_version)s-%(python_bitwidth)s"
compiledir_format_keys = ("device, gxx_version, hostname, numpy_version, platform, processor, python_bitwidth, "
                          "python_int_bitwidth, python_version, short_platform, theano_version")


def local_bitwidth():
    """Bits of a pointer."""
    return struct.calcsize("P") * 8


def python_int_bitwidth():
    """Bits of a C long."""
    return struct.calcsize("l") * 8


def short_platform(r=None, p=None):
    """The platform's name without the parts of the kernel's release that change with every update."""
    import platform
    release = platform.release() if r is None else r
    name = platform.platform() if p is None else p
    version, dash, rest = release.partition("-")
    numbers = version.split(".")
    if not dash or len(numbers) <= 2:
        return name
    build, *more = rest.split("-")
    parts = build.split(".")
    while parts and parts[0].isdigit():
        del parts[0]
    return name.replace(release, "-".join([".".join(numbers[:2]), ".".join(parts), *more]))


def _compiledir_format_dict():
    import platform
    import socket

    import numpy
    return {
        "platform": platform.platform(),
        "short_platform": short_platform(),
        "processor": platform.processor(),
        "python_version": platform.python_version(),
        "python_bitwidth": local_bitwidth(),
        "python_int_bitwidth": python_int_bitwidth(),
        "theano_version": "1.0.5",
        "numpy_version": numpy.__version__,
        "gxx_version": "none",
        "hostname": socket.gethostname(),
        "device": config.device,
    }


def __getattr__(name):
    if name == "compiledir_format_dict":  # computed when asked: it starts a process to learn the processor's name
        return _compiledir_format_dict()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def default_compiledirname():
    return re.sub(r"[()\s,]+", "_", config.compiledir_format % _compiledir_format_dict())


def default_compiledir():
    return os.path.join(config.base_compiledir, default_compiledirname())


def filter_base_compiledir(path):
    return os.path.expanduser(str(path))


def filter_compiledir(path):
    """The real path of a directory that exists, which is made if it does not."""
    path = os.path.realpath(os.path.expanduser(path))
    if os.path.exists(path):
        if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
            raise ValueError(f"compiledir '{path}' exists but you don't have read, write or listing permissions.")
        return path
    try:
        os.makedirs(path, 0o770, exist_ok=True)
    except OSError as error:
        raise ValueError(
            f"Unable to create the compiledir directory '{path}'. Check the permissions.") from error
    return path


# ---- the table ------------------------------------------------------------------------------------------------------

SUPPORTED_DNN_CONV_ALGO_RUNTIME = ("guess_once", "guess_on_shape_change", "time_once", "time_on_shape_change")
SUPPORTED_DNN_CONV_ALGO_FWD = (
    "small", "none", "large", "fft", "fft_tiling", "winograd", "winograd_non_fused", *SUPPORTED_DNN_CONV_ALGO_RUNTIME)
SUPPORTED_DNN_CONV_ALGO_BWD_DATA = (
    "none", "deterministic", "fft", "fft_tiling", "winograd", "winograd_non_fused", *SUPPORTED_DNN_CONV_ALGO_RUNTIME)
SUPPORTED_DNN_CONV_ALGO_BWD_FILTER = (
    "none", "deterministic", "fft", "small", "winograd_non_fused", "fft_tiling", *SUPPORTED_DNN_CONV_ALGO_RUNTIME)
SUPPORTED_DNN_CONV_PRECISION = ("as_input_f32", "as_input", "float16", "float32", "float64")

_SETERR = ("ignore", "warn", "raise", "call", "print", "log")
_VERSIONS = ("0.3", "0.4", "0.4.1", "0.5", "0.6", "0.7", "0.8", "0.8.1", "0.8.2", "0.9", "0.10", "1.0", "1.0.1",
             "1.0.2", "1.0.3", "1.0.4", "1.0.5")
_TEST_VALUE = ("off", "ignore", "warn", "raise", "pdb")
_IN_C_KEY = {"floatX", "cast_policy", "gpuarray.sched", "check_input", "cmodule.remove_gxx_opt", "cmodule.debug"}


def _positive(value):
    return value > 0


def _not_negative(value):
    return value >= 0


def _rows():
    """The rows of Theano 1.0.5: a generator, since some defaults look at flags declared before them."""
    yield from _rows_numbers_and_device()
    yield from _rows_libraries()
    yield from _rows_compilation()
    yield from _rows_warnings()
    yield from _rows_debugging()
    yield from _rows_code_and_cache()


def _rows_numbers_and_device():
    yield "floatX", EnumStr("float64", "float32", "float16", convert=floatX_convert), ACTS, \
        "The float type of constructors without a prefix and of computed floats."
    yield "warn_float64", EnumStr("ignore", "warn", "raise", "pdb"), ACTS, \
        "What to do when a float64 variable is made."
    yield "pickle_test_value", BoolParam(True), ACTS, "Whether pickles of variables hold their test values."
    yield "cast_policy", EnumStr("custom", "numpy+floatX"), ACTS, "How the types of operands decide the result's."
    yield "int_division", EnumStr("int", "raise", "floatX"), ACTS, "What `x / y` of two integers gives in Python 2."
    yield "deterministic", EnumStr("default", "more"), NO_EFFECT, "Whether to prefer repeatable GPU routines."
    yield "device", DeviceParam("cpu", **FIXED), ACTS, "Where to compute: cpu, or the accelerator (cuda*, gpu*)."
    yield "init_gpu_device", DeviceParam("", **FIXED), NO_EFFECT, "A GPU to start without computing on it."
    yield "force_device", BoolParam(False, **FIXED), ACTS, "Whether a missing device is an error."
    yield "conv.assert_shape", BoolParam(False), ACTS, "Whether convolutions check the shapes they were told."
    yield "print_global_stats", BoolParam(False), ACTS, "Whether to print times when the process ends."
    yield "contexts", ContextsParam(), NO_EFFECT, "Names for several GPUs: name->device pairs joined by semicolons."
    yield "print_active_device", BoolParam(True, **FIXED), NO_EFFECT, "Whether to name the GPU at start."


def _rows_libraries():
    yield "gpuarray.sync", ConfigParam(False, deprecated_gpuarray_sync, False), NO_EFFECT, \
        "Removed: a value is refused."
    yield "gpuarray.preallocate", FloatParam(0, **FIXED), NO_EFFECT, "Share or megabytes of GPU memory to reserve."
    yield "gpuarray.sched", EnumStr("default", "multi", "single"), NO_EFFECT, "How the process waits for the GPU."
    yield "gpuarray.single_stream", BoolParam(True), NO_EFFECT, "Whether the GPU runs one queue of work."
    yield "cuda.root", StrParam(lambda: os.getenv("CUDA_ROOT") or os.getenv("CUDA_PATH") or ""), NO_EFFECT, \
        "Where CUDA is installed."
    yield "cuda.include_path", StrParam(lambda: config.cuda.root and os.path.join(config.cuda.root, "include")), \
        NO_EFFECT, "Where CUDA's headers are."
    yield "dnn.conv.workmem", ConfigParam("", safe_no_dnn_workmem, False), NO_EFFECT, "Removed: a value is refused."
    yield "dnn.conv.workmem_bwd", ConfigParam("", safe_no_dnn_workmem_bwd, False), NO_EFFECT, \
        "Removed: a value is refused."
    yield "dnn.conv.algo_bwd", ConfigParam("", safe_no_dnn_algo_bwd, False), NO_EFFECT, "Removed: a value is refused."
    yield "dnn.conv.algo_fwd", EnumStr(*SUPPORTED_DNN_CONV_ALGO_FWD), NO_EFFECT, "cuDNN's algorithm for convolution."
    yield "dnn.conv.algo_bwd_data", EnumStr(*SUPPORTED_DNN_CONV_ALGO_BWD_DATA), NO_EFFECT, \
        "cuDNN's algorithm for the gradient by the images."
    yield "dnn.conv.algo_bwd_filter", EnumStr(*SUPPORTED_DNN_CONV_ALGO_BWD_FILTER), NO_EFFECT, \
        "cuDNN's algorithm for the gradient by the filters."
    yield "dnn.conv.precision", EnumStr(*SUPPORTED_DNN_CONV_PRECISION), NO_EFFECT, "The float type inside cuDNN."
    yield "dnn.base_path", StrParam(""), NO_EFFECT, "Where cuDNN is installed."
    yield "dnn.include_path", StrParam(""), NO_EFFECT, "Where cuDNN's headers are."
    yield "dnn.library_path", StrParam(""), NO_EFFECT, "Where cuDNN's libraries are."
    yield "dnn.bin_path", StrParam(""), NO_EFFECT, "Where cuDNN's binaries are."
    yield "dnn.enabled", EnumStr("auto", "True", "False", "no_check"), NO_EFFECT, "Whether to use cuDNN."
    yield "magma.include_path", StrParam(""), NO_EFFECT, "Where MAGMA's headers are."
    yield "magma.library_path", StrParam(""), NO_EFFECT, "Where MAGMA's libraries are."
    yield "magma.enabled", BoolParam(False), NO_EFFECT, "Whether to use MAGMA."


def _rows_compilation():
    yield "assert_no_cpu_op", EnumStr("ignore", "warn", "raise", "pdb"), NO_EFFECT, \
        "What to do when a GPU program holds an operation that runs on the CPU."
    yield "mode", ConfigParam("Mode", filter_mode), ACTS, "The mode of functions that are given none."
    yield "cxx", StrParam("/usr/bin/g++"), NO_EFFECT, "The C++ compiler; none is ever run."
    linkers = ("cvm", "c|py", "py", "c", "c|py_nogc", "vm", "vm_nogc", "cvm_nogc")
    if not config.cxx:  # Theano cannot link C code then, and its default says so
        linkers = ("vm", *(linker for linker in linkers if linker != "vm"))
    yield "linker", EnumStr(*linkers), ACTS, "How functions run in the mode `Mode`."
    yield "allow_gc", BoolParam(True), ACTS, \
        "Whether memory for large arguments is given back after a call; else it is kept until `f.free()`, for speed. The rest is XLA's."
    yield "optimizer", EnumStr("o4", "o3", "o2", "o1", "unsafe", "fast_run", "fast_compile", "merge", "None"), ACTS, \
        "Which rewriting the mode `Mode` does."
    yield "optimizer_verbose", BoolParam(False), ACTS, "Whether to print each rewriting."
    yield "on_opt_error", EnumStr("warn", "raise", "pdb", "ignore"), ACTS, "What to do when a rewriting fails."
    yield "nocleanup", BoolParam(False), NO_EFFECT, "Whether to keep C code that failed to compile."
    yield "on_unused_input", EnumStr("raise", "warn", "ignore"), ACTS, \
        "What to do when a function's input is not used by its outputs."
    yield "tensor.cmp_sloppy", IntParam(0, lambda i: i in (0, 1, 2), **FIXED), ACTS, \
        "How far apart values may be that approximate comparison calls equal."
    yield "tensor.local_elemwise_fusion", BoolParam(True), NO_EFFECT, "Whether to fuse elementwise operations."
    yield "gpu.local_elemwise_fusion", BoolParam(True), NO_EFFECT, "Whether to fuse elementwise operations on the GPU."
    yield "lib.amdlibm", BoolParam(False), NO_EFFECT, "Whether to use AMD's mathematical library."
    yield "gpuelemwise.sync", BoolParam(True), NO_EFFECT, "Whether to wait for each GPU kernel."
    yield "traceback.limit", IntParam(8), ACTS, "How many frames a variable remembers of where it was made; -1: all."
    yield "traceback.compile_limit", IntParam(0), ACTS, "The same for variables made while compiling."
    yield "experimental.unpickle_gpu_on_cpu", BoolParam(False), NO_EFFECT, \
        "Whether pickled GPU arrays load as NumPy arrays (here they always do)."
    yield "numpy.seterr_all", EnumStr(*_SETERR, "None", **FIXED), ACTS, "NumPy's reaction to floating-point errors."
    for kind in ("divide", "over", "under", "invalid"):
        yield f"numpy.seterr_{kind}", EnumStr("None", *_SETERR, **FIXED), ACTS, f"The same for the error '{kind}'."


def _rows_warnings():
    yield "warn.ignore_bug_before", EnumStr("0.9", "None", "all", *_VERSIONS, **FIXED), ACTS, \
        "Be silent about old Theano bugs that were repaired before this version."
    for bug, repaired in (
            ("argmax_pushdown_bug", "0.3"), ("gpusum_01_011_0111_bug", "0.3"), ("sum_sum_bug", "0.3"),
            ("sum_div_dimshuffle_bug", "0.3"), ("subtensor_merge_bug", "0.5"), ("gpu_set_subtensor1", "0.6"),
            ("signal_conv2d_interface", "0.7"), ("reduce_join", "0.7"),
            ("inc_set_subtensor1", "0.7"), ("round", "0.9"), ("inc_subtensor1_opt", "0.10")):
        yield f"warn.{bug}", BoolParam(warn_default(repaired)), bug in ("inc_set_subtensor1", "round", "signal_conv2d_interface"), \
            f"Warn where a Theano before {repaired} computed or behaved differently."
        if bug == "gpu_set_subtensor1":
            yield "warn.vm_gc_bug", BoolParam(False), NO_EFFECT, "Warn where a Theano 0.5 freed memory too early."


def _rows_debugging():
    yield "compute_test_value", EnumStr(*_TEST_VALUE), ACTS, \
        "Whether to compute with test values while a graph is built."
    yield "print_test_value", BoolParam(False), ACTS, "Whether a variable's representation shows its test value."
    yield "compute_test_value_opt", EnumStr(*_TEST_VALUE), ACTS, "The same for variables made by rewriting."
    yield "unpickle_function", BoolParam(True), ACTS, "Whether a pickled function loads; if not, None stands for it."
    yield "reoptimize_unpickled_function", BoolParam(False), ACTS, "Whether a function is rewritten when it loads."
    yield "exception_verbosity", EnumStr("low", "high"), ACTS, "How much an error says about the failing node."
    yield "openmp", BoolParam(False), NO_EFFECT, "Whether C code uses several threads."
    yield "openmp_elemwise_minsize", IntParam(200000), NO_EFFECT, "From which size it does."
    yield "check_input", BoolParam(True), NO_EFFECT, "Whether C code checks its inputs."
    yield "cache_optimizations", BoolParam(False), NO_EFFECT, "Whether rewritten graphs are kept on disk."
    yield "unittests.rseed", StrParam(666, good_seed_param), ACTS, "The seed of tests: an integer, or 'random'."
    for kind, what in (("nan", "NaN"), ("inf", "an infinity"), ("big", "an absolute value above 1e10")):
        yield f"NanGuardMode.{kind}_is_error", BoolParam(True), ACTS, f"Whether NanGuardMode objects to {what}."
    yield "NanGuardMode.action", EnumStr("raise", "warn", "pdb"), ACTS, "What NanGuardMode does when it objects."
    for kind in ("excluding", "including", "requiring"):
        yield f"optimizer_{kind}", StrParam("", **FIXED), ACTS, \
            f"Tags for the default mode's `{kind}`, joined by colons."
    yield "DebugMode.patience", IntParam(10, _positive), ACTS, "How often DebugMode rewrites a graph, and compares."
    yield "DebugMode.check_c", BoolParam(lambda: bool(config.cxx)), ACTS, "Whether DebugMode compares with the whole graph as one program."
    yield "DebugMode.check_py", BoolParam(True), ACTS, "Whether DebugMode checks what an op's `perform` overwrites and shares."
    yield "DebugMode.check_finite", BoolParam(True), ACTS, "Whether DebugMode objects to NaN and infinities."
    yield "DebugMode.check_strides", IntParam(0, lambda i: i in (0, 1, 2)), NO_EFFECT, \
        "Whether it compares the strides of what Python and C give; an operation has one implementation here."
    yield "DebugMode.warn_input_not_reused", BoolParam(True), ACTS, \
        "Whether it warns where an inplace operation made a copy."
    yield "DebugMode.check_preallocated_output", StrParam("", is_valid_check_preallocated_output_param), ACTS, \
        "Which kinds of preallocated memory it tries."
    yield "DebugMode.check_preallocated_output_ndim", IntParam(4, _positive), ACTS, "Up to how many dimensions."
    yield "profiling.time_thunks", BoolParam(True), ACTS, "Whether a profiled function runs node by node, each timed."
    yield "profiling.n_apply", IntParam(20, _positive), ACTS, "How many nodes a profile lists."
    yield "profiling.n_ops", IntParam(20, _positive), ACTS, "How many operations a profile lists."
    yield "profiling.output_line_width", IntParam(512, _positive), ACTS, "How wide a profile may be."
    yield "profiling.min_memory_size", IntParam(1024, _not_negative), ACTS, "From how many bytes a node is listed."
    yield "profiling.min_peak_memory", BoolParam(False), ACTS, "Whether to search for the order of least memory."
    yield "profiling.destination", StrParam("stderr"), ACTS, "Where a profile goes: stderr, stdout or a file."
    yield "profiling.debugprint", BoolParam(False), ACTS, "Whether a profile shows the graph."
    yield "profiling.ignore_first_call", BoolParam(False), ACTS, "Whether the first call counts."


def _rows_code_and_cache():
    yield "optdb.position_cutoff", FloatParam(float("inf")), ACTS, "After which position a program's own rewriting stops."
    yield "optdb.max_use_ratio", FloatParam(8), ACTS, "How often a rewriting may be used, by the graph's size."
    yield "gcc.cxxflags", StrParam(""), NO_EFFECT, "Arguments for the C++ compiler."
    yield "cmodule.warn_no_version", BoolParam(False), NO_EFFECT, "Whether to warn about C code without a version."
    yield "cmodule.remove_gxx_opt", BoolParam(False), NO_EFFECT, "Whether to compile C code without optimization."
    yield "cmodule.compilation_warning", BoolParam(False), NO_EFFECT, "Whether to show the C++ compiler's warnings."
    yield "cmodule.preload_cache", BoolParam(False, **FIXED), NO_EFFECT, "Whether to read the cache of C code at start."
    yield "cmodule.age_thresh_use", IntParam(60 * 60 * 24 * 24, **FIXED), NO_EFFECT, "Seconds until C code is too old."
    yield "cmodule.debug", BoolParam(False), NO_EFFECT, "Whether C code holds debugging symbols."
    yield "blas.ldflags", StrParam("-lblas"), NO_EFFECT, "How to link BLAS; XLA brings its own."
    yield "blas.check_openmp", BoolParam(True), NO_EFFECT, "Whether to check that BLAS uses several threads."
    yield "metaopt.verbose", IntParam(0), NO_EFFECT, "How much the meta-optimizer prints."
    yield "metaopt.optimizer_excluding", StrParam(""), NO_EFFECT, "Tags that the meta-optimizer leaves out."
    yield "metaopt.optimizer_including", StrParam(""), NO_EFFECT, "Tags that the meta-optimizer takes in."
    yield "profile", BoolParam(False), ACTS, "Whether functions are profiled when `theano.function` is not told."
    yield "profile_optimizer", BoolParam(False), ACTS, "Whether a profile covers the rewriting."
    yield "profile_memory", BoolParam(False), ACTS, "Whether a profile covers memory."
    yield "vm.lazy", ConfigParam("None", filter_vm_lazy), NO_EFFECT, "Whether operations run only when needed."
    yield "warn.identify_1pexp_bug", BoolParam(warn_default("0.4.1")), NO_EFFECT, \
        "Warn where a Theano before 0.4.1 computed `1 + exp(x)` differently."
    yield "on_shape_error", EnumStr("warn", "raise"), ACTS, "What to do when an op in Python fails to infer a shape."
    yield "tensor.insert_inplace_optimizer_validate_nb", IntParam(-1), NO_EFFECT, "How often inplacing is checked."
    yield "experimental.local_alloc_elemwise", BoolParam(True, lambda val: val), NO_EFFECT, \
        "Removed: False is refused; see the next flag."
    yield "experimental.local_alloc_elemwise_assert", BoolParam(True), NO_EFFECT, \
        "Whether removing a fill leaves a check of shapes."
    yield "scan.allow_gc", BoolParam(False), NO_EFFECT, "Whether a scan frees its memory after each step."
    yield "scan.allow_output_prealloc", BoolParam(True), NO_EFFECT, "Whether a scan writes results in place."
    yield "scan.debug", BoolParam(False), NO_EFFECT, "Whether a scan prints what it does."
    yield "compile.wait", IntParam(5, _positive, **FIXED), NO_EFFECT, "Seconds between two looks at the cache's lock."
    yield "cycle_detection", EnumStr("regular", "fast"), NO_EFFECT, "How inplace rewriting finds cycles."
    yield "check_stack_trace", EnumStr("off", "log", "warn", "raise"), NO_EFFECT, "Whether rewritings must keep traces."
    yield "compile.timeout", IntParam(lambda: config.compile.wait * 24, _not_negative, **FIXED), NO_EFFECT, \
        "Seconds after which the cache's lock is ignored."
    yield "compiledir_format", StrParam(default_compiledir_format, **FIXED), ACTS, \
        f"The name of `compiledir` in `base_compiledir`; may use {compiledir_format_keys}."
    yield "base_compiledir", ConfigParam(default_base_compiledir, filter_base_compiledir, False), ACTS, \
        "Where compiled programs are kept."
    yield "compiledir", ConfigParam(default_compiledir, filter_compiledir, False), ACTS, \
        "Where the compiled programs of this platform are kept."
    yield "gpuarray.cache_path", ConfigParam(lambda: os.path.join(config.compiledir, "gpuarray_kernels"),
                                             filter_base_compiledir, False), NO_EFFECT, "Where GPU kernels are kept."
    yield "ctc.root", StrParam("", **FIXED), NO_EFFECT, "Where Baidu's CTC library is installed."


def _rows_before_1_0():
    """Flags that 0.5-0.9 had and 1.0.5 has not; none has an effect."""
    for name, param in (
            ("lib.cnmem", FloatParam(0)), ("nvcc.fastmath", BoolParam(False)), ("nvcc.flags", StrParam("")),
            ("nvcc.compiler_bindir", StrParam("")), ("nvcc.cudafe", StrParam("heuristic")),
            ("cublas.lib", StrParam("")),
            ("enable_initial_driver_test", BoolParam(True)), ("gpuarray.init_device", StrParam("")),
            ("experimental.mrg", BoolParam(False)), ("home", StrParam(get_home_dir)),
            ("cmodule.mac_framework_link", BoolParam(False)), ("op.set_flops", BoolParam(False)),
            ("ProfileMode.n_apply_to_print", IntParam(15)), ("ProfileMode.n_ops_to_print", IntParam(20)),
            ("ProfileMode.min_memory_size", IntParam(1024)), ("ProfileMode.profile_memory", BoolParam(False))):
        yield name, param, NO_EFFECT, "A flag of older releases."


ACTING = {}  # full name -> whether the flag has an effect here; filled by `declare`


def declare():
    """Declare all flags on `theano.config`."""
    for rows in (_rows(), _rows_before_1_0()):
        for name, param, acts, doc in rows:
            ACTING[name] = acts
            AddConfigVar(name, doc, param, in_c_key=name in _IN_C_KEY)
