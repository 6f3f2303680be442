# SPDX-License-Identifier: Apache-2.0
import errno
import os
import signal
import socket
import time

import harness
import wire
from harness import Exec, PodTest, bare, eventually, exec_program, process_alive
from wire import op


class ExecTest(PodTest):
    def setUp(self):
        super().setUp()
        self.pod.start("c1", bare("exec sleep 1000"))
        self.running = harness.environment.processes()

    def others(self):
        """Processes that the container and the pod did not have before."""
        return harness.environment.processes() - self.running

    def assert_gone(self):
        eventually(lambda: not self.others(), "everything of the exec is gone", 10)

    def test_output_and_exit_codes(self):
        for code in (0, 1, 42, 255):
            run = self.pod.exec_sync("c1", f"echo out; echo err >&2; exit {code}")
            self.assertEqual((run.code, run.output), (code, {"STDOUT": b"out\n", "STDERR": b"err\n"}))

    def test_death_by_signal(self):
        self.assertEqual(self.pod.exec_sync("c1", "kill -9 $$").code, -9)

    def test_command_not_found(self):
        with harness.Conversation(self.pod.socket) as c:
            answer, values = c.ask("EXEC", "c1", 0, 0, 0, [op("CLONE", 0, ""), op("EXEC", ["/nonexistent"], ["x"], [])])
        self.assertEqual((answer, values[0], values[3]), ("FAILED", 1, errno.ENOENT))
        self.assert_gone()

    def test_started_names_the_process(self):
        run = self.pod.exec("c1", "echo $$; sleep 1000").started()
        run.read_until(b"\n")
        self.assertEqual(int(run.output["STDOUT"]), run.pid)
        self.assertTrue(process_alive(run.pid))
        run.close()
        self.assert_gone()

    def test_container_that_has_exited_or_never_was_cannot_be_entered(self):
        self.pod.run("c3", bare("true"))
        for container in ("c2", "c3"):
            answer, values = self.pod.ask("EXEC", container, 0, 0, 0, exec_program(container, "true"))
            self.assertEqual((answer, values[0]), ("ERROR", errno.ESRCH))

    def test_without_stdin_reads_dev_null(self):
        self.assertEqual(self.pod.exec_sync("c1", "cat; readlink /proc/self/fd/0").output["STDOUT"], b"/dev/null\n")

    def test_stdin_and_its_end(self):
        run = self.pod.exec("c1", "cat; echo end", wire.STDIN).started()
        run.feed(b"hello\n")
        run.read_until(b"hello\n")
        run.send("STDIN_END")
        self.assertEqual(run.finish().output["STDOUT"], b"hello\nend\n")

    def test_stdin_sent_along_with_the_request(self):
        with harness.Conversation(self.pod.socket) as c:
            c.send_bytes(wire.frame("EXEC", "c1", wire.STDIN, 0, 0, exec_program("c1", "cat")) + wire.frame("STDIN", b"early\n") + wire.frame("STDIN_END"))
            run = object.__new__(Exec)
            run.conversation, run.output, run.status = c, {"STDOUT": b"", "STDERR": b""}, None
            self.assertEqual(run.started().finish().output["STDOUT"], b"early\n")

    def test_empty_stdin_frame_is_nothing(self):
        run = self.pod.exec("c1", "cat", wire.STDIN).started()
        for data in (b"", b"a", b"", b"b"):
            run.send("STDIN", data)
        run.send("STDIN_END")
        self.assertEqual(run.finish().output["STDOUT"], b"ab")

    def test_stdin_for_a_process_that_has_none_or_does_not_read_is_dropped(self):
        for script, stdio in (("sleep 0.1; exit 5", 0), ("exec <&-; sleep 0.1; exit 5", wire.STDIN)):
            run = self.pod.exec("c1", script, stdio).started()
            run.feed(b"x" * 300_000)
            run.send("STDIN_END")
            self.assertEqual(run.finish().code, 5)

    def test_stdin_after_the_end_is_dropped(self):
        run = self.pod.exec("c1", "cat; sleep 0.1", wire.STDIN).started()
        run.send("STDIN_END")
        run.feed(b"late")
        run.send("STDIN_END")
        self.assertEqual(run.finish().output["STDOUT"], b"")

    def test_slow_process_slows_its_client(self):
        run = self.pod.exec("c1", "sleep 0.5; wc -c", wire.STDIN).started()
        run.conversation.socket.settimeout(0.2)
        data, sent = wire.frame("STDIN", b"x" * (64 << 10)), 0
        with self.assertRaises(TimeoutError):
            while True:  # the pipe, the podshim's one frame and the socket fill up
                run.conversation.socket.sendall(data)
                sent += 1
                self.assertLess(sent, 64, "the podshim takes more than it can hand on")
        self.assertLess(harness.memory_of(self.pod.pid), 1 << 20 if harness.environment.sanitized else 1024)
        run.close()
        self.assert_gone()

    def test_large_stdin_arrives_whole(self):
        run = self.pod.exec("c1", "md5sum", wire.STDIN).started()
        import hashlib
        data = os.urandom(1 << 20) * 5
        run.feed(data)
        run.send("STDIN_END")
        self.assertEqual(run.finish().output["STDOUT"].split()[0].decode(), hashlib.md5(data).hexdigest())

    def test_output_larger_than_all_buffers_to_a_slow_reader(self):
        run = self.pod.exec("c1", "seq 1 500000; seq 1 1000 >&2").started()
        time.sleep(0.3)
        self.assertLess(harness.memory_of(self.pod.pid), 1 << 20 if harness.environment.sanitized else 1024)
        self.assertTrue(process_alive(run.pid), "the process should wait for its reader")
        run.finish()
        self.assertEqual(run.output["STDOUT"], b"".join(b"%d\n" % n for n in range(1, 500001)))
        self.assertEqual(run.output["STDERR"], b"".join(b"%d\n" % n for n in range(1, 1001)))

    def test_slow_reader_keeps_nobody_else_waiting(self):
        slow = self.pod.exec("c1", "exec yes").started()
        for _ in range(20):
            self.assertEqual(self.pod.exec_sync("c1", "echo hi").output["STDOUT"], b"hi\n")
        slow.close()
        self.assert_gone()

    def test_last_output_before_the_end_is_sent_to_a_slow_reader(self):
        run = self.pod.exec("c1", "head -c 200000 /dev/zero; exit 3").started()
        time.sleep(0.3)
        self.assertEqual((len(run.finish().output["STDOUT"]), run.code), (200000, 3))

    def test_closing_the_connection_kills_the_process_and_its_group(self):
        run = self.pod.exec("c1", "trap '' TERM HUP; sleep 1000 & sleep 1000 | sleep 1000").started()
        eventually(lambda: len(self.others()) >= 4, "its children run")
        run.close()
        self.assert_gone()

    def test_closing_at_once_kills_what_is_only_being_made(self):
        for delay in (0, 0.0002, 0.0005, 0.001, 0.002):
            for _ in range(20):
                run = self.pod.exec("c1", "sleep 1000")
                time.sleep(delay)
                run.close()
        self.assert_gone()

    def test_background_child_that_holds_the_pipe_delays_nothing(self):
        started = time.monotonic()
        run = self.pod.exec_sync("c1", "sleep 1000 & echo hi; exit 6")
        self.assertEqual((run.output["STDOUT"], run.code), (b"hi\n", 6))
        self.assertLess(time.monotonic() - started, 30)
        for pid in self.others():
            os.kill(pid, signal.SIGKILL)
        self.assert_gone()

    def test_background_child_that_never_stops_writing_delays_nothing(self):
        run = self.pod.exec_sync("c1", "yes & sleep 0.1; exit 6")
        self.assertEqual(run.code, 6)
        eventually(lambda: not self.others(), "yes ended when nobody read it any more")

    def test_process_that_closes_its_outputs_lives_on(self):
        run = self.pod.exec("c1", "echo before; exec >&- 2>&-; sleep 0.2; exit 9").started()
        self.assertEqual((run.finish().output["STDOUT"], run.code), (b"before\n", 9))

    def test_signal_reaches_the_group(self):
        run = self.pod.exec("c1", "trap 'echo got; exit 8' INT; echo ready; while true; do sleep 0.01; done").started()
        run.read_until(b"ready\n")
        run.send("SIGNAL", signal.SIGINT)
        self.assertEqual((run.finish().code, run.output["STDOUT"]), (8, b"ready\ngot\n"))

    def test_signal_of_a_container_does_not_reach_its_execs(self):
        run = self.pod.exec("c1", "sleep 0.3; echo done").started()
        self.pod.expect_ok("CONTAINER_SIGNAL", "c1", signal.SIGKILL)
        self.assertEqual(run.finish().output["STDOUT"], b"done\n")

    def test_garbage_on_the_connection_ends_it_and_the_process(self):
        for garbage in (b"\xff" * 64, wire.header(66, (64 << 10) + 1), wire.header(64, 0), wire.header(2, 0), wire.header(68, 4) + b"abcd",
                        wire.header(69, 4) + b"\xff\xff\xff\xff", wire.header(67, 1) + b"x", wire.header(66, 1, 2) + b"x"):
            run = self.pod.exec("c1", "sleep 1000", wire.STDIN).started()
            run.conversation.send_bytes(garbage)
            try:
                name, _ = run.conversation.receive()
                self.assertEqual(name, "REFUSED")
                run.conversation.ended()
            except harness.Closed:
                pass
            run.close()
            self.assert_gone()

    def test_thousand_in_a_row_leave_nothing(self):
        self.pod.exec_sync("c1", "true")
        self.pod.states()
        descriptors = self.pod.descriptors()
        memory = harness.memory_of(self.pod.pid)
        for n in range(1000):
            self.assertEqual(self.pod.exec_sync("c1", f"exit {n % 256}").code, n % 256)
        self.assertEqual(len(self.pod.descriptors()), len(descriptors))
        self.assertLess(harness.memory_of(self.pod.pid), memory + (1 << 16 if harness.environment.sanitized else 64))
        self.assert_gone()

    def test_hundred_at_once(self):
        runs = [self.pod.exec("c1", f"sleep 0.2; echo {n}; exit {n}") for n in range(100)]
        for n, run in enumerate(runs):
            self.assertEqual((run.started().finish().code, run.output["STDOUT"]), (n, b"%d\n" % n))
        self.assert_gone()

    def test_failures_leave_no_descriptor(self):
        bad = [op("CLONE", 0, ""), op("EXEC", ["/nonexistent"], ["x"], [])]
        self.pod.exec_sync("c1", "true")
        self.pod.states()
        before = self.pod.descriptors()
        for _ in range(50):
            self.assertEqual(self.pod.ask("EXEC", "c1", wire.STDIN, 0, 0, bad)[0], "FAILED")
            self.assertEqual(self.pod.ask("CONTAINER_START", "c9", str(self.pod.directory / "log"), wire.STDIN, bad)[0], "FAILED")
            self.assertEqual(self.pod.ask("CONTAINER_START", "c9", "/nonexistent/log", 0, bad)[0], "ERROR")
            self.pod.ask("CONTAINER_FORGET", "c9")
        self.assertEqual(len(self.pod.descriptors()), len(before))
        self.assert_gone()


