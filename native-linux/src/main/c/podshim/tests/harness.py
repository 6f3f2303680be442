# SPDX-License-Identifier: Apache-2.0
"""Speaks the protocol of docs/wire.md to a real podshim and keeps track of everything that comes of it.

Everything a run makes is in three places: a tmpfs that only its own mount namespace has, one cgroup per hierarchy that
is used, and processes. The driver sits in that cgroup itself, so whatever it starts, however deep, is found there.
"""
import contextlib
import errno
import fcntl
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest

import wire
from wire import op

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC = 1, 2, 4, 8
PATIENCE = 60  # seconds until a test gives up; nothing that works waits as long
BUSYBOX = "/bin/busybox"


def eventually(condition, what, seconds=PATIENCE):
    """Waits until condition() is true, and returns what it returned."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"within {seconds} s not: {what}")
        time.sleep(0.002)


class Environment:
    """What one run of the tests shares; see run.py."""

    def __init__(self, binary, sanitized):
        self.binary = pathlib.Path(binary).resolve()
        self.sanitized = sanitized
        self.scratch = None
        self.group = f"ristretto-shimtest-{os.getpid()}"
        self.hierarchies = {}
        self.back = {}
        self.count = 0

    def open(self):
        self.scratch = pathlib.Path(subprocess.check_output(["mktemp", "-d", "/tmp/podshim-test-XXXXXX"], text=True).strip())
        subprocess.check_call(["mount", "-t", "tmpfs", "-o", "mode=755", "podshim-test", self.scratch])
        self._open_cgroups()
        self._make_rootfs()

    def close(self):
        for pid in self.strangers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        eventually(lambda: not self.strangers(), "killed processes are gone", 10)
        for name, base in self.hierarchies.items():
            (base.parent / self.back[name].lstrip("/") / "cgroup.procs").write_text(str(os.getpid()))
            for child in sorted(base.rglob("*"), reverse=True):
                if child.is_dir():
                    child.rmdir()
            eventually(lambda base=base: self._removed(base), f"{base} is removed", 10)
        os.chdir("/")
        subprocess.check_call(["umount", "-l", self.scratch])
        self.scratch.rmdir()

    @staticmethod
    def _removed(directory):
        with contextlib.suppress(OSError):
            directory.rmdir()
        return not directory.exists()

    def _open_cgroups(self):
        """On cgroup v1 the hierarchies that a container is attached to, and cgroup v2 where it is."""
        root = pathlib.Path("/sys/fs/cgroup")
        of_process = {}
        for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines():
            number, names, path = line.split(":", 2)
            of_process[names or "unified"] = path
        if (root / "cgroup.controllers").exists():
            self.hierarchies = {"unified": root}
        else:
            self.hierarchies = {n: root / n for n in ("pids", "freezer", "unified") if (root / n / "cgroup.procs").exists()}
        for name, base in list(self.hierarchies.items()):
            self.back[name] = of_process.get(name, "/")
            self.hierarchies[name] = base / self.group
            self.hierarchies[name].mkdir()
            (self.hierarchies[name] / "cgroup.procs").write_text(str(os.getpid()))
        self.tracking = self.hierarchies.get("pids") or self.hierarchies["unified"]

    def processes(self):
        pids = set()
        for procs in self.tracking.rglob("cgroup.procs"):
            with contextlib.suppress(OSError):
                pids.update(int(p) for p in procs.read_text().split())
        return pids

    def strangers(self, expected=()):
        return self.processes() - {os.getpid()} - set(expected)

    def cgroup(self, name):
        """The tasks file of a container's cgroup in every v1 hierarchy."""
        paths = []
        for hierarchy, base in self.hierarchies.items():
            if hierarchy != "unified":
                (base / name).mkdir(exist_ok=True)
                paths.append(str(base / name / "tasks"))
        return paths

    def unified_cgroup(self, name):
        """A cgroup v2 directory, or None on a host that has none."""
        if "unified" not in self.hierarchies:
            return None
        path = self.hierarchies["unified"] / name
        path.mkdir(exist_ok=True)
        return path

    def _make_rootfs(self):
        root = self.scratch / "rootfs"
        (root / "bin").mkdir(parents=True)
        (root / "etc").mkdir()
        (root / "usr").mkdir()
        shutil.copy(BUSYBOX, root / "bin/busybox")
        for applet in subprocess.check_output([BUSYBOX, "--list"], text=True).split():
            if applet != "busybox":
                (root / "bin" / applet).symlink_to("busybox")
        (root / "escape").symlink_to("../../../../etc")
        self.rootfs = root

    def directory(self, name):
        self.count += 1
        path = self.scratch / f"{name}-{self.count}"
        path.mkdir()
        return path

    def sanitizer_reports(self):
        return sorted(self.scratch.glob("podshim-sanitizer.*"))


