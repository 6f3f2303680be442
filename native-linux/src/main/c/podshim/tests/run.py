#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""End-to-end tests of the podshim: run.py [--sanitized] [--without NAME]... PODSHIM [NAME...], as root in a mount namespace of its own.

A NAME selects the tests whose name contains it.
"""
import argparse
import os
import pathlib
import signal
import sys
import time
import unittest

import harness


class Result(unittest.TextTestResult):
    def startTest(self, test):
        super().startTest(test)
        self.started = time.monotonic()

    def addSuccess(self, test):
        super().addSuccess(test)
        self.stream.writeln(f"ok      {name_of(test)} ({time.monotonic() - self.started:.2f} s)")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.stream.writeln(f"FAILED  {name_of(test)}")

    def addError(self, test, err):
        super().addError(test, err)
        self.stream.writeln(f"FAILED  {name_of(test)}")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self.stream.writeln(f"FAILED  {name_of(subtest)}")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.stream.writeln(f"SKIPPED {name_of(test)}: {reason}")


def name_of(test):
    return test.id().split(".", 1)[-1] if isinstance(test, unittest.TestCase) else str(test)


def flatten(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from flatten(test)
        else:
            yield test


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sanitized", action="store_true")
    parser.add_argument("--without", action="append", default=[])
    parser.add_argument("podshim")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    if os.geteuid() != 0:
        print("SKIPPED end-to-end tests of the podshim: they need root")
        return 0
    if os.readlink("/proc/self/ns/mnt") == os.readlink(f"/proc/{os.getppid()}/ns/mnt"):
        print("run.py mounts: start it with `unshare --mount`, as the Makefile does", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    harness.environment = harness.Environment(arguments.podshim, arguments.sanitized)
    tests = flatten(unittest.defaultTestLoader.discover(str(pathlib.Path(__file__).parent), "test_*.py"))
    chosen = unittest.TestSuite(
        t for t in tests
        if (not arguments.names or any(n in t.id() for n in arguments.names)) and not any(n in t.id() for n in arguments.without))
    if not chosen.countTestCases():
        print("no test has such a name", file=sys.stderr)
        return 2
    print(f"end-to-end tests of {arguments.podshim}{' under ASan and UBSan' if arguments.sanitized else ''}", flush=True)
    harness.environment.open()
    try:
        result = unittest.TextTestRunner(resultclass=Result, verbosity=0).run(chosen)
        left = [harness.describe(p) for p in harness.environment.strangers()]
    finally:
        harness.environment.close()
    if left:
        print(f"FAILED: processes are left after the tests: {left}")
    return 0 if result.wasSuccessful() and not left else 1


if __name__ == "__main__":
    sys.exit(main())
