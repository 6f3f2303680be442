#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes every vector of wire-vectors.txt as a file for the fuzzer: seeds.py wire-vectors.txt DIRECTORY."""
import pathlib
import sys

import wire

vectors, directory = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
for line in vectors.read_text().splitlines():
    if line and not line.startswith("#"):
        name, number, digits = line.split(" ")
        body = b"" if digits == "-" else bytes.fromhex(digits)
        frame = body if number == "0" else wire.header(int(number), len(body)) + body
        (directory / name).write_bytes(frame)
