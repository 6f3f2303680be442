# SPDX-License-Identifier: Apache-2.0
import errno
import os
import signal
import time

import harness
import wire
from harness import Closed, Conversation, PodTest, bare, eventually, read_log
from wire import op

PATIENCE_MS = 20_000


class Attached:
    """An ATTACH conversation."""

    def __init__(self, pod, container="c1", stdio=0, patience=PATIENCE_MS):
        self.conversation = Conversation(pod.socket)
        self.conversation.send("ATTACH", container, stdio, patience)
        name, values = self.conversation.receive()
        if name != "ATTACHED":
            raise AssertionError(f"ATTACH was answered {name} {values}")
        self.output = {"STDOUT": b"", "STDERR": b""}
        self.end = None

    def read_frame(self):
        name, values = self.conversation.receive()
        if name in self.output:
            self.output[name] += values[0]
            if len(self.output[name]) > 16 << 20:
                raise AssertionError("far more output than any test makes: the end was missed")
        else:
            self.end = (name, values)
        return name

    def read_until(self, text, stream="STDOUT"):
        while text not in self.output[stream]:
            self.read_frame()
            if self.end:
                raise AssertionError(f"{self.end} before {text!r}: {self.output}")
        return self

    def finish(self):
        while not self.end:
            self.read_frame()
        self.conversation.ended()
        self.conversation.close()
        return self

    def send(self, name, *values):
        self.conversation.send(name, *values)

    def close(self):
        self.conversation.close()