environment = None


class Closed(Exception):
    """The podshim ended the conversation."""


class Conversation:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(str(path))  # waits while the backlog is full, which a socket with a timeout does not
        self.socket.settimeout(PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, name, *values):
        self.send_bytes(wire.frame(name, *values))

    def send_bytes(self, data):
        self.socket.sendall(data)

    def _read(self, size, at_start=False):
        data = b""
        while len(data) < size:
            try:
                part = self.socket.recv(size - len(data))
            except ConnectionResetError:
                part = b""
            if not part:
                if at_start and not data:
                    raise Closed()
                raise AssertionError(f"the podshim cut a frame after {len(data)} of {size} bytes")
            data += part
        return data

    def receive(self):
        """(name, fields) of the next frame; Closed at the end."""
        length, number, version = wire.struct.unpack("<IHH", self._read(8, at_start=True))
        if version != wire.VERSION or length > (64 << 10 if 64 <= number < 96 else 8 << 20):
            raise AssertionError(f"a header of type {number}, version {version}, length {length}")
        return wire.decode(number, self._read(length))

    def ended(self):
        try:
            frame = self.receive()
        except Closed:
            return True
        raise AssertionError(f"the podshim went on with {frame}")

    def ask(self, name, *values):
        """One request, its one answer, the end."""
        self.send(name, *values)
        answer = self.receive()
        self.ended()
        return answer


class Exec:
    """An EXEC conversation."""

    def __init__(self, pod, container, program, stdio=0, rows=0, columns=0):
        self.conversation = Conversation(pod.socket)
        self.conversation.send("EXEC", container, stdio, rows, columns, program)
        self.output = {"STDOUT": b"", "STDERR": b""}
        self.status = None
        self.pid = None

    def started(self):
        name, values = self.conversation.receive()
        if name != "STARTED":
            raise AssertionError(f"{name} {values} and not STARTED")
        self.pid = values[0]
        return self

    def read_frame(self):
        name, values = self.conversation.receive()
        if name in self.output:
            self.output[name] += values[0]
        elif name == "EXITED":
            self.status = values[0]
        else:
            raise AssertionError(f"{name} {values} in an EXEC")
        return name

    def read_until(self, text, stream="STDOUT"):
        while text not in self.output[stream]:
            if self.read_frame() == "EXITED":
                raise AssertionError(f"ended before {text!r}: {self.output}")
        return self

    def finish(self):
        while self.status is None:
            self.read_frame()
        self.conversation.ended()
        self.conversation.close()
        return self

    @property
    def code(self):
        return os.waitstatus_to_exitcode(self.status)

    def send(self, name, *values):
        self.conversation.send(name, *values)

    def feed(self, data):
        for at in range(0, len(data), 64 << 10):
            self.send("STDIN", data[at : at + (64 << 10)])

    def close(self):
        self.conversation.close()


def ignore_signals():
    """As nohup(1), a shell's background job or a runtime of some language may have left them."""
    for number in (signal.SIGHUP, signal.SIGQUIT, signal.SIGPIPE, signal.SIGUSR1, signal.SIGCHLD, 64):
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGCHLD})


