# SPDX-License-Identifier: Apache-2.0
"""The podshim's frames as docs/wire.md has them: encoding for the tests, decoding of answers, and how both are printed.

The shapes of the operations come from ops.def; everything else is written out here a second time on purpose, so that
a slip in wire.c or in its Java counterpart has something to disagree with.
"""
import pathlib
import re
import struct

HERE = pathlib.Path(__file__).resolve().parent
VERSION = 1

# name: (type, fields). p program, i i32, w u16, S repeated CONTAINER_STATE, the rest as in ops.def except u: u32, U: u64.
FRAMES = {
    "POD_CREATE": (1, "ssp"),
    "POD_STATUS": (2, ""),
    "CONTAINER_START": (4, "ssup"),
    "CONTAINER_SIGNAL": (5, "su"),
    "CONTAINER_REOPEN_LOG": (6, "ss"),
    "CONTAINER_FORGET": (7, "s"),
    "EXEC": (8, "suuup"),
    "WATCH": (9, ""),
    "SHUTDOWN": (10, ""),
    "ATTACH": (11, "suu"),
    "CONTAINER_START_TIMED": (12, "ssup"),
    "OK": (32, ""),
    "ERROR": (33, "is"),
    "REFUSED": (34, "s"),
    "CREATED": (35, "u"),
    "FAILED": (36, "uwwis"),
    "STARTED": (37, "uU"),
    "EXITED": (38, "uU"),
    "CONTAINER_STATE": (39, "suuUuU"),
    "WATCHING": (40, ""),
    "POD_STATE": (41, "uuS"),
    "ATTACHED": (42, ""),
    "DETACHED": (43, ""),
    "TIMES": (44, "v"),
    "STDOUT": (64, "r"),
    "STDERR": (65, "r"),
    "STDIN": (66, "r"),
    "STDIN_END": (67, ""),
    "RESIZE": (68, "uu"),
    "SIGNAL": (69, "u"),
}
NAMES = {number: name for name, (number, _) in FRAMES.items()}
TTY, STDIN, STDIN_ONCE = 1, 2, 4
STARTING, RUNNING, EXITED = 0, 1, 2


def _operations():
    text = (HERE.parent / "ops.def").read_text()
    return {name: (int(code), args) for code, name, args in re.findall(r'^OP\((\d+), (\w+), "(\w*)"\)', text, re.M)}


OPS = _operations()


class Raw(bytes):
    """Bytes that take the place of an encoded field or operation: what must be refused is made of them."""


def u16(value):
    return struct.pack("<H", value)


def u32(value):
    return struct.pack("<I", value)


def u64(value):
    return struct.pack("<Q", value & (1 << 64) - 1)


def i32(value):
    return struct.pack("<i", value)


def text(value):
    data = value if isinstance(value, bytes) else value.encode()
    return u32(len(data)) + data + b"\0"


def strings(values):
    return u32(len(values)) + b"".join(text(v) for v in values)


def octets(value):
    return u32(len(value)) + value


def vector(values):
    return u32(len(values)) + b"".join(u64(v) for v in values)


ARGUMENTS = {"s": text, "l": strings, "u": u64, "b": octets, "v": vector}


def op(name, *args):
    """An operation of a program; kept as a tuple until it is encoded so that it can be printed."""
    shape = OPS[name][1]
    if len(shape) != len(args):
        raise ValueError(f"{name} takes {len(shape)} arguments")
    return (name, *args)


def encode_op(operation):
    if isinstance(operation, Raw):
        return operation
    name, *args = operation
    code, shape = OPS[name]
    body = b"".join(ARGUMENTS[kind](arg) for kind, arg in zip(shape, args))
    return u16(code) + u16(0) + u32(len(body)) + body


def program(operations):
    return u32(len(operations)) + b"".join(encode_op(o) for o in operations)


def states(values):
    return u32(len(values)) + b"".join(payload("CONTAINER_STATE", *v) for v in values)


FIELDS = {"s": text, "l": strings, "u": u32, "U": u64, "w": u16, "i": i32, "p": program, "S": states, "r": bytes, "v": vector}


def payload(frame, *values):
    fields = FRAMES[frame][1]
    if len(fields) != len(values):
        raise ValueError(f"{frame} has {len(fields)} fields")
    return b"".join(bytes(v) if isinstance(v, Raw) else FIELDS[kind](v) for kind, v in zip(fields, values))


def header(number, length, version=VERSION):
    return struct.pack("<IHH", length, number, version)


def frame(name, *values):
    body = payload(name, *values)
    return header(FRAMES[name][0], len(body)) + body


class Malformed(Exception):
    pass


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, size):
        if len(self.data) - self.at < size:
            raise Malformed("cut short")
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self, form):
        return struct.unpack("<" + form, self.take(struct.calcsize(form)))[0]

    def text(self):
        data = self.take(self.number("I"))
        if self.take(1) != b"\0" or b"\0" in data:
            raise Malformed("a str without its NUL, or with one inside")
        return data.decode()

    def field(self, kind):
        if kind in "uUwi":
            return self.number({"u": "I", "U": "Q", "w": "H", "i": "i"}[kind])
        if kind == "s":
            return self.text()
        if kind == "r":
            return self.take(len(self.data) - self.at)
        if kind == "v":
            return [self.number("Q") for _ in range(self.number("I"))]
        if kind == "S":
            return [tuple(self.field(k) for k in FRAMES["CONTAINER_STATE"][1]) for _ in range(self.number("I"))]
        raise Malformed(f"no reader for {kind}")


def decode(number, body):
    """(name, fields) of an answer; Malformed if it does not parse to its last byte."""
    if number not in NAMES:
        raise Malformed(f"unknown type {number}")
    reader = Reader(body)
    values = tuple(reader.field(kind) for kind in FRAMES[NAMES[number]][1])
    if reader.at != len(body):
        raise Malformed("bytes after the last field")
    return NAMES[number], values


def vectors():
    """(name, type, payload) of every vector."""
    for line in (HERE.parent / "wire-vectors.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            name, number, digits = line.split(" ")
            yield name, int(number), b"" if digits == "-" else bytes.fromhex(digits)


def show(value, kind):
    if isinstance(value, Raw):
        return f"<{value.hex() or 'nothing'}>"
    if kind == "s":
        return '"' + (value if isinstance(value, str) else value.decode()) + '"'
    if kind == "l":
        return "[" + ", ".join(show(v, "s") for v in value) + "]"
    if kind == "v":
        return "[" + ", ".join(str(v) for v in value) + "]"
    if kind in "br":
        return f"<{value.hex()}>"
    if kind == "p":
        return "[" + "; ".join(show_op(o) for o in value) + "]"
    if kind == "S":
        return "[" + "; ".join(", ".join(show(v, k) for v, k in zip(s, FRAMES["CONTAINER_STATE"][1])) for s in value) + "]"
    return str(value) if value < 1 << 16 or kind == "U" and value > 1 << 48 else f"0x{value & (1 << 64) - 1:x}"


def show_op(operation):
    if isinstance(operation, Raw):
        return show(operation, "")
    name, *args = operation
    return name + "(" + ", ".join(show(a, k) for a, k in zip(args, OPS[name][1])) + ")"
