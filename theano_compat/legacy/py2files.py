"""Files of a Python 2 program, whose strings are text and bytes at once: `open`, `file`, `gzip.open`, and what reads their bytes.

A file of bytes gives bytes to the libraries that read from it, and to the program `Octets`, a string that knows its bytes.
"""
import gzip
import hashlib
import io
import struct
import zlib

_TEXT = dict(encoding="utf-8", errors="surrogateescape")


class Octets(str):
    """The text of some bytes: their UTF-8, or a character for each where that they are not. `raw` has them; parts of it are plain."""

    def __new__(cls, raw):
        try:
            text = super().__new__(cls, raw, "utf-8")
        except UnicodeDecodeError:
            text = super().__new__(cls, raw, "latin-1")
        text.raw = raw
        return text

    def decode(self, *args, **kwargs):
        return self.raw.decode(*args, **kwargs)


def raw_of(value):
    """The bytes of a string, for what takes no string any more."""
    if not isinstance(value, str):
        return value
    if isinstance(value, Octets):
        return value.raw
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode(**_TEXT)


def text_of(value):
    """Bytes as the text that they are written and printed as; all else as it is."""
    value = value.raw if isinstance(value, Octets) else value
    return value.decode(**_TEXT) if isinstance(value, bytes) else value


def classic_read(method, *args, **kwargs):
    """What a method of a file reads, as strings."""
    found = method(*args, **kwargs)
    if not isinstance(getattr(method, "__self__", None), io.BufferedIOBase):
        return found
    if isinstance(found, list):
        return [Octets(line) if isinstance(line, bytes) else line for line in found]
    return Octets(found) if isinstance(found, bytes) else found


class _BytesFile:
    """Of a file opened with `b`: lines are strings, and strings can be written."""

    def __next__(self):
        return Octets(super().__next__())

    def next(self):
        return next(self)

    def write(self, data):
        return super().write(data.encode(**_TEXT) if isinstance(data, str) and not isinstance(data, Octets) else raw_of(data))


class _Reader(_BytesFile, io.BufferedReader):
    pass


class _Writer(_BytesFile, io.BufferedWriter):
    pass


class _Random(_BytesFile, io.BufferedRandom):
    pass


class _Gzip(_BytesFile, gzip.GzipFile):
    pass


class _TextFile(io.TextIOWrapper):
    """A file opened without `b`: its lines end as they do in the file, any bytes can be read, and bytes written."""

    def __init__(self, raw, mode, buffering):
        super().__init__(raw, newline=None if "U" in mode else "\n", line_buffering=buffering == 1, **_TEXT)
        self.mode = mode
        self._unbuffered = buffering == 0

    def write(self, text):
        super().write(text_of(text))
        if self._unbuffered:
            self.flush()

    def next(self):
        return next(self)


def classic_open(name, mode="r", buffering=-1):
    """A file as Python 2 opened it."""
    plain = mode.replace("U", "").replace("t", "").replace("b", "") or "r"
    if "b" not in mode:
        return _TextFile(open(name, plain + "b", buffering if buffering > 1 else -1), mode, buffering)
    kind = _Random if "+" in plain else _Reader if plain == "r" else _Writer
    return kind(io.FileIO(name, plain))


class _Files(type):
    def __instancecheck__(cls, value):
        return isinstance(value, io.IOBase)

    def __call__(cls, *args, **kwargs):
        return classic_open(*args, **kwargs)


class file(metaclass=_Files):  # noqa: N801  the name is Python 2's
    """The type of files, and its other name for `open`."""


def _open_gzip(filename, mode="rb", compresslevel=9, *args, **kwargs):
    if "t" in mode or args or kwargs or not isinstance(filename, str):
        return _GZIP_OPEN(filename, mode, compresslevel, *args, **kwargs)
    return _Gzip(filename, mode, compresslevel)


_GZIP_OPEN = gzip.open


def give_back():
    """Have the library's readers of bytes take strings, and `gzip` give them."""
    for module, name in ((struct, "unpack"), (struct, "unpack_from"), (zlib, "decompress")):
        setattr(module, name, _of_strings(getattr(module, name), at=1 if module is struct else 0))
    for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512"):
        setattr(hashlib, name, _of_strings(getattr(hashlib, name), at=0))
    gzip.open = _open_gzip


def _of_strings(function, at):
    def called(*args, **kwargs):
        return function(*(raw_of(value) if i == at else value for i, value in enumerate(args)), **kwargs)

    return called
