#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints wire-vectors.txt. `make vectors` writes it, `make test` compares; read the difference before it is committed."""
import wire
from wire import Raw, op, u16, u32, u64

HEAD = """\
# SPDX-License-Identifier: Apache-2.0
#
# Frames of docs/wire.md that both sides are tested with: the podshim (C) and the daemon (Java). Printed by
# tests/make_vectors.py, which is a third, separate reading of that page; `make vectors` writes this file.
#
# A line that is neither empty nor a comment is a vector of three fields, one space between them:
#
#     name type payload
#
# type is the frame's type in decimal, payload the bytes after the 8-byte header in hexadecimal, "-" if there are none.
# The comment line above a vector is what it means: the frame's name, then its fields as name=value in the order of the
# payload. Numbers are decimal or 0x…, text is in "", bytes are in <>, lists in [], a program is its operations in
# order with the arguments in the order of ops.def; i64 values are written as the u64 they travel as.
#
# Names are unique. A name that begins with "bad-" is a payload that has to be refused by whoever reads frames of this
# type: types below 32 and from 66 on are read by the podshim (it answers REFUSED), 32 to 65 by the daemon. All others
# parse, and encoding what the comment says gives the same bytes.
#
# Type 0 does not exist as a frame: such a line holds a whole frame with its header.
"""

FIELD_NAMES = {
    "POD_CREATE": "podSandboxId runDirectory program",
    "CONTAINER_START": "containerId logPath stdio program",
    "CONTAINER_SIGNAL": "containerId signal",
    "CONTAINER_REOPEN_LOG": "containerId logPath",
    "CONTAINER_FORGET": "containerId",
    "EXEC": "containerId stdio rows columns program",
    "ATTACH": "containerId stdio patience",
    "CONTAINER_START_TIMED": "containerId logPath stdio program",
    "TIMES": "nanoseconds",
    "ERROR": "errno what",
    "REFUSED": "what",
    "CREATED": "pid",
    "FAILED": "step code detail errno text",
    "STARTED": "pid time",
    "EXITED": "waitStatus time",
    "CONTAINER_STATE": "containerId state pid startedAt waitStatus finishedAt",
    "POD_STATE": "pid version containers",
    "STDOUT": "data",
    "STDERR": "data",
    "STDIN": "data",
    "RESIZE": "rows columns",
    "SIGNAL": "signal",
}
SPAWN = [op("CLONE", 0x20000000, ""), op("EXEC", ["/bin/true"], ["true"], [])]
STARTED, FINISHED = 1760000000000000001, 1760000001500000002
names = set()


def line(name, number, body, meaning):
    if name in names:
        raise SystemExit(f"{name} is there twice")
    names.add(name)
    print(f"# {meaning}\n{name} {number} {body.hex() or '-'}")


def good(name, frame, *values):
    number, fields = wire.FRAMES[frame]
    labels = FIELD_NAMES.get(frame, "").split()
    shown = " ".join(f"{label}={wire.show(v, kind)}" for label, v, kind in zip(labels, values, fields, strict=True))
    line(name, number, wire.payload(frame, *values), f"{frame} {shown}".rstrip())


def bad(name, why, frame, *values):
    line("bad-" + name, wire.FRAMES[frame][0], wire.payload(frame, *values), f"{frame}: {why}")


def bad_bytes(name, why, frame, body):
    line("bad-" + name, wire.FRAMES[frame][0], body, f"{frame}: {why}")


def section(title):
    print(f"\n# --- {title}")


def start(name, *operations, stdio=0):
    good(name, "CONTAINER_START", "c1", "", stdio, list(operations))


def bad_start(name, why, *operations):
    bad(name, why, "CONTAINER_START", "c1", "", 0, list(operations))


def raw_op(code, body=b"", zero=0, length=None):
    return Raw(u16(code) + u16(zero) + u32(len(body) if length is None else length) + body)


