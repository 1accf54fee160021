"""Where the values of flags come from: the environment variable `THEANO_FLAGS` and the files of `THEANORC`.

Not here: assignment, defaults and checks, which are in `params.py`.
"""
import configparser as _ini
import os
import shlex
import sys
import warnings


class TheanoConfigWarning(Warning):
    """Warns about settings that are ignored."""

    __module__ = "theano.configparser"

    @classmethod
    def warn(cls, message, stacklevel=0):
        warnings.warn(message, cls, stacklevel=stacklevel + 3)


def parse_config_string(config_string, issue_warnings=True):
    """Turn `"a=1,b.c=2"` into a dictionary; the last of several settings of one key wins."""
    lexer = shlex.shlex(config_string, posix=True)
    lexer.whitespace = ","
    lexer.whitespace_split = True
    settings = {}
    for setting in (token.strip() for token in lexer):
        key, equals, value = setting.partition("=")
        if equals:
            settings[key] = value
        elif setting and issue_warnings:
            TheanoConfigWarning.warn(f"Config key '{setting}' has no value, ignoring it", stacklevel=1)
    return settings


def config_files_from_theanorc():
    """The files that `THEANORC` names, or the default ones."""
    named = os.getenv("THEANORC")
    files = (named if named is not None else "~/.theanorc").split(os.pathsep)
    if named is None and sys.platform == "win32":
        files.append("~/.theanorc.txt")  # Explorer makes it hard to create a file without an extension
    return [os.path.expanduser(name) for name in files]


def _read_config_files(files):
    """Parse the files twice: with `%(HOME)s`-like substitution, and raw for values that hold a bare `%`."""
    substitutions = {name: os.getenv(name, "") for name in ("LSCRATCH", "TMPDIR", "TEMP", "TMP")}
    substitutions["USER"] = os.getenv("USER", os.path.basename(os.path.expanduser("~")))
    substitutions["PID"] = str(os.getpid())
    substituted, raw = _ini.ConfigParser(substitutions), _ini.RawConfigParser()
    substituted.read(files)
    raw.read(files)
    return substituted, raw


THEANO_FLAGS = os.getenv("THEANO_FLAGS", "")
THEANO_FLAGS_DICT = parse_config_string(THEANO_FLAGS)
config_files = config_files_from_theanorc()
theano_cfg, theano_raw_cfg = _read_config_files(config_files)


def _spellings(key):
    return (key, key.replace(".", "__")) if "." in key else (key,)


def fetch_val_for_key(key, delete_key=False):
    """The text set for `key` by `THEANO_FLAGS` or a configuration file; `KeyError` where neither has it.

    `delete_key` removes it from `THEANO_FLAGS_DICT`: what is left there once all flags are declared is unknown.
    """
    for spelling in _spellings(key):
        if spelling in THEANO_FLAGS_DICT:
            return THEANO_FLAGS_DICT.pop(spelling) if delete_key else THEANO_FLAGS_DICT[spelling]
    name, _, leaf = key.rpartition(".")
    for section, option in ((name or "global", leaf), ("global", key.replace(".", "__"))):
        try:
            return theano_cfg.get(section, option)
        except _ini.InterpolationError:
            return theano_raw_cfg.get(section, option)
        except (_ini.NoOptionError, _ini.NoSectionError):
            continue
    raise KeyError(key)