class TerminalTest(PodTest):
    """Containers and execs with a terminal, in a container that has a devpts of its own."""

    POD = [op("UNSHARE", harness.POD_NAMESPACES), op("POD_MOUNTS", 0)]

    def setUp(self):
        super().setUp()
        self.pod.start("c1", harness.isolated([harness.shell("touch /ready; exec sleep 1000")]))
        eventually(lambda: self.pod.exec_sync("c1", "[ -e /ready ]", harness.EXEC_NAMESPACES).code == 0, "the container is there")
        self.running = harness.environment.processes()

    def exec_tty(self, script, rows=24, columns=80, stdio=wire.TTY | wire.STDIN):
        program = [op("SETNS_CONTAINER", "c1", harness.EXEC_NAMESPACES), op("CLONE", 0, ""), op("SETSID"), op("TTY", rows, columns, 0), harness.shell(script)]
        return Exec(self.pod, "c1", program, stdio, rows, columns).started()

    def assert_gone(self):
        eventually(lambda: not harness.environment.processes() - self.running, "everything of the exec is gone", 10)

    def test_has_a_terminal_of_the_size_asked_for(self):
        run = self.exec_tty("tty; stty size; [ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo all; echo err >&2", 50, 132).finish()
        lines = run.output["STDOUT"].decode().split("\r\n")
        self.assertRegex(lines[0], r"^/dev/pts/\d+$")
        self.assertEqual(lines[1:], ["50 132", "all", "err", ""])
        self.assertEqual((run.output["STDERR"], run.code), (b"", 0))

    def test_typing_is_echoed_and_read(self):
        run = self.exec_tty("read line; echo got $line")
        run.send("STDIN", b"hello\n")
        self.assertEqual(run.finish().output["STDOUT"], b"hello\r\ngot hello\r\n")

    def test_interrupt_character(self):
        run = self.exec_tty("trap 'echo int; exit 3' INT; echo ready; while true; do sleep 0.01; done").read_until(b"ready")
        run.send("STDIN", b"\x03")
        self.assertEqual(run.finish().code, 3)

    def test_end_of_input_is_end_of_transmission(self):
        run = self.exec_tty("cat; echo end")
        run.send("STDIN", b"line\n")
        run.read_until(b"line\r\nline\r\n")
        run.send("STDIN_END")
        self.assertTrue(run.finish().output["STDOUT"].endswith(b"end\r\n"))

    def test_resize(self):
        run = self.exec_tty("trap 'stty size; exit 0' WINCH; echo ready; while true; do sleep 0.01; done").read_until(b"ready")
        run.send("RESIZE", 40, 100)
        run.read_until(b"40 100")
        self.assertEqual(run.finish().code, 0)

    def test_resize_after_the_process_let_go_of_its_terminal_hits_nothing_else(self):
        other = self.exec_tty("trap 'stty size' WINCH; echo ready; while true; do sleep 0.01; done", 11, 22).read_until(b"ready")
        run = self.exec_tty("exec </dev/null >/dev/null 2>&1; sleep 1", 33, 44)
        time.sleep(0.2)
        third = self.exec_tty("trap 'stty size' WINCH; echo ready; while true; do sleep 0.01; done", 11, 22).read_until(b"ready")
        run.send("RESIZE", 40, 100)
        run.send("STDIN", b"typed into the void\n")
        run.send("STDIN_END")
        self.assertEqual(run.finish().code, 0)
        for quiet in (other, third):
            quiet.send("SIGNAL", signal.SIGWINCH)
            quiet.read_until(b"11 22")
            self.assertNotIn(b"typed", quiet.output["STDOUT"])
            quiet.close()
        self.assert_gone()

    def test_last_output_is_not_lost(self):
        for _ in range(30):
            run = self.exec_tty("seq 1 2000").finish()
            self.assertEqual(run.output["STDOUT"].split(), [b"%d" % n for n in range(1, 2001)])

    def test_closing_the_connection_hangs_up_and_kills(self):
        run = self.exec_tty("trap '' HUP TERM; sleep 1000 & sleep 1000")
        run.close()
        self.assert_gone()

    def test_closing_at_once_leaves_no_descriptor(self):
        self.exec_tty("true").finish()
        self.pod.states()  # when this is answered, everything before is closed
        before = len(self.pod.descriptors())
        program = [op("SETNS_CONTAINER", "c1", harness.EXEC_NAMESPACES), op("CLONE", 0, ""), op("SETSID"), op("TTY", 1, 1, 0), harness.shell("sleep 1000")]
        for delay in (0, 0.0002, 0.0005, 0.001, 0.002, 0.004):
            for _ in range(10):
                run = Exec(self.pod, "c1", program, wire.TTY | wire.STDIN)
                time.sleep(delay)
                run.close()
        self.assert_gone()
        eventually(lambda: len(self.pod.descriptors()) == before, f"descriptors are closed: {self.pod.descriptors()}", 5)

    def test_background_child_that_holds_the_terminal_delays_nothing(self):
        for _ in range(50):  # the output may come before the end is known, or after
            run = self.exec_tty("(trap '' HUP; exec sleep 1000) & echo hi; exit 4")
            run.conversation.socket.settimeout(10)
            run.finish()
            self.assertEqual((run.output["STDOUT"], run.code), (b"hi\r\n", 4))

    def test_background_child_and_a_slow_reader(self):
        run = self.exec_tty("(trap '' HUP; exec sleep 1000) & stty -onlcr; head -c 400000 /dev/zero | tr '\\0' x; exit 4")
        time.sleep(0.5)
        run.conversation.socket.settimeout(10)
        self.assertEqual((len(run.finish().output["STDOUT"]), run.code), (400000, 4))

    def test_container_with_a_terminal_and_console(self):
        log = self.pod.directory / "log"
        program = harness.isolated([harness.shell("tty; stty size; echo to the console >/dev/console; echo err >&2; printf rest")])
        program.insert(-1, op("CHDIR", "/etc"))
        program.insert(-1, op("TTY", 30, 90, 1))
        self.pod.start("c2", program, log, wire.TTY)
        self.assertEqual(self.pod.wait_exited("c2")[0], 0)
        entries = harness.read_log(log)
        self.assertEqual({(stream, tag) for stream, tag, _ in entries}, {("stdout", "F")})
        lines = [line.rstrip(b"\r") for _, _, line in entries]
        self.assertRegex(lines[0], rb"^/dev/(pts/\d+|console)$")
        self.assertEqual(lines[1:], [b"30 90", b"to the console", b"err", b"rest"])

    def test_owner_of_the_terminal_is_the_user(self):
        program = [op("SETNS_CONTAINER", "c1", harness.EXEC_NAMESPACES), op("CLONE", 0, ""), op("SETSID"), op("TTY", 24, 80, 0),
                   op("SET_USER", 1000, 1000, []), op("CAPABILITIES", 0, 0, 0, 0), harness.shell("stat -c %u $(tty); echo x >$(tty) && echo writable")]
        run = Exec(self.pod, "c1", program, wire.TTY).started().finish()
        self.assertEqual(run.output["STDOUT"].split(), [b"1000", b"x", b"writable"])