# One example of every operation, with arguments as the daemon writes them.
EXAMPLES = [
    op("UNSHARE", 0x20000),
    op("SETNS_CONTAINER", "c1", 0x6E020000),
    op("SETNS_POD", 0x20000),
    op("CLONE", 0x22020000, "/sys/fs/cgroup/kubepods/pod1/c1"),
    op("CGROUP_ATTACH", "/sys/fs/cgroup/memory/kubepods/pod1/c1/tasks"),
    op("POD_MOUNTS", 67108864),
    op("POD_PID_NAMESPACE"),
    op("LOOPBACK_UP"),
    op("SETHOSTNAME", "web-0"),
    op("SYSCTL", "net.ipv4.ip_unprivileged_port_start", "0"),
    op("POD_USER_NAMESPACE", 0x4C000000, [0, 100000, 65536], [0, 100000, 1000, 1000, 200000, 64536]),
    op("FSMOUNT", 1, "overlay", ["lowerdir+=/layers/b", "lowerdir+=/layers/a", "upperdir=/c1/fs", "workdir=/c1/work", "volatile"], 0),
    op("MOUNT", "overlay", "/run/root", "overlay", 0, "lowerdir=/layers/b:/layers/a,upperdir=/c1/fs,workdir=/c1/work"),
    op("OPEN_TREE", 2, "/var/lib/kubelet/pods/u/volumes/v", 0x8001),
    op("MOUNT_SETATTR", 2, 0x8000, 0x100001, 0x70, 0x40000),
    op("MOVE_MOUNT", 2, 1, "/data"),
    op("ENSURE_DIR", 1, "/var/run/secrets", 0o755),
    op("ENSURE_FILE", 1, "/etc/hosts", 0o644),
    op("SYMLINK", 1, "/proc/self/fd", "/dev/fd"),
    op("MKNOD", 1, "/dev/null", 0o20666, 0x103),
    op("MASK", 1, "/proc/kcore"),
    op("READONLY_PATH", 1, "/proc/sys"),
    op("PIVOT_ROOT", 1),
    op("WRITE_FILE", 0, "/etc/resolv.conf", b"nameserver 10.0.0.10\n", 0o644),
    op("CHOWN", 1, "/dev/dri/card0", 0, 44),
    op("RLIMIT", 7, 1024, 0xFFFFFFFFFFFFFFFF),
    op("OOM_SCORE_ADJ", -997 & (1 << 64) - 1),
    op("NO_NEW_PRIVS"),
    op("SECCOMP", 0, bytes.fromhex("060000000000ff7f")),
    op("BOUNDING", 0xA80425FB),
    op("SET_USER", 1000, 1001, [1001, 2000, 4294967294]),
    op("CAPABILITIES", 0xA80425FB, 0xA80425FB, 0, 0),
    op("SESSION_KEYRING", "_ses.c1"),
    op("UMASK", 0o22),
    op("CHDIR", "/srv"),
    op("SETSID"),
    op("TTY", 24, 80, 1),
    op("HOOK", "createContainer", "/usr/bin/vendor-hook", ["vendor-hook", "links"], ["A=1"], "created ", "!", 60000),
    op("EXEC", ["/usr/local/bin/sh", "/bin/sh"], ["sh", "-c", "echo é"], ["PATH=/usr/local/bin:/bin", "EMPTY="]),
    op("SECURITY_ATTR", "apparmor/exec", "exec ristretto-default"),
]
POD_ONLY = ("POD_MOUNTS", "POD_PID_NAMESPACE", "POD_USER_NAMESPACE")


def requests():
    section("requests")
    good("pod-create", "POD_CREATE", "pod-1", "/run/ristretto/pods/pod-1", [op("UNSHARE", 0x4C000000), op("LOOPBACK_UP")])
    good("pod-create-nothing-to-do", "POD_CREATE", "p", "/p", [])
    good("pod-create-longest-id", "POD_CREATE", "0123456789abcdef" * 4, "/p", [])
    good("pod-status", "POD_STATUS")
    good("container-start", "CONTAINER_START", "c1", "/var/log/pods/ns_pod_uid/c/0.log", 0, SPAWN)
    good("container-start-without-log", "CONTAINER_START", "c1", "", 0, SPAWN)
    good("container-start-stdin-once", "CONTAINER_START", "c1", "/l", 6, SPAWN)
    good("container-start-tty", "CONTAINER_START", "c1", "/l", 3, [SPAWN[0], op("TTY", 0, 0, 1), SPAWN[1]])
    good("container-signal", "CONTAINER_SIGNAL", "c1", 15)
    good("container-reopen-log", "CONTAINER_REOPEN_LOG", "c1", "/var/log/pods/ns_pod_uid/c/0.log")
    good("container-forget", "CONTAINER_FORGET", "c1")
    good("exec", "EXEC", "c1", 0, 0, 0, [op("SETNS_CONTAINER", "c1", 0x6E020000), *SPAWN])
    good("exec-tty", "EXEC", "c1", 3, 24, 80, [SPAWN[0], op("SETSID"), op("TTY", 24, 80, 0), SPAWN[1]])
    good("watch", "WATCH")
    good("shutdown", "SHUTDOWN")
    good("container-start-timed", "CONTAINER_START_TIMED", "c1", "/l", 2, SPAWN)
    good("attach", "ATTACH", "c1", 0, 30000)
    good("attach-stdin", "ATTACH", "c1", 2, 30000)


