"""The configuration: `theano.config` and the names of `theano.configparser`.

`params.py` is the machinery, `sources.py` reads the environment and the configuration files, `flags.py` (which is also
`theano.configdefaults`) is the table of flags: name, default, accepted values, and whether the flag has an effect here.
What a flag means to a computation is decided where the computation lives; nothing in this package imports JAX or the
graph.
"""
import warnings

from theano_compat.config import flags as _flags
from theano_compat.config.params import AddConfigVar as AddConfigVar
from theano_compat.config.params import BoolParam as BoolParam
from theano_compat.config.params import ConfigParam as ConfigParam
from theano_compat.config.params import EnumStr as EnumStr
from theano_compat.config.params import FloatParam as FloatParam
from theano_compat.config.params import IntParam as IntParam
from theano_compat.config.params import StrParam as StrParam
from theano_compat.config.params import TheanoConfigParser as TheanoConfigParser
from theano_compat.config.params import TypedParam as TypedParam
from theano_compat.config.params import _config_print as _config_print
from theano_compat.config.params import _config_var_list as _config_var_list
from theano_compat.config.params import change_flags as change_flags
from theano_compat.config.params import config as config
from theano_compat.config.params import get_config_hash as get_config_hash
from theano_compat.config.sources import THEANO_FLAGS as THEANO_FLAGS
from theano_compat.config.sources import THEANO_FLAGS_DICT as THEANO_FLAGS_DICT
from theano_compat.config.sources import TheanoConfigWarning as TheanoConfigWarning
from theano_compat.config.sources import config_files as config_files
from theano_compat.config.sources import config_files_from_theanorc as config_files_from_theanorc
from theano_compat.config.sources import fetch_val_for_key as fetch_val_for_key
from theano_compat.config.sources import parse_config_string as parse_config_string
from theano_compat.config.sources import theano_cfg as theano_cfg
from theano_compat.config.sources import theano_raw_cfg as theano_raw_cfg

_flags.declare()
for _key in THEANO_FLAGS_DICT:  # declaring a flag takes its setting away
    warnings.warn(f"Theano does not recognise this flag: {_key}", stacklevel=2)