class AttachTest(PodTest):
    def setUp(self):
        super().setUp()
        self.log = self.pod.directory / "0.log"
        self.go = self.pod.directory / "go"

    def start(self, script, stdio=0):
        """Prints nothing before go() is called."""
        self.pid = self.pod.start("c1", bare(f"while [ ! -e {self.go} ]; do sleep 0.01; done; {script}"), self.log, stdio)

    def release(self):
        self.go.touch()

    def assert_lets_go(self, before):
        eventually(lambda: len(self.pod.descriptors()) == before, "the descriptors of clients are closed", 10)

    def test_output_from_now_on_and_the_end(self):
        self.pod.start("c1", bare(f"echo before; while [ ! -e {self.go} ]; do sleep 0.01; done; echo out; echo err >&2; exit 3"), self.log)
        eventually(lambda: self.log.read_bytes(), "the first line is in the log")
        client = Attached(self.pod)
        self.release()
        client.finish()
        self.assertEqual(client.output, {"STDOUT": b"out\n", "STDERR": b"err\n"})
        self.assertEqual((client.end[0], os.waitstatus_to_exitcode(client.end[1][0])), ("EXITED", 3))
        self.assertEqual([line for _, _, line in read_log(self.log)], [b"before", b"out", b"err"])

    def test_all_clients_see_the_same(self):
        self.start("seq 1 20000; echo err >&2")
        before = len(self.pod.descriptors())
        clients = [Attached(self.pod) for _ in range(200)]
        self.release()
        expected = b"".join(b"%d\n" % n for n in range(1, 20001))
        for client in clients:
            client.finish()
            self.assertEqual(client.output, {"STDOUT": expected, "STDERR": b"err\n"})
        self.pod.wait_exited("c1")
        self.assertEqual(len(read_log(self.log)), 20001)
        self.assertLess(len(self.pod.descriptors()), before)

    def test_without_a_log(self):
        self.pid = self.pod.start("c1", bare(f"while [ ! -e {self.go} ]; do sleep 0.01; done; echo hi"))
        client = Attached(self.pod)
        self.release()
        self.assertEqual(client.finish().output["STDOUT"], b"hi\n")

    def test_only_a_container_that_runs(self):
        self.pod.run("c3", bare("true"))
        for container in ("c3", "c4"):
            answer, values = self.pod.ask("ATTACH", container, 0, PATIENCE_MS)
            self.assertEqual((answer, values[0]), ("ERROR", errno.ESRCH))

    def test_stdin_that_stays_open(self):
        self.pod.start("c1", bare("cat"), self.log, wire.STDIN)
        for text in (b"one\n", b"two\n"):
            client = Attached(self.pod, stdio=wire.STDIN)
            client.send("STDIN", text)
            client.send("STDIN_END")
            # Its turn ends when the container has its input, which may be before it has answered.
            self.assertEqual(client.finish().end, ("DETACHED", ()))
        eventually(lambda: [line for _, _, line in read_log(self.log)] == [b"one", b"two"], "both lines came back")
        self.pod.expect_ok("CONTAINER_SIGNAL", "c1", signal.SIGKILL)

    def test_stdin_once_ends_with_the_first_client_that_has_it(self):
        self.pod.start("c1", bare("cat; echo end"), self.log, wire.STDIN | wire.STDIN_ONCE)
        watcher = Attached(self.pod)
        watcher.send("STDIN", b"not mine\n")
        watcher.send("STDIN_END")
        client = Attached(self.pod, stdio=wire.STDIN)
        client.send("STDIN", b"mine\n")
        client.read_until(b"mine\n")
        client.send("STDIN_END")
        self.assertEqual(client.finish().end[0], "EXITED")
        self.assertEqual(watcher.finish().output["STDOUT"], b"mine\nend\n")

    def test_stdin_once_ends_with_a_client_that_is_gone(self):
        self.pod.start("c1", bare("cat; echo end"), self.log, wire.STDIN | wire.STDIN_ONCE)
        Attached(self.pod).close()
        client = Attached(self.pod, stdio=wire.STDIN)
        client.send("STDIN", b"mine\n")
        client.read_until(b"mine\n")
        client.close()
        self.assertEqual(self.pod.wait_exited("c1")[0], 0)
        self.assertEqual([line for _, _, line in read_log(self.log)], [b"mine", b"end"])

    def test_stdin_of_a_container_that_does_not_read_waits_and_goes_on(self):
        self.start("wc -c", wire.STDIN | wire.STDIN_ONCE)
        client = Attached(self.pod, stdio=wire.STDIN)
        client.conversation.socket.settimeout(0.2)
        data, sent = b"x" * (64 << 10), 0
        with self.assertRaises(TimeoutError):
            while True:
                client.conversation.socket.sendall(wire.frame("STDIN", data))
                sent += 1
                self.assertLess(sent, 64, "the podshim takes more than it can hand on")
        client.close()
        self.release()
        self.pod.wait_exited("c1")
        self.assertGreaterEqual(int(read_log(self.log)[0][2]), 64 << 10)

    def test_two_clients_that_write(self):
        self.start("exec cat >/dev/null", wire.STDIN)
        first, second = (Attached(self.pod, stdio=wire.STDIN) for _ in range(2))
        for client in (first, second):
            for _ in range(6):  # more than the pipe holds: both wait for the same descriptor
                client.send("STDIN", b"y" * (64 << 10) if client is first else b"z")
        self.release()
        for client in (first, second):
            client.send("STDIN_END")
            self.assertEqual(client.finish().end, ("DETACHED", ()))
        self.pod.expect_ok("CONTAINER_SIGNAL", "c1", signal.SIGKILL)

    def test_stdin_that_the_process_closed_holds_up_no_client(self):
        self.start("exec <&-; sleep 1000", wire.STDIN)
        clients = [Attached(self.pod, stdio=wire.STDIN) for _ in range(2)]
        for client in clients:
            for _ in range(3):
                client.send("STDIN", b"y" * (64 << 10))
        self.release()
        for client in clients:
            for _ in range(20):
                client.send("STDIN", b"y" * (64 << 10))
        self.pod.expect_ok("CONTAINER_SIGNAL", "c1", signal.SIGKILL)
        for client in clients:
            self.assertEqual(client.finish().end[0], "EXITED")

    def test_slow_client_slows_the_container_and_loses_nothing(self):
        self.start("seq 1 300000")
        slow, fast = Attached(self.pod), Attached(self.pod)
        self.release()
        fast.conversation.socket.settimeout(1)
        with self.assertRaises(TimeoutError):
            fast.finish()  # waits for the other
        self.assertTrue(harness.process_alive(self.pid))
        self.assertLess(harness.memory_of(self.pod.pid), 1 << 20 if harness.environment.sanitized else 1024)
        slow.conversation.socket.settimeout(harness.PATIENCE)
        fast.close()
        expected = b"".join(b"%d\n" % n for n in range(1, 300001))
        self.assertEqual(slow.finish().output["STDOUT"], expected)
        self.pod.wait_exited("c1")
        self.assertEqual(len(read_log(self.log)), 300000)

    def test_stuck_client_is_cut_off_and_told(self):
        self.start("seq 1 300000")
        stuck, reader = Attached(self.pod, patience=1000), Attached(self.pod)
        self.release()
        reader.finish()
        self.assertEqual(len(reader.output["STDOUT"].splitlines()), 300000)
        self.assertEqual(self.pod.wait_exited("c1")[0], 0)
        stuck.finish()
        self.assertEqual((stuck.end[0], stuck.end[1][0]), ("ERROR", errno.ETIMEDOUT))
        self.assertEqual(stuck.output["STDOUT"], reader.output["STDOUT"][: len(stuck.output["STDOUT"])])

    def test_client_that_reads_a_little_is_cut_off_too(self):
        self.start("exec yes")
        trickle = Attached(self.pod, patience=1000)
        self.release()
        end = time.monotonic() + harness.PATIENCE
        data = b""
        while b"as fast as" not in data:
            data = (data + trickle.conversation.socket.recv(2000))[-4000:]
            time.sleep(0.02)
            self.assertLess(time.monotonic(), end)
        trickle.close()
        size = self.log.stat().st_size
        eventually(lambda: self.log.stat().st_size > size, "the container goes on")
        self.pod.expect_ok("CONTAINER_SIGNAL", "c1", signal.SIGKILL)

    def test_last_output_is_sent_after_the_end(self):
        self.start("exec head -c 400000 /dev/zero")
        client = Attached(self.pod)
        self.release()
        time.sleep(0.3)
        self.assertEqual(len(client.finish().output["STDOUT"]), 400000)

    def test_end_is_announced_though_a_client_is_stuck(self):
        self.start("head -c 300000 /dev/zero; exit 4")
        stuck = Attached(self.pod)
        self.release()
        self.assertEqual(self.pod.wait_exited("c1")[0], 4)
        self.pod.expect_ok("CONTAINER_FORGET", "c1")
        self.assertIn(stuck.finish().end[0], ("EXITED", "ERROR"))

    def test_rotation_does_not_wait_for_a_stuck_client(self):
        self.start("exec cat /dev/zero")
        stuck = Attached(self.pod, patience=600_000)
        self.release()
        for n in range(12):  # each takes what the pipe holds, more than a client may owe in the end
            os.rename(self.log, f"{self.log}.{n}")
            self.pod.expect_ok("CONTAINER_REOPEN_LOG", "c1", str(self.log))
            time.sleep(0.05)
        self.pod.expect_ok("CONTAINER_SIGNAL", "c1", signal.SIGKILL)
        stuck.finish()
        self.assertEqual((stuck.end[0], stuck.end[1][0]), ("ERROR", errno.ENOBUFS))
        self.assertLess(harness.memory_of(self.pod.pid), 1 << 20 if harness.environment.sanitized else 1024)

    def test_clients_that_leave_hold_nothing(self):
        self.start("exec yes")
        before = len(self.pod.descriptors())
        self.release()
        for _ in range(50):
            clients = [Attached(self.pod) for _ in range(4)]
            clients[0].read_frame()
            for client in clients:
                client.close()
        self.assert_lets_go(before)
        size = self.log.stat().st_size
        eventually(lambda: self.log.stat().st_size > size, "the container goes on")
        self.pod.expect_ok("CONTAINER_SIGNAL", "c1", signal.SIGKILL)

    def test_garbage_ends_the_conversation_alone(self):
        self.start("echo hi", wire.STDIN)
        for garbage in (b"\xff" * 64, wire.header(66, (64 << 10) + 1), wire.header(64, 0), wire.header(2, 0), wire.header(68, 4) + b"abcd",
                        wire.header(69, 4) + b"\0\0\0\0", wire.header(67, 1) + b"x", wire.header(66, 1, 2) + b"x"):
            client = Attached(self.pod, stdio=wire.STDIN)
            client.conversation.send_bytes(garbage)
            with self.assertRaises(Closed):
                client.conversation.receive()
            client.close()
        client = Attached(self.pod, stdio=wire.STDIN)
        self.release()
        self.assertEqual(client.finish().output["STDOUT"], b"hi\n")

    def test_shutdown_ends_the_conversation(self):
        self.start("sleep 1000")
        client = Attached(self.pod)
        self.pod.expect_ok("SHUTDOWN")
        with self.assertRaises(Closed):
            client.finish()
        eventually(lambda: not self.pod.alive(), "the pod has ended", 20)