def answers():
    section("answers")
    good("ok", "OK")
    good("error", "ERROR", 2, "unknown container")
    good("error-without-words", "ERROR", 16, "")
    good("refused", "REFUSED", "an operation of the program does not parse")
    good("created", "CREATED", 4711)
    good("failed", "FAILED", 3, 16, 2, 22, "overlay: No changes allowed in reconfigure")
    good("failed-without-words", "FAILED", 12, 52, 0, 13, "")
    good("failed-cgroup-of-the-stub", "FAILED", 0xFFFFFFFF, 5, 1, 28, "")
    good("started", "STARTED", 4712, STARTED)
    good("exited-code", "EXITED", 3 << 8, FINISHED)
    good("exited-signal", "EXITED", 9, FINISHED)
    good("container-state-starting", "CONTAINER_STATE", "c1", 0, 0, 0, 0, 0)
    good("container-state-running", "CONTAINER_STATE", "c1", 1, 4712, STARTED, 0, 0)
    good("container-state-exited", "CONTAINER_STATE", "c1", 2, 4712, STARTED, 137, FINISHED)
    good("watching", "WATCHING")
    good("attached", "ATTACHED")
    good("detached", "DETACHED")
    good("times", "TIMES", [250, 0, 4711000000])
    good("times-of-nothing", "TIMES", [])
    good("pod-state-empty", "POD_STATE", 4711, 1, [])
    good("pod-state", "POD_STATE", 4711, 1, [("c1", 2, 4712, STARTED, 256, FINISHED), ("c2", 1, 4713, STARTED, 0, 0)])


def data():
    section("data frames of an EXEC")
    good("stdout", "STDOUT", b"hello\n\0\xff")
    good("stdout-empty", "STDOUT", b"")
    good("stderr", "STDERR", b"oops")
    good("stdin", "STDIN", b"input\n")
    good("stdin-end", "STDIN_END")
    good("resize", "RESIZE", 50, 132)
    good("signal", "SIGNAL", 2)


def operations():
    section("every operation once, in the smallest program that may hold it")
    for example in EXAMPLES:
        name = "op-" + example[0].lower().replace("_", "-")
        if example[0] in POD_ONLY:
            good(name, "POD_CREATE", "p", "/p", [example])
        elif example[0] == "CLONE":
            start(name, example, SPAWN[1])
        elif example[0] == "EXEC":
            start(name, SPAWN[0], example)
        else:
            start(name, example, *SPAWN, stdio=1 if example[0] == "TTY" else 0)
    missing = set(wire.OPS) - {e[0] for e in EXAMPLES}
    if missing:
        raise SystemExit(f"no example for {missing}")
    start("op-empty-lists-and-bytes", op("FSMOUNT", 1023, "tmpfs", [], 0xFFFFFFFFFFFFFFFF), op("SECCOMP", 0, b""), op("SET_USER", 0, 0, []), *SPAWN)
    start("op-empty-strings", op("SETHOSTNAME", ""), SPAWN[0], op("EXEC", [""], [""], [""]))


