"""Kinds of parameters that only one or two flags have: devices, modes, removed options, and their checks.

Not here: the general kinds (`params.py`) and the flags (`flags.py`).
"""
from theano_compat.config.params import ConfigParam

_LEGACY_MODULE = "theano.configdefaults"


class DeviceParam(ConfigParam):
    """A device name. `gpu*`, refused by 1.0.5, is accepted: programs of 2008-2017 say it and mean the accelerator."""

    __module__ = _LEGACY_MODULE

    def __init__(self, default, *options, **kwargs):
        def filter(val):
            if val == default or val.startswith(("opencl", "cuda", "gpu")):
                return val
            raise ValueError(f'Invalid value ("{val}") for configuration variable "{self.fullname}". Valid options '
                             'start with one of "cpu", "opencl" or "cuda".')
        super().__init__(default, filter, kwargs.get("allow_override", True))

    def __str__(self):
        return f"{self.fullname} ({self.default}, opencl*, cuda*) "


class ContextsParam(ConfigParam):
    """A map from names to devices: `"dev0->cuda0;dev1->cuda1"`."""

    __module__ = _LEGACY_MODULE

    def __init__(self):
        def filter(val):
            for entry in val.split(";") if val != "" else ():
                name, arrow, device = entry.partition("->")
                if not arrow or "->" in device:
                    raise ValueError(f"Malformed context map: {entry}")
                if name == "cpu" or name.startswith(("cuda", "opencl")):
                    raise ValueError(f"Cannot use {name} as context name")
            return val
        super().__init__("", filter, False)


def floatX_convert(s):
    return {"16": "float16", "32": "float32", "64": "float64"}.get(s, s)


MODE_NAMES = ("Mode", "DebugMode", "FAST_RUN", "NanGuardMode", "FAST_COMPILE", "DEBUG_MODE")
OLD_MODE_NAMES = ("ProfileMode", "PROFILE_MODE")  # 0.5-0.9


def filter_mode(val):
    is_mode = any(cls.__name__ == "Mode" for cls in type(val).__mro__)  # by name: the class lives in a higher layer
    if is_mode or (isinstance(val, str) and val in MODE_NAMES + OLD_MODE_NAMES):
        return val
    raise ValueError("Expected one of those string 'Mode', 'DebugMode', 'FAST_RUN', 'NanGuardMode', 'FAST_COMPILE', "
                     "'DEBUG_MODE' or an instance of Mode.")


def filter_vm_lazy(val):
    for value in (False, True, None):
        if val is value or val == str(value):
            return value
    raise ValueError(f"Valid values for an vm.lazy parameter should be None, False or True, not `{val}`.")


def deprecated_gpuarray_sync(val):
    if val:
        raise RuntimeError("Flag gpuarray.sync is deprecated and will be removed in next Theano release.")
    return False


def _removed(flag, instead):
    def refuse(val):
        if val:
            raise RuntimeError(f"The option `{flag}` has been removed and should not be used anymore. "
                               f"Please use the option{instead} instead.")
        return True
    return refuse


_BOTH_BWD = "s `dnn.conv.algo_bwd_filter` and `dnn.conv.algo_bwd_data`"
safe_no_dnn_workmem = _removed("dnn.conv.workmem", " `dnn.conv.algo_fwd`")
safe_no_dnn_workmem_bwd = _removed("dnn.conv.workmem_bwd", _BOTH_BWD)
safe_no_dnn_algo_bwd = _removed("dnn.conv.algo_bwd", _BOTH_BWD)


def good_seed_param(seed):
    try:
        return seed == "random" or int(seed) is not None
    except (TypeError, ValueError):
        return False


def is_valid_check_preallocated_output_param(param):
    kinds = {"initial", "previous", "c_contiguous", "f_contiguous", "strided", "wrong_size", "ALL", ""}
    return isinstance(param, str) and kinds.issuperset(param.split(":"))


def split_version(version):
    return tuple(int(part) for part in version.split("."))
