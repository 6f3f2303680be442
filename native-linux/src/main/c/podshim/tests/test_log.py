# SPDX-License-Identifier: Apache-2.0
import calendar
import contextlib
import os
import re
import signal
import stat
import subprocess
import time

import harness
import wire
from harness import PodTest, bare, eventually, read_log
from wire import op

PART = 16384
QUIET = 0.1  # seconds; rotate.c has it


def stamp_of(line):
    """Seconds since 1970 of a log's line."""
    stamp = line.split(b" ", 1)[0].decode()
    return calendar.timegm(time.strptime(stamp[:19], "%Y-%m-%dT%H:%M:%S")) + int(stamp[20:29]) / 1e9


def first_stamp(path):
    with open(path, "rb") as f:
        return stamp_of(f.readline())


def last_stamp(path):
    with open(path, "rb") as f:
        f.seek(max(0, os.fstat(f.fileno()).st_size - 2 * PART))
        return stamp_of(f.read().splitlines()[-1])


def whole_lines(entries):
    """[(stream, bytes)] with the parts of long lines put together; no part may be left without its end."""
    lines, parts = [], {}
    for stream, tag, data in entries:
        parts[stream] = parts.get(stream, b"") + data
        if tag == "F":
            lines.append((stream, parts.pop(stream)))
    if parts:
        raise AssertionError(f"parts without an end: { {s: len(d) for s, d in parts.items()} }")
    return lines