def bad_frames():
    section("whole frames, with their header")
    line("frame-pod-status", 0, wire.frame("POD_STATUS"), "a whole frame: POD_STATUS")
    line("frame-signal", 0, wire.frame("CONTAINER_SIGNAL", "c1", 9), 'a whole frame: CONTAINER_SIGNAL containerId="c1" signal=9')
    line("bad-frame-version-0", 0, wire.header(2, 0, 0), "a whole frame: version 0")
    line("bad-frame-version-2", 0, wire.header(2, 0, 2), "a whole frame: version 2")
    line("bad-frame-type-0", 0, wire.header(0, 0), "a whole frame: type 0")
    line("bad-frame-length-over-8-mib", 0, wire.header(4, (8 << 20) + 1), "a header alone: one byte more than 8 MiB")
    line("bad-frame-length-huge", 0, wire.header(4, 0xFFFFFFFF), "a header alone: 4 GiB less one")
    line("bad-frame-data-over-64-kib", 0, wire.header(66, (64 << 10) + 1), "a header alone: STDIN of one byte more than 64 KiB")
    for number in (12, 31, 44, 63, 70, 95, 96, 65535):
        line(f"bad-unknown-type-{number}", number, b"", f"no frame has type {number}")


def bad_fields():
    section("payloads that do not parse to their last byte")
    bad_bytes("status-trailing-byte", "one byte too many", "POD_STATUS", b"\0")
    bad_bytes("watch-trailing-byte", "one byte too many", "WATCH", b"\0")
    bad_bytes("shutdown-trailing-byte", "one byte too many", "SHUTDOWN", b"\0")
    bad_bytes("forget-empty", "no payload at all", "CONTAINER_FORGET", b"")
    bad_bytes("forget-length-cut", "three of the four bytes of a length", "CONTAINER_FORGET", u32(2)[:3])
    bad_bytes("forget-text-cut", "the text ends before its length", "CONTAINER_FORGET", u32(3) + b"c1")
    bad_bytes("forget-no-nul", "the text has no NUL", "CONTAINER_FORGET", u32(2) + b"c1")
    bad_bytes("forget-nul-is-no-nul", "another byte where the NUL should be", "CONTAINER_FORGET", u32(2) + b"c1x")
    bad_bytes("forget-nul-inside", "a NUL inside of the text", "CONTAINER_FORGET", wire.text(b"c\0001"))
    bad_bytes("forget-length-huge", "a length of 4 GiB less one", "CONTAINER_FORGET", u32(0xFFFFFFFF) + b"c1\0")
    bad_bytes("forget-length-of-the-sign", "a length of 2 GiB", "CONTAINER_FORGET", u32(0x80000000) + b"c1\0")
    bad_bytes("forget-trailing-byte", "one byte too many", "CONTAINER_FORGET", wire.text("c1") + b"\0")
    bad_bytes("signal-cut", "the signal is missing", "CONTAINER_SIGNAL", wire.text("c1"))
    bad_bytes("signal-trailing-byte", "one byte too many", "CONTAINER_SIGNAL", wire.text("c1") + u32(9) + b"\0")
    bad_bytes("reopen-log-cut", "the path is missing", "CONTAINER_REOPEN_LOG", wire.text("c1"))
    bad_bytes("resize-cut", "no columns", "RESIZE", u32(24))
    bad_bytes("resize-trailing-byte", "one byte too many", "RESIZE", u32(24) + u32(80) + b"\0")
    bad_bytes("stdin-end-trailing-byte", "one byte too many", "STDIN_END", b"\0")
    bad_bytes("exec-signal-cut", "two of four bytes", "SIGNAL", b"\x09\0")
    section("names that are none: 1 to 64 of [0-9a-z-]")
    for why, value in (("empty", ""), ("dots", ".."), ("slash", "a/b"), ("upper-case", "C1"), ("65-bytes", "a" * 65), ("space", "a b")):
        bad(f"pod-id-{why}", "podSandboxId", "POD_CREATE", value, "/p", [])
        bad(f"container-id-{why}", "containerId", "CONTAINER_FORGET", value)
    bad("start-container-id", "containerId with a slash", "CONTAINER_START", "../c1", "", 0, SPAWN)
    bad("exec-container-id", "containerId with a slash", "EXEC", "../c1", 0, 0, 0, SPAWN)
    section("stdio flags that are none")
    bad("start-stdio-flags", "stdio=8", "CONTAINER_START", "c1", "", 8, SPAWN)
    bad("start-timed-stdio-flags", "stdio=8", "CONTAINER_START_TIMED", "c1", "", 8, SPAWN)
    bad("start-timed-no-exec", "CLONE without EXEC", "CONTAINER_START_TIMED", "c1", "", 0, [SPAWN[0]])
    bad("attach-stdio-flags", "stdio=1", "ATTACH", "c1", 1, 30000)
    bad("attach-container-id", "containerId with a slash", "ATTACH", "../c1", 2, 30000)
    bad_bytes("attach-cut", "no patience", "ATTACH", wire.text("c1") + u32(2))
    bad_bytes("attach-trailing-byte", "one byte too many", "ATTACH", wire.payload("ATTACH", "c1", 2, 30000) + b"\0")
    bad("exec-stdio-flags", "stdio=0x80000001", "EXEC", "c1", 0x80000001, 0, 0, SPAWN)