class Zygote:
    def __init__(self, directory=None, wait=True):
        self.directory = directory or environment.directory("zygote")
        self.process = subprocess.Popen(
            [environment.binary, "--zygote", self.directory], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=environment.scratch,
            preexec_fn=ignore_signals, restore_signals=False)
        if wait:
            self.wait_ready()

    def wait_ready(self):
        line = self.process.stdout.readline()
        if line != b"ready\n":
            raise AssertionError(f"the zygote said {line!r}, exit code {self.process.poll()}")

    def connect(self):
        return Conversation(self.directory / "zygote.sock")

    def end(self):
        """Ends the lease."""
        self.process.stdin.close()
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        return code

    def create(self, program=(), name="pod-1"):
        directory = environment.directory("pod")
        with self.connect() as c:
            answer, values = c.ask("POD_CREATE", name, str(directory), list(program))
        if answer != "CREATED":
            raise PodFailed(answer, values)
        return Pod(directory, values[0], name)


class PodFailed(AssertionError):
    pass


class Pod:
    def __init__(self, directory, pid, name):
        self.directory, self.pid, self.name = directory, pid, name
        self.socket = directory / "shim.sock"

    def ask(self, request, *values):
        with Conversation(self.socket) as c:
            return c.ask(request, *values)

    def expect_ok(self, request, *values):
        answer = self.ask(request, *values)
        if answer != ("OK", ()):
            raise AssertionError(f"{request} was answered {answer}")

    def start(self, container, program, log="", stdio=0):
        answer, values = self.ask("CONTAINER_START", container, str(log), stdio, program)
        if answer != "STARTED":
            raise AssertionError(f"CONTAINER_START was answered {answer} {values}")
        return values[0]

    def states(self):
        answer, (_, _, containers) = self.ask("POD_STATUS")
        if answer != "POD_STATE":
            raise AssertionError(answer)
        return {c[0]: c[1:] for c in containers}

    def wait_exited(self, container):
        """(exit code as in subprocess, started, finished)."""
        state = eventually(lambda: (s := self.states()[container])[0] == wire.EXITED and s, f"{container} has exited")
        return os.waitstatus_to_exitcode(state[3]), state[2], state[4]

    def run(self, container, program, log=""):
        self.start(container, program, log)
        return self.wait_exited(container)[0]

    def record(self, container):
        return (self.directory / "exits" / container).read_text()

    def exec(self, container, script, stdio=0, flags=0):
        return Exec(self, container, exec_program(container, script, flags), stdio)

    def exec_sync(self, container, script, flags=0):
        return self.exec(container, script, flags=flags).started().finish()

    def descriptors(self):
        held = []
        for fd in os.listdir(f"/proc/{self.pid}/fd"):
            with contextlib.suppress(FileNotFoundError):  # closed just now
                held.append(os.readlink(f"/proc/{self.pid}/fd/{fd}"))
        return sorted(held)

    def alive(self):
        return process_alive(self.pid)


def process_alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


ENVIRONMENT = ["PATH=/bin"]


def shell(script):
    return op("EXEC", [BUSYBOX], ["sh", "-c", script], ENVIRONMENT)


def bare(script):
    """A process without any isolation: for what is about streams, exits and logs."""
    return [op("CLONE", 0, ""), op("SETSID"), shell(script)]


def exec_program(container, script, flags=0):
    enter = [op("SETNS_CONTAINER", container, flags)] if flags else []
    return [*enter, op("CLONE", 0, ""), op("SETSID"), shell(script)]


POD_NAMESPACES = CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS
CONTAINER_NAMESPACES = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWCGROUP
EXEC_NAMESPACES = CONTAINER_NAMESPACES | POD_NAMESPACES
DEVICES = {"null": 3, "zero": 5, "full": 7, "random": 8, "urandom": 9}
MASKED = ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/scsi", "/sys/firmware", "/etc/not/there"]
READONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]


def overlay(slot, upper=None):
    upper = upper or environment.directory("upper")
    (upper / "fs").mkdir()
    (upper / "work").mkdir()
    return op("FSMOUNT", slot, "overlay", [f"lowerdir={environment.rootfs}", f"upperdir={upper}/fs", f"workdir={upper}/work"], 0)


def mounted(slot, kind, options, attributes, path, mode=0o755):
    """A file system, made in the container and attached to a directory of its root."""
    return [op("FSMOUNT", slot, kind, options, attributes), op("ENSURE_DIR", 1, path, mode), op("MOVE_MOUNT", slot, 1, path)]