class LogTest(PodTest):
    def setUp(self):
        super().setUp()
        self.log = self.pod.directory / "0.log"

    def run_script(self, script, container="c1"):
        self.assertEqual(self.pod.run(container, bare(script), self.log), 0)
        return read_log(self.log)

    def test_line_is_time_stream_tag_and_bytes(self):
        before = time.time_ns()
        self.assertEqual(self.run_script("echo hello"), [("stdout", "F", b"hello")])
        stamp = self.log.read_text().split()[0]
        self.assertTrue(stamp.endswith("Z") and len(stamp) == 30, stamp)
        seconds = time.mktime(time.strptime(stamp[:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone
        self.assertLess(abs(seconds * 1e9 + int(stamp[20:29]) - before), 60e9)

    def test_file_is_made_with_mode_0640_and_appended_to(self):
        self.run_script("echo one")
        self.assertEqual(stat.S_IMODE(self.log.stat().st_mode), 0o640)
        self.log.chmod(0o600)
        self.assertEqual([line for _, _, line in self.run_script("echo two", "c2")], [b"one", b"two"])
        self.assertEqual(stat.S_IMODE(self.log.stat().st_mode), 0o600)

    def test_link_in_place_of_the_file_is_not_followed(self):
        victim = self.pod.directory / "victim"
        self.log.symlink_to(victim)
        self.assertEqual(self.pod.ask("CONTAINER_START", "c1", str(self.log), 0, bare("echo x"))[0], "ERROR")
        self.assertFalse(victim.exists())

    def test_both_streams(self):
        entries = self.run_script("echo out; echo err >&2; printf 'a\\n\\nb\\n'")
        self.assertEqual(sorted(entries), sorted([("stdout", "F", b"out"), ("stderr", "F", b"err"), ("stdout", "F", b"a"), ("stdout", "F", b""), ("stdout", "F", b"b")]))

    def test_end_without_newline_is_a_whole_line(self):
        self.assertEqual(sorted(self.run_script("printf 'no end'; printf 'err end' >&2")), [("stderr", "F", b"err end"), ("stdout", "F", b"no end")])

    def test_line_that_comes_in_pieces_is_one_line(self):
        self.assertEqual(self.run_script("printf a; sleep 0.05; printf b; sleep 0.05; echo c"), [("stdout", "F", b"abc")])

    def test_nothing_printed_is_an_empty_file(self):
        self.assertEqual(self.run_script("true"), [])

    def test_bytes_are_kept(self):
        self.assertEqual(self.run_script("printf '\\000\\r\\377\\033[1m\\t\\n'"), [("stdout", "F", b"\0\r\xff\x1b[1m\t")])

    def test_lengths_around_the_limit(self):
        for length in (PART - 1, PART, PART + 1, 2 * PART - 1, 2 * PART, 2 * PART + 1, 5 * PART, 200_000):
            for newline in ("", "; echo"):
                self.log.unlink(missing_ok=True)
                name = f"c{length}{'n' if newline else ''}"
                entries = self.run_script(f"head -c {length} /dev/zero | tr '\\0' x{newline}", name)
                with self.subTest(length=length, newline=bool(newline)):
                    self.assertEqual(whole_lines(entries), [("stdout", b"x" * length)])
                    self.assertEqual([len(data) for _, tag, data in entries if tag == "P"], [PART] * ((length - 1) // PART))
                    self.assertLessEqual(max(len(data) for _, _, data in entries), PART)

    def test_what_was_printed_is_there_before_the_exit_is_announced(self):
        for n in range(50):
            self.log.unlink(missing_ok=True)
            with harness.Conversation(self.pod.socket) as watch:
                watch.send("WATCH")
                while watch.receive()[0] != "WATCHING":
                    pass
                self.pod.start(f"c{n}", bare("seq 1 3000"), self.log)
                while watch.receive()[1][:2] != (f"c{n}", wire.EXITED):
                    pass
                self.assertEqual([int(line) for _, _, line in read_log(self.log)], list(range(1, 3001)))

    def test_hundred_thousand_lines_of_both_streams(self):
        script = "(seq 1 50000 | sed 's/$/ some more text to make the line a bit longer/') & (seq 1 50000 | sed 's/$/ some other text/' >&2) & wait"
        entries = self.run_script(script)
        self.assertEqual(len(entries), 100_000)
        for stream in ("stdout", "stderr"):
            self.assertEqual([int(line.split()[0]) for s, _, line in entries if s == stream], list(range(1, 50001)))

    def test_reopening_under_load_loses_and_doubles_nothing(self):
        script = "i=0; while [ $i -lt 600000 ]; do i=$((i+1)); echo line $i; done"
        self.pod.start("c1", bare(script), self.log)
        turns = 0
        while self.pod.states()["c1"][0] == wire.RUNNING:
            turns += 1
            self.log.rename(self.pod.directory / f"log.{turns}")
            self.pod.expect_ok("CONTAINER_REOPEN_LOG", "c1", str(self.log))
            size = (self.pod.directory / f"log.{turns}").stat().st_size
            self.assertTrue(self.log.exists())
            if turns % 10 == 0:  # the old file is left alone once the answer is there
                time.sleep(0.02)
                self.assertEqual((self.pod.directory / f"log.{turns}").stat().st_size, size)
        self.pod.wait_exited("c1")
        self.assertGreaterEqual(turns, 10)
        files = [self.pod.directory / f"log.{n}" for n in range(1, turns + 1)] + [self.log]
        numbers = [int(line.split()[1]) for file in files for _, _, line in read_log(file)]
        self.assertEqual(numbers, list(range(1, 600001)))

    def test_everything_printed_before_reopening_is_in_the_old_file(self):
        marker = self.pod.directory / "printed"
        self.pod.start("c1", bare(f"seq 1 20000; touch {marker}; sleep 1000"), self.log)
        eventually(marker.exists, "all lines were printed")
        old = self.pod.directory / "old"
        self.log.rename(old)
        self.pod.expect_ok("CONTAINER_REOPEN_LOG", "c1", str(self.log))
        self.assertEqual(len(read_log(old)), 20000)
        self.assertEqual(read_log(self.log), [])

    def test_reopening_with_a_path_that_cannot_be_opened_keeps_the_old_file(self):
        self.pod.start("c1", bare("while true; do echo tick; sleep 0.01; done"), self.log)
        answer, values = self.pod.ask("CONTAINER_REOPEN_LOG", "c1", "/nonexistent/log")
        self.assertEqual((answer, values[0]), ("ERROR", 2))
        lines = len(read_log(self.log))
        eventually(lambda: len(read_log(self.log)) > lines, "the old file goes on")

    def rotate(self, name="old"):
        old = self.pod.directory / name
        self.log.rename(old)
        self.pod.expect_ok("CONTAINER_REOPEN_LOG", "c1", str(self.log))
        return old

    def test_old_file_is_quiet_before_the_new_one_is_there(self):
        self.pod.start("c1", bare("exec yes"), self.log)
        eventually(lambda: self.log.stat().st_size > 0, "it prints")
        for turn in range(3):
            old = self.rotate(f"old{turn}")
            eventually(lambda: self.log.stat().st_size > 0, "it prints on")
            self.assertGreaterEqual(first_stamp(self.log) - last_stamp(old), QUIET)

    def test_reopening_after_a_quiet_while_is_answered_at_once(self):
        self.pod.start("c1", bare("echo x; exec sleep 1000"), self.log)
        eventually(lambda: self.log.stat().st_size > 0, "it has printed")
        time.sleep(QUIET)
        times = []
        for turn in range(20):
            started = time.monotonic()
            self.rotate(f"old{turn}")
            times.append(time.monotonic() - started)
        self.assertLess(min(times), QUIET / 2)

    def test_others_print_on_while_one_is_reopened(self):
        other = self.pod.directory / "other"
        self.pod.start("c1", bare("exec yes"), self.log)
        self.pod.start("c2", bare("while true; do echo tick; done"), other)
        eventually(lambda: self.log.stat().st_size > 0 and other.stat().st_size > 0, "both print")
        old = self.rotate()
        eventually(lambda: self.log.stat().st_size > 0, "it prints on")
        self.pod.expect_ok("CONTAINER_SIGNAL", "c1", signal.SIGKILL)
        quiet = (last_stamp(old), first_stamp(self.log))
        stamps = [stamp_of(line) for line in other.read_bytes().splitlines()]
        self.assertTrue([s for s in stamps if quiet[0] < s < quiet[1]])

    def test_all_who_ask_at_once_are_answered(self):
        self.pod.start("c1", bare("exec yes"), self.log)
        eventually(lambda: self.log.stat().st_size > 0, "it prints")
        old = self.pod.directory / "old"
        self.log.rename(old)
        with contextlib.ExitStack() as stack:
            asked = [stack.enter_context(harness.Conversation(self.pod.socket)) for _ in range(20)]
            for conversation in asked:
                conversation.send("CONTAINER_REOPEN_LOG", "c1", str(self.log))
            for conversation in asked:
                self.assertEqual(conversation.receive(), ("OK", ()))
                conversation.ended()
        eventually(lambda: self.log.stat().st_size > 0, "it prints on")
        self.assertGreaterEqual(first_stamp(self.log) - last_stamp(old), QUIET)

    def test_who_asks_and_leaves_has_it_reopened(self):
        script = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); echo line $i; done"
        self.pod.start("c1", bare(script), self.log)
        old = self.pod.directory / "old"
        self.log.rename(old)
        with harness.Conversation(self.pod.socket) as conversation:
            conversation.send("CONTAINER_REOPEN_LOG", "c1", str(self.log))
        eventually(self.log.exists, "the new file is there")
        self.pod.wait_exited("c1")
        numbers = [int(line.split()[1]) for file in (old, self.log) for _, _, line in read_log(file)]
        self.assertEqual(numbers, list(range(1, 100001)))

    def test_end_while_the_old_file_is_quiet_goes_to_the_old_file(self):
        self.pod.start("c1", bare(f"while [ -e {self.log} ]; do echo line; done; echo last"), self.log)
        eventually(lambda: self.log.stat().st_size > 0, "it prints")
        old = self.rotate()
        self.assertEqual(self.pod.wait_exited("c1")[0], 0)
        self.assertEqual(read_log(old)[-1][2], b"last")
        self.assertEqual(read_log(self.log), [])

    def test_end_is_announced_when_the_new_file_was_there_for_a_while(self):
        script = f"while [ -e {self.log} ]; do echo line; done; while [ ! -e {self.log} ]; do :; done; echo last"
        with harness.Conversation(self.pod.socket) as watch:
            watch.send("WATCH")
            while watch.receive()[0] != "WATCHING":
                pass
            self.pod.start("c1", bare(script), self.log)
            eventually(lambda: self.log.stat().st_size > 0, "it prints")
            old = self.rotate()
            while watch.receive()[1][:2] != ("c1", wire.EXITED):
                pass
            heard = time.time()
        self.assertEqual(read_log(self.log)[-1][2], b"last")
        self.assertGreaterEqual(heard - last_stamp(old), 2 * QUIET)
        finished = self.pod.wait_exited("c1")[2] / 1e9
        self.assertLess(finished, heard - QUIET / 2)

    def test_forgetting_while_the_old_file_is_quiet_answers(self):
        self.pod.start("c1", bare("(exec yes) & echo $! >&2"), self.log)
        self.pod.wait_exited("c1")
        with harness.Conversation(self.pod.socket) as asked:
            asked.send("CONTAINER_REOPEN_LOG", "c1", str(self.log))
            self.pod.expect_ok("CONTAINER_FORGET", "c1")
            self.assertIn(asked.receive()[0], ("OK", "ERROR"))

    def test_child_that_lives_on_is_still_logged(self):
        self.assertEqual(self.pod.run("c1", bare("(sleep 0.3; echo late) & echo first"), self.log), 0)
        self.assertEqual([line for _, _, line in read_log(self.log)], [b"first"])
        eventually(lambda: [line for _, _, line in read_log(self.log)] == [b"first", b"late"], "the late line")

    def test_writer_that_never_stops_does_not_hold_up_the_exit(self):
        self.pod.start("c1", bare("yes & exec sleep 0.1"), self.log)
        self.assertEqual(self.pod.wait_exited("c1")[0], 0)
        yes = [p for p in harness.environment.strangers(self.before | {self.zygote.process.pid, self.pod.pid})]
        for pid in yes:
            os.kill(pid, signal.SIGKILL)
        eventually(lambda: not harness.environment.strangers(self.before | {self.zygote.process.pid, self.pod.pid}), "yes was killed")
        read_log(self.log)

    def test_busy_log_does_not_starve_the_others(self):
        self.pod.start("busy", bare("exec yes"), self.pod.directory / "busy.log")
        started = time.monotonic()
        for n in range(20):
            self.assertEqual(self.pod.run(f"c{n}", bare("echo x"), self.log), 0)
        self.assertLess(time.monotonic() - started, 30)
        self.pod.expect_ok("CONTAINER_SIGNAL", "busy", signal.SIGKILL)
        self.pod.wait_exited("busy")
        self.assertEqual(len(read_log(self.log)), 20)
        read_log(self.pod.directory / "busy.log")

    def test_no_log_lets_the_container_print(self):
        self.assertEqual(self.pod.run("c1", bare("seq 1 100000; echo err >&2")), 0)


class FullDiskTest(PodTest):
    def setUp(self):
        super().setUp()
        self.disk = harness.environment.directory("disk")
        subprocess.check_call(["mount", "-t", "tmpfs", "-o", "size=8m", "disk", self.disk])
        self.log = self.disk / "0.log"
        self.filler = self.disk / "filler"

    def tearDown(self):
        super().tearDown()
        subprocess.check_call(["umount", self.disk])

    def fill(self, megabytes):
        with open(self.filler, "wb") as f:
            f.write(bytes(megabytes << 20))

    def test_blocks_and_goes_on_when_there_is_room_again(self):
        self.fill(7)
        marker = self.pod.directory / "done"
        script = f"(seq 1 40000 | sed 's/$/ {'x' * 60}/'; touch {marker}) ; echo error >&2"
        self.pod.start("c1", bare(script), self.log)
        eventually(lambda: os.statvfs(self.disk).f_bavail == 0, "the disk is full")
        time.sleep(0.5)
        self.assertFalse(marker.exists(), "the writer should wait")
        self.assertEqual(self.pod.exec_sync("c1", "echo alive").output["STDOUT"], b"alive\n")
        self.filler.unlink()
        self.assertEqual(self.pod.wait_exited("c1")[0], 0)
        entries = eventually(lambda: (e := read_log(self.log)) and len(e) == 40001 and e, "all lines are there")
        self.assertEqual([int(line.split()[0]) for s, _, line in entries if s == "stdout"], list(range(1, 40001)))
        self.assertEqual([line for s, _, line in entries if s == "stderr"], [b"error"])

    def test_exit_while_the_disk_is_full_loses_nothing(self):
        self.fill(7)
        self.pod.start("c1", bare(f"seq 1 12000 | sed 's/$/ {'x' * 60}/'; printf rest"), self.log)
        eventually(lambda: os.statvfs(self.disk).f_bavail == 0, "the disk is full")
        self.assertEqual(self.pod.wait_exited("c1")[0], 0)
        self.filler.unlink()
        entries = eventually(lambda: self.log.read_bytes().endswith(b" rest\n") and read_log(self.log), "all lines are there")
        self.assertEqual([line.split()[0] for _, _, line in entries], [str(n).encode() for n in range(1, 12001)] + [b"rest"])

    def test_rotation_while_the_disk_is_full_loses_nothing(self):
        self.fill(7)
        self.pod.start("c1", bare(f"seq 1 40000 | sed 's/$/ {'x' * 60}/'"), self.log)
        eventually(lambda: os.statvfs(self.disk).f_bavail == 0, "the disk is full")
        old = self.disk / "old"
        self.log.rename(old)
        self.pod.expect_ok("CONTAINER_REOPEN_LOG", "c1", str(self.log))
        self.filler.unlink()
        self.assertEqual(self.pod.wait_exited("c1")[0], 0)
        numbers = eventually(lambda: len(n := [int(line.split()[0]) for f in (old, self.log) for _, _, line in read_log(f)]) == 40000 and n, "all lines are there")
        self.assertEqual(numbers, list(range(1, 40001)))

    def test_other_containers_log_on(self):
        self.fill(7)
        self.pod.start("c1", bare("exec yes"), self.log)
        eventually(lambda: os.statvfs(self.disk).f_bavail == 0, "the disk is full")
        self.assertEqual(self.pod.run("c2", bare("seq 1 1000"), self.pod.directory / "other"), 0)
        self.assertEqual(len(read_log(self.pod.directory / "other")), 1000)

    def test_waiting_for_room_costs_no_time(self):
        self.fill(7)
        self.pod.start("c1", bare("exec yes"), self.log)
        eventually(lambda: os.statvfs(self.disk).f_bavail == 0, "the disk is full")
        before = cpu_seconds(self.pod.pid)
        time.sleep(1)
        self.assertLess(cpu_seconds(self.pod.pid) - before, 0.3)


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
