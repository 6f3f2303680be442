#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Says how a static program is hardened, and fails if it is less than it could be: hardening.py PROGRAM WITH_SYMBOLS."""
import subprocess
import sys


def readelf(*arguments):
    return subprocess.run(["readelf", *arguments], capture_output=True, text=True, check=True).stdout


program, symbols = sys.argv[1:]
headers, segments, dynamic, names = readelf("-h", program), readelf("-lW", program), readelf("-dW", program), readelf("-sW", symbols)
stack = next(line for line in segments.splitlines() if "GNU_STACK" in line)
facts = {
    "static (no interpreter, no needed library)": "INTERP" not in segments and "NEEDED" not in dynamic,
    "position independent (static-pie)": "DYN (" in headers,
    "RELRO": "GNU_RELRO" in segments,
    "bound at once (BIND_NOW)": "BIND_NOW" in dynamic or "NOW" in dynamic or "PLTGOT" not in dynamic,
    "stack not executable": "RWE" not in stack and " RW " in stack,
    "no segment both writable and executable": "RWE" not in segments,
    "stack protector": "__stack_chk_fail" in names,
}
for fact, holds in facts.items():
    print(f"{'ok  ' if holds else 'MISSING'}  {fact}")
sys.exit(0 if all(facts.values()) else 1)
