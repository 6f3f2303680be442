#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes every vector of wire-vectors.txt as a file for the fuzzer: seeds.py DIRECTORY."""
import pathlib
import sys

import wire

for name, number, body in wire.vectors():
    frame = body if number == 0 else wire.header(number, len(body)) + body
    (pathlib.Path(sys.argv[1]) / name).write_bytes(frame)