def isolated(process, mounts=(), before=(), root=None, flags=CONTAINER_NAMESPACES, cgroup=""):
    """The program of a real container: as the daemon writes it for a pod that has POD_MOUNTS."""
    noexec = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC
    return [
        root or overlay(1),
        *before,
        op("SETNS_POD", CLONE_NEWNS),
        op("CLONE", flags, cgroup),
        op("MOVE_MOUNT", 1, 0, "/root"),
        *mounted(2, "proc", [], noexec, "/proc"),
        *mounted(3, "tmpfs", ["mode=755", "size=65536k"], MOUNT_ATTR_NOSUID, "/dev"),
        *mounted(4, "devpts", ["ptmxmode=0666", "mode=0620", "gid=5"], MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, "/dev/pts"),
        *(op("MKNOD", 1, f"/dev/{name}", 0o20666, 0x100 | minor) for name, minor in DEVICES.items()),
        op("SYMLINK", 1, "pts/ptmx", "/dev/ptmx"),
        op("SYMLINK", 1, "/proc/self/fd", "/dev/fd"),
        op("SYMLINK", 1, "/proc/self/fd/1", "/dev/stdout"),
        op("SYMLINK", 1, "/proc/self/fd/2", "/dev/stderr"),
        op("ENSURE_FILE", 1, "/dev/console", 0o600),
        *mounts,
        *(op("READONLY_PATH", 1, path) for path in READONLY),
        *(op("MASK", 1, path) for path in MASKED),
        op("PIVOT_ROOT", 1),
        op("SETSID"),
        *process,
    ]


LOG_LINE = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z) (stdout|stderr) ([PF]) (.*)\Z", re.S)


def read_log(path):
    """[(stream, tag, bytes)] of a log file; every byte of it has to be in a well-formed line."""
    data = pathlib.Path(path).read_bytes()
    if data and not data.endswith(b"\n"):
        raise AssertionError(f"{path} ends within a line: {data[-80:]!r}")
    lines = []
    for line in data.split(b"\n")[:-1]:
        match = LOG_LINE.match(line)
        if not match:
            raise AssertionError(f"not a log line: {line[:200]!r}")
        lines.append((match[2].decode(), match[3].decode(), match[4]))
    return lines


def memory_of(pid):
    """Private kilobytes of a process."""
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(kb) for kb in re.findall(r"^Private_\w+:\s+(\d+) kB", text, re.M))


class PodTest(unittest.TestCase):
    """One zygote and the pods of one test; at its end nothing of them may be left."""

    POD = ()

    def setUp(self):
        self.before = environment.processes()
        self.reports = environment.sanitizer_reports()
        self.zygote = Zygote()
        self.pods = []
        self.pod = self.create(self.POD) if self.POD is not None else None

    def create(self, program=(), name="pod-1"):
        pod = self.zygote.create(program, name)
        self.pods.append(pod)
        return pod

    def tearDown(self):
        try:
            for pod in self.pods:
                if pod.alive():
                    pod.expect_ok("SHUTDOWN")
            for pod in self.pods:
                eventually(lambda pod=pod: not process_alive(pod.pid), f"pod {pod.pid} has ended", 20)
                self.assertFalse(pod.socket.exists(), f"{pod.socket} of a pod that has ended is left")
        finally:
            if self.zygote.process.poll() is None:
                self.assertEqual(self.zygote.end(), 0)
            reports = [r.read_text() for r in environment.sanitizer_reports() if r not in self.reports]
            self.assertFalse(reports, "\n".join(reports))
            self.assert_no_processes_left()

    def assert_no_processes_left(self):
        try:
            eventually(lambda: environment.processes() <= self.before, "all processes are gone", 10)
        except AssertionError:
            left = [describe(p) for p in environment.processes() - self.before]
            for pid in environment.processes() - self.before:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.fail(f"processes are left: {left}")


def describe(pid):
    with contextlib.suppress(OSError):
        words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return f"{pid} {b' '.join(words).decode()} ({pathlib.Path(f'/proc/{pid}/wchan').read_text()})"
    return f"{pid} (gone)"
