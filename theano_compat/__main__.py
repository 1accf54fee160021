"""The command line: `python -m theano_compat run SCRIPT [ARGS]`, `info` and `cache`."""

import argparse
import sys


def _run(options):
    from theano_compat.legacy import py2, run

    try:
        run.run_script(options.script, options.arguments)
    except FileNotFoundError as error:
        if error.filename != options.script:
            raise
        sys.exit(f"theano_compat: can't open file {options.script!r}: no such file")
    except py2.ReaderMissing as missing:
        sys.exit(f"theano_compat: {missing}")


def _info(options):
    from theano_compat.legacy import info

    print(info.report())


def _cache(options):
    from theano_compat.compile import diskcache

    if options.action == "basecompiledir":
        print(diskcache.config.base_compiledir)
    elif options.action == "list":
        for path, (files, size) in diskcache.entries().items():
            print(f"{path}: {files} files, {size / 2**20:.1f} MB")
    else:
        for path in diskcache.remove(others_only=options.action == "cleanup"):
            print(f"removed {path}")


def main(arguments=None):
    """Parse the command line and do what it says."""
    parser = argparse.ArgumentParser(prog="python -m theano_compat", description="Theano 1.0.5 programs on JAX.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="run a legacy script as it is, in Python 3 or Python 2")
    run.add_argument("script")
    run.add_argument("arguments", nargs=argparse.REMAINDER, help="what the script finds in sys.argv[1:]")
    run.set_defaults(do=_run)
    info = commands.add_parser("info", help="versions, devices, and the flags in force")
    info.set_defaults(do=_info)
    cache = commands.add_parser("cache", help="compiled programs on disk, under base_compiledir")
    cache.add_argument("action", nargs="?", default="list", choices=["list", "cleanup", "clear", "basecompiledir"],
                       help="list (the default); cleanup: delete those of other versions and processors; clear: delete all")
    cache.set_defaults(do=_cache)
    options = parser.parse_args(arguments)
    options.do(options)


if __name__ == "__main__":
    main()