def bad_programs():
    section("programs that must not run")
    cut = wire.payload("CONTAINER_START", "c1", "", 0, SPAWN)
    bad_bytes("start-no-program", "no program", "CONTAINER_START", cut[:15])
    bad_bytes("start-cut-in-the-last-operation", "the last byte is missing", "CONTAINER_START", cut[:-1])
    bad_bytes("start-cut-in-an-operation-header", "ends in an operation's header", "CONTAINER_START", cut[:22])
    bad_bytes("start-trailing-byte", "one byte after the program", "CONTAINER_START", cut + b"\0")
    bad("start-count-too-high", "three operations announced, two there", "CONTAINER_START", "c1", "", 0, Raw(u32(3) + wire.program(SPAWN)[4:]))
    bad("start-count-too-low", "one operation announced, two there", "CONTAINER_START", "c1", "", 0, Raw(u32(1) + wire.program(SPAWN)[4:]))
    bad("start-count-huge", "4 Gi operations less one announced", "CONTAINER_START", "c1", "", 0, Raw(u32(0xFFFFFFFF) + wire.program(SPAWN)[4:]))
    bad("start-count-huge-and-nothing-there", "4 Gi operations less one announced, none there", "CONTAINER_START", "c1", "", 0, Raw(u32(0xFFFFFFFF)))
    for code in (0, 12, 29, 53, 65535):
        bad_start(f"op-code-{code}", f"no operation has code {code}", raw_op(code), *SPAWN)
    bad_start("op-zero-field", "the u16 after the code is not zero", raw_op(50, zero=1), *SPAWN)
    bad_start("op-length-huge", "arguments of 4 GiB less one", raw_op(50, length=0xFFFFFFFF), *SPAWN)
    bad_start("op-arguments-short", "UMASK with four bytes", raw_op(48, u32(18)), *SPAWN)
    bad_start("op-arguments-long", "UMASK with nine bytes", raw_op(48, u64(18) + b"\0"), *SPAWN)
    bad_start("op-arguments-none", "UMASK without arguments", raw_op(48), *SPAWN)
    bad_start("op-arguments-unwanted", "SETSID with arguments", raw_op(50, u64(0)), *SPAWN)
    bad_start("op-text-no-nul", "SETHOSTNAME of which the NUL is the next operation's", raw_op(9, u32(1) + b"a"), *SPAWN)
    bad_start("op-text-over-the-end", "SETHOSTNAME longer than the operation", raw_op(9, u32(100) + b"a\0"), *SPAWN)
    bad_start("op-text-nul-inside", "SETHOSTNAME with a NUL inside", raw_op(9, wire.text(b"a\0b")), *SPAWN)
    bad_start("op-list-huge", "FSMOUNT with 4 Gi options less one", raw_op(16, u64(1) + wire.text("tmpfs") + u32(0xFFFFFFFF) + u64(0)), *SPAWN)
    bad_start("op-bytes-huge", "SECCOMP of 4 GiB less one", raw_op(43, u64(0) + u32(0xFFFFFFFF)), *SPAWN)
    bad_start("op-vec-huge", "SET_USER with 0x20000000 groups: their size is 4 GiB", raw_op(45, u64(0) + u64(0) + u32(0x20000000)), *SPAWN)
    bad_start("op-vec-wraps", "SET_USER with 0x20000001 groups, one there: their size is 8 modulo 4 GiB",
              raw_op(45, u64(0) + u64(0) + u32(0x20000001) + u64(1)), *SPAWN)
    bad_start("program-empty", "no operation")
    bad_start("program-no-clone", "EXEC without CLONE", SPAWN[1])
    bad_start("program-no-exec", "CLONE without EXEC", SPAWN[0])
    bad_start("program-clone-twice", "two CLONE", SPAWN[0], *SPAWN)
    bad_start("program-exec-not-last", "UMASK after EXEC", *SPAWN, op("UMASK", 0))
    bad_start("program-exec-twice", "EXEC after EXEC", *SPAWN, SPAWN[1])
    bad_start("program-exec-before-clone", "CLONE after EXEC", SPAWN[1], SPAWN[0])
    bad_start("program-exec-no-path", "EXEC with nothing to execute", SPAWN[0], op("EXEC", [], ["true"], []))
    bad_start("program-exec-no-argv", "EXEC without argv", SPAWN[0], op("EXEC", ["/bin/true"], [], []))
    bad_start("program-pod-mounts", "POD_MOUNTS in a process", op("POD_MOUNTS", 0), *SPAWN)
    bad_start("program-pod-pid-namespace", "POD_PID_NAMESPACE in a process", op("POD_PID_NAMESPACE"), *SPAWN)
    bad_start("program-pod-user-namespace", "POD_USER_NAMESPACE in a process", op("POD_USER_NAMESPACE", 0, [], []), *SPAWN)
    bad("exec-program-clone-twice", "two CLONE", "EXEC", "c1", 0, 0, 0, [SPAWN[0], *SPAWN])
    bad("exec-program-no-exec", "CLONE without EXEC", "EXEC", "c1", 0, 0, 0, [SPAWN[0]])
    bad("exec-trailing-byte", "one byte after the program", "EXEC", "c1", 0, 0, 0, Raw(wire.program(SPAWN) + b"\0"))
    bad("pod-create-clone", "CLONE in a pod", "POD_CREATE", "p", "/p", [SPAWN[0]])
    bad("pod-create-exec", "EXEC in a pod", "POD_CREATE", "p", "/p", [SPAWN[1]])
    bad("pod-create-tty", "TTY in a pod", "POD_CREATE", "p", "/p", [op("TTY", 24, 80, 0)])
    bad("pod-create-trailing-byte", "one byte after the program", "POD_CREATE", "p", "/p", Raw(wire.program([]) + b"\0"))


