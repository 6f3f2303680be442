#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sits at a terminal: terminal.py ROWSxCOLUMNS STEP... -- COMMAND...

Runs the command in a pseudo terminal of that size and does the steps in their order: expect:TEXT waits until it was
printed since the last step that waited, type:TEXT types it (\\n is return), resize:ROWSxCOLUMNS changes the size as a
window would, end waits for the end. Prints all that was printed, and exits with the command's code; 124 if a step waits
for more than two minutes.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

PATIENCE = 120


def resize(fd, text):
    rows, columns = (int(n) for n in text.split("x"))
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


class Terminal:
    def __init__(self, size, command):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            resize(0, size)
            os.execvp(command[0], command)
        self.screen, self.looked = b"", 0

    def read(self, deadline):
        """False at the end."""
        if time.monotonic() > deadline or not select.select([self.fd], [], [], deadline - time.monotonic())[0]:
            sys.stdout.write(self.screen.decode(errors="replace"))
            print(f"\nterminal.py: nothing more for {PATIENCE} s", flush=True)
            os.kill(self.pid, signal.SIGKILL)
            sys.exit(124)
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        self.screen += data
        return bool(data)

    def expect(self, text):
        deadline = time.monotonic() + PATIENCE
        while True:
            at = self.screen.find(text.encode(), self.looked)
            if at >= 0:
                self.looked = at + len(text)
                return
            if not self.read(deadline):
                sys.stdout.write(self.screen.decode(errors="replace"))
                print(f"\nterminal.py: the end, and not {text!r}", flush=True)
                sys.exit(123)

    def do(self, step):
        name, _, argument = step.partition(":")
        if name == "expect":
            self.expect(argument)
        elif name == "type":
            os.write(self.fd, argument.replace("\\n", "\n").encode())
        elif name == "resize":
            resize(self.fd, argument)
        elif name == "end":
            deadline = time.monotonic() + PATIENCE
            while self.read(deadline):
                pass
        else:
            raise SystemExit(f"no such step: {step}")


def main():
    size, *rest = sys.argv[1:]
    steps, command = rest[: rest.index("--")], rest[rest.index("--") + 1 :]
    terminal = Terminal(size, command)
    for step in steps:
        terminal.do(step)
    sys.stdout.write(terminal.screen.decode(errors="replace"))
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(terminal.pid, 0)[1]))


main()