class AttachTerminalTest(PodTest):
    POD = [op("UNSHARE", harness.POD_NAMESPACES), op("POD_MOUNTS", 0)]

    def start(self, script, stdio=wire.TTY | wire.STDIN):
        program = harness.isolated([harness.shell(script)])
        program.insert(-1, op("TTY", 24, 80, 1))
        self.pod.start("c1", program, self.pod.directory / "0.log", stdio)

    def test_typing_resize_and_what_a_second_client_sees(self):
        self.start("trap 'stty size' WINCH; while true; do read line && echo got $line || sleep 0.01; done")
        first, second = Attached(self.pod, stdio=wire.STDIN), Attached(self.pod, stdio=wire.STDIN)
        first.send("STDIN", b"hello\n")
        for client in (first, second):
            client.read_until(b"hello\r\ngot hello\r\n")
        second.send("RESIZE", 40, 100)
        for client in (first, second):
            client.read_until(b"40 100")
        first.send("STDIN_END")
        self.assertEqual(first.finish().end, ("DETACHED", ()))
        self.pod.expect_ok("CONTAINER_SIGNAL", "c1", signal.SIGKILL)
        self.assertEqual(second.finish().end[0], "EXITED")

    def test_stdin_once_does_not_hang_up_a_terminal(self):
        self.start("read line; echo got $line", wire.TTY | wire.STDIN | wire.STDIN_ONCE)
        Attached(self.pod, stdio=wire.STDIN).close()
        client = Attached(self.pod, stdio=wire.STDIN)
        client.send("STDIN", b"x\n")
        self.assertEqual(client.read_until(b"got x\r\n").finish().end[0], "EXITED")