def bad_answers():
    section("answers that the daemon has to refuse")
    bad_bytes("ok-trailing-byte", "one byte too many", "OK", b"\0")
    bad_bytes("error-cut", "no text", "ERROR", wire.i32(2))
    bad_bytes("error-no-nul", "the text has no NUL", "ERROR", wire.i32(2) + u32(1) + b"x")
    bad_bytes("refused-length-huge", "a length of 4 GiB less one", "REFUSED", u32(0xFFFFFFFF))
    bad_bytes("created-cut", "three of four bytes", "CREATED", u32(4711)[:3])
    bad_bytes("failed-cut", "no text", "FAILED", wire.payload("FAILED", 1, 16, 0, 22, "")[:-5])
    bad_bytes("failed-trailing-byte", "one byte too many", "FAILED", wire.payload("FAILED", 1, 16, 0, 22, "") + b"\0")
    bad_bytes("started-cut", "no time", "STARTED", u32(4712))
    bad_bytes("times-count-huge", "4 Gi operations less one announced", "TIMES", u32(0xFFFFFFFF))
    bad_bytes("times-trailing-byte", "one byte too many", "TIMES", wire.payload("TIMES", [1]) + b"\0")
    bad_bytes("exited-trailing-byte", "one byte too many", "EXITED", wire.payload("EXITED", 0, FINISHED) + b"\0")
    bad_bytes("container-state-cut", "the last byte is missing", "CONTAINER_STATE", wire.payload("CONTAINER_STATE", "c1", 0, 0, 0, 0, 0)[:-1])
    bad_bytes("pod-state-count-too-high", "one container announced, none there", "POD_STATE", u32(4711) + u32(1) + u32(1))
    bad_bytes("pod-state-count-huge", "4 Gi containers less one announced", "POD_STATE", u32(4711) + u32(1) + u32(0xFFFFFFFF))
    bad_bytes("watching-trailing-byte", "one byte too many", "WATCHING", b"\0")
    bad_bytes("attached-trailing-byte", "one byte too many", "ATTACHED", b"\0")
    bad_bytes("detached-trailing-byte", "one byte too many", "DETACHED", b"\0")


print(HEAD, end="")
requests()
answers()
data()
operations()
bad_frames()
bad_fields()
bad_programs()
bad_answers()
