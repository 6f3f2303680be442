# SPDX-License-Identifier: Apache-2.0
import errno
import os
import pathlib
import signal
import time

import harness
import wire
from harness import (BUSYBOX, CLONE_NEWIPC, CLONE_NEWNET, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUTS, EXEC_NAMESPACES, POD_NAMESPACES, PodTest, bare,
                     eventually, isolated, mounted, process_alive, shell)
from wire import Raw, op


class LifeTest(PodTest):
    """Containers without isolation: states, exits, what is refused."""

    def test_exit_code_is_recorded_before_it_is_announced(self):
        with harness.Conversation(self.pod.socket) as watch:
            watch.send("WATCH")
            self.assertEqual(watch.receive(), ("WATCHING", ()))
            self.pod.start("c1", bare("exit 3"))
            record = None
            while record is None:
                name, state = watch.receive()
                if state[1] == wire.EXITED:
                    record = self.pod.record("c1")  # read at once: it has to be there
        self.assertEqual(record, f"1 exited 3 {state[3]} {state[5]}\n")
        self.assertEqual(os.waitstatus_to_exitcode(state[4]), 3)
        self.assertLessEqual(state[3], state[5])
        self.assertLess(abs(time.time_ns() - state[5]), 60_000_000_000)

    def test_signal_is_recorded(self):
        pid = self.pod.start("c1", bare("sleep 1000"))
        self.pod.expect_ok("CONTAINER_SIGNAL", "c1", signal.SIGTERM)
        self.assertEqual(self.pod.wait_exited("c1")[0], -signal.SIGTERM)
        self.assertTrue(self.pod.record("c1").startswith("1 signaled 15 "))
        self.assertFalse(process_alive(pid))

    def test_process_that_ends_at_once_is_not_lost(self):
        for n in range(200):
            self.pod.start(f"c{n}", bare("exit 7"))
        for n in range(200):
            code, started, finished = self.pod.wait_exited(f"c{n}")
            self.assertEqual(code, 7)
            self.assertLessEqual(started, finished)

    def test_orphans_do_not_hide_an_exit(self):
        """Processes left to the podshim end all the time; those it started are still told apart."""
        self.pod.start("storm", bare("while true; do (true & true & true & true & true &) ; done"))
        for n in range(100):
            self.pod.start(f"c{n}", bare("exit 7"))
            run = self.pod.exec_sync("storm", "exit 9")
            self.assertEqual(run.code, 9)
        for n in range(100):
            self.assertEqual(self.pod.wait_exited(f"c{n}")[0], 7)
        self.pod.expect_ok("CONTAINER_SIGNAL", "storm", signal.SIGKILL)

    def test_orphans_are_reaped(self):
        self.pod.start("c1", bare("for i in 1 2 3 4 5; do (sleep 0.1 &); done; exec sleep 1000"))
        children = pathlib.Path(f"/proc/{self.pod.pid}/task/{self.pod.pid}/children")
        eventually(lambda: len(children.read_text().split()) > 1, "orphans are left to the podshim")
        eventually(lambda: len(children.read_text().split()) == 1, "orphans are reaped")

    def test_states_go_running_exited_and_are_forgotten(self):
        pid = self.pod.start("c1", bare("sleep 1000"))
        state = self.pod.states()["c1"]
        self.assertEqual((state[0], state[1], state[3], state[4]), (wire.RUNNING, pid, 0, 0))
        self.assertEqual(self.pod.ask("CONTAINER_FORGET", "c1")[:1], ("ERROR",))
        self.assertEqual(self.pod.ask("CONTAINER_FORGET", "c1")[1][0], errno.EBUSY)
        self.pod.expect_ok("CONTAINER_SIGNAL", "c1", signal.SIGKILL)
        self.pod.wait_exited("c1")
        self.pod.expect_ok("CONTAINER_FORGET", "c1")
        self.assertEqual(self.pod.states(), {})
        self.assertFalse((self.pod.directory / "exits/c1").exists())
        self.pod.expect_ok("CONTAINER_FORGET", "c1")

    def test_forgotten_id_can_be_used_again(self):
        for code in (1, 2):
            self.assertEqual(self.pod.run("c1", bare(f"exit {code}")), code)
            self.pod.expect_ok("CONTAINER_FORGET", "c1")

    def test_start_twice_is_an_error_and_the_first_lives_on(self):
        pid = self.pod.start("c1", bare("sleep 1000"))
        self.assertEqual(self.pod.ask("CONTAINER_START", "c1", "", 0, bare("true"))[0], "ERROR")
        self.assertEqual(self.pod.states()["c1"][:2], (wire.RUNNING, pid))
        self.pod.expect_ok("CONTAINER_SIGNAL", "c1", signal.SIGKILL)
        self.pod.wait_exited("c1")
        self.assertEqual(self.pod.ask("CONTAINER_START", "c1", "", 0, bare("true"))[0], "ERROR")

    def test_unknown_container_is_an_error(self):
        for request in (("CONTAINER_SIGNAL", "c9", 15), ("CONTAINER_REOPEN_LOG", "c9", "/tmp/x"), ("EXEC", "c9", 0, 0, 0, bare("true"))):
            answer, values = self.pod.ask(*request)
            self.assertEqual((answer, values[0]), ("ERROR", errno.ESRCH), request)
            self.assertTrue(values[1])

    def test_command_not_found_is_the_step_and_the_errno(self):
        program = [op("CLONE", 0, ""), op("UMASK", 0), op("EXEC", ["/nonexistent", "/etc/passwd", "/etc/passwd/x"], ["x"], [])]
        answer, values = self.pod.ask("CONTAINER_START", "c1", "", 0, program)
        self.assertEqual((answer, values), ("FAILED", (2, wire.OPS["EXEC"][0], values[2], errno.EACCES, "")))
        self.assertEqual(self.pod.states(), {})
        program[-1] = op("EXEC", ["/nonexistent"], ["x"], [])
        self.assertEqual(self.pod.ask("CONTAINER_START", "c1", "", 0, program)[1][3], errno.ENOENT)

    def timed(self, program):
        """The times of a program and the answer after them."""
        begun = time.monotonic_ns()
        with harness.Conversation(self.pod.socket) as c:
            c.send("CONTAINER_START_TIMED", "c1", "", 0, program)
            name, (times,) = c.receive()
            self.assertEqual(name, "TIMES")
            answer, values = c.receive()
            c.ended()
        self.assertLess(sum(times), time.monotonic_ns() - begun)
        return times, answer, values

    def test_timed_start_tells_what_each_operation_took(self):
        times, answer, _ = self.timed([op("UMASK", 0), op("CLONE", 0, ""), op("SETSID"), shell("exit 0")])
        self.assertEqual((answer, len(times)), ("STARTED", 3))
        self.assertGreater(times[1], 1000)  # no kernel clones a process within a microsecond

    def test_timed_start_that_fails_tells_the_times_until_then(self):
        times, answer, values = self.timed([op("UMASK", 0), op("MOVE_MOUNT", 5, 0, "/mnt"), *bare("true")])
        self.assertEqual((answer, values[0], len(times)), ("FAILED", 1, 2))
        times, answer, values = self.timed([op("CLONE", 0, ""), op("EXEC", ["/nonexistent"], ["x"], [])])
        self.assertEqual((answer, values[0], len(times)), ("FAILED", 1, 1))

    def test_timed_start_says_nothing_under_a_filter(self):
        """The filter kills who sends a message or asks for the time."""
        numbers = {"x86_64": (46, 228), "aarch64": (211, 113)}.get(os.uname().machine)
        if numbers is None:
            self.skipTest(f"no system call numbers for {os.uname().machine}")
        code = b"".join(wire.struct.pack("<HBBI", *i) for i in [
            (0x20, 0, 0, 0), (0x15, 1, 0, numbers[0]), (0x15, 0, 1, numbers[1]), (0x06, 0, 0, 0x80000000), (0x06, 0, 0, 0x7FFF0000)])
        times, answer, _ = self.timed([op("CLONE", 0, ""), op("NO_NEW_PRIVS"), op("SECCOMP", 0, code), op("UMASK", 0), shell("exit 3")])
        self.assertEqual((answer, len(times)), ("STARTED", 2))
        self.assertEqual(self.pod.wait_exited("c1")[0], 3)

    def test_times_of_a_long_program_are_cut_not_the_program(self):
        times, answer, _ = self.timed([*[op("UMASK", 0)] * 2000, *bare("exit 0")])
        self.assertEqual((answer, len(times)), ("STARTED", 1024))

    def test_exec_tries_its_paths_in_order(self):
        program = [op("CLONE", 0, ""), op("EXEC", ["/nonexistent", "/etc/passwd", "/bin/busybox"], ["sh", "-c", "exit 4"], [])]
        self.assertEqual(self.pod.run("c1", program), 4)

    def test_failure_before_clone_is_told_and_leaves_nothing(self):
        program = [op("UMASK", 0), op("MOVE_MOUNT", 5, 0, "/mnt"), *bare("true")]
        answer, values = self.pod.ask("CONTAINER_START", "c1", "", 0, program)
        self.assertEqual((answer, values), ("FAILED", (1, wire.OPS["MOVE_MOUNT"][0], 0, errno.EBADF, "")))
        self.assertEqual(self.pod.states(), {})

    def hook(self, script, patience=60_000, path=harness.BUSYBOX, env=()):
        return op("HOOK", "createContainer", path, ["sh", "-c", script], list(env), '{"pid":', ',"more":"' + "x" * 100_000 + '"}', patience)

    def test_hook_has_its_state_environment_and_end(self):
        out = harness.environment.directory("hook")
        script = f"{BUSYBOX} cat >{out}/state; {BUSYBOX} env >{out}/env; echo said; {BUSYBOX} sleep 1000 & exit 0"
        program = [op("CLONE", CLONE_NEWPID, ""), self.hook(script, env=["A=b c"]), *bare("sleep 1000")[1:]]
        self.pod.start("c1", program)
        self.assertEqual((out / "state").read_text(), '{"pid":1,"more":"' + "x" * 100_000 + '"}')
        self.assertIn("A=b c\n", (out / "env").read_text())
        eventually(lambda: len(harness.environment.strangers([self.pod.pid, self.zygote.process.pid])) == 1, "only the container is left")

    def test_hook_that_fails_is_told_with_the_end_of_its_words(self):
        program = [op("CLONE", 0, ""), self.hook(f"{BUSYBOX} seq 1 100000; echo the end >&2; exit 3"), *bare("true")[1:]]
        answer, values = self.pod.ask("CONTAINER_START", "c1", "", 0, program)
        self.assertEqual((answer, values[:4]), ("FAILED", (1, wire.OPS["HOOK"][0], 3 << 8, errno.ECHILD)))
        self.assertRegex(values[4], r"^[0-9\n]{200,}\n100000\nthe end\n$")
        self.assertEqual(len(values[4]), 255)
        self.assertEqual(self.pod.states(), {})
        program[1] = self.hook("kill -9 $$")
        self.assertEqual(self.pod.ask("CONTAINER_START", "c1", "", 0, program)[1][2:4], (9, errno.ECHILD))
        program[1] = self.hook("true", path="/nonexistent")
        self.assertEqual(self.pod.ask("CONTAINER_START", "c1", "", 0, program)[1][2:], (0, errno.ENOENT, ""))

    def test_hook_that_hangs_is_killed_with_its_group(self):
        program = [op("CLONE", 0, ""), self.hook(f"echo waiting; {BUSYBOX} sleep 1000 & wait", 5_000), *bare("true")[1:]]
        answer, values = self.pod.ask("CONTAINER_START", "c1", "", 0, program)
        self.assertEqual((answer, values[1:]), ("FAILED", (wire.OPS["HOOK"][0], 0, errno.ETIMEDOUT, "waiting\n")))
        eventually(lambda: not harness.environment.strangers([self.pod.pid, self.zygote.process.pid]), "nothing of it is left")

    def test_hook_does_not_hold_up_the_pod(self):
        with harness.Conversation(self.pod.socket) as slow:
            slow.send("CONTAINER_START", "c1", "", 0, [op("CLONE", 0, ""), self.hook(f"{BUSYBOX} sleep 1000", 2_000), *bare("true")[1:]])
            self.assertEqual(self.pod.run("c2", bare("exit 5")), 5)
            self.assertEqual(slow.receive()[1][3], errno.ETIMEDOUT)

    def test_overlay_failure_has_the_kernel_s_words(self):
        program = [op("FSMOUNT", 1, "overlay", ["lowerdir=/nonexistent"], 0), *bare("true")]
        answer, values = self.pod.ask("CONTAINER_START", "c1", "", 0, program)
        self.assertEqual((answer, values[:2]), ("FAILED", (0, wire.OPS["FSMOUNT"][0])))
        self.assertIn(values[2:4], ((1, errno.ENOENT), (0, errno.EINVAL)))  # before Linux 6.5 options are looked at last
        program = [op("FSMOUNT", 1, "tmpfs", ["mode=755", "size=nonsense"], 0), *bare("true")]
        answer, values = self.pod.ask("CONTAINER_START", "c1", "", 0, program)
        self.assertEqual((answer, values[:4]), ("FAILED", (0, wire.OPS["FSMOUNT"][0], 2, errno.EINVAL)))
        self.assertIn("size", values[4])

    def test_log_that_cannot_be_opened_is_an_error(self):
        answer, values = self.pod.ask("CONTAINER_START", "c1", "/nonexistent/log", 0, bare("true"))
        self.assertEqual((answer, values[0]), ("ERROR", errno.ENOENT))
        self.assertEqual(self.pod.states(), {})

    def test_every_bad_vector_is_refused_and_does_nothing(self):
        before = harness.environment.processes()
        for name, number, body in wire.vectors():
            if name.startswith("bad-") and 2 <= number <= 31:
                with self.subTest(name), harness.Conversation(self.pod.socket) as c:
                    c.send_bytes(wire.header(number, len(body)) + body)
                    self.assertEqual(c.receive()[0], "REFUSED")
                    c.ended()
            elif name.startswith("bad-frame"):
                with self.subTest(name), harness.Conversation(self.pod.socket) as c:
                    c.send_bytes(body)
                    self.assertEqual(c.receive()[0], "REFUSED")
                    c.ended()
        self.assertEqual(self.pod.states(), {})
        self.assertEqual(harness.environment.processes(), before)

    def test_standard_input_is_dev_null_and_descriptors_are_three(self):
        log = self.pod.directory / "log"
        self.pod.start("other", bare("sleep 1000"), self.pod.directory / "other", wire.STDIN)
        self.pod.run("c1", bare("readlink /proc/self/fd/0; ls /proc/self/fd | wc -l; cat; echo done"), log)
        self.assertEqual([line for _, _, line in harness.read_log(log)], [b"/dev/null", b"4", b"done"])  # and ls has the directory open

    def test_signals_are_neither_blocked_nor_ignored(self):
        log = self.pod.directory / "log"
        self.pod.run("c1", [op("CLONE", 0, ""), op("EXEC", [harness.BUSYBOX], ["grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"], [])], log)
        self.assertEqual([int(line.split()[1], 16) for _, _, line in harness.read_log(log)], [0, 0])

    def test_two_hundred_fifty_six_containers_and_no_more(self):
        for n in range(256):
            self.pod.run(f"c{n}", bare("true"))
        self.assertEqual(self.pod.ask("CONTAINER_START", "c256", "", 0, bare("true"))[0], "ERROR")
        self.assertEqual(len(self.pod.states()), 256)
        self.pod.expect_ok("CONTAINER_FORGET", "c7")
        self.assertEqual(self.pod.run("c256", bare("true")), 0)


    def test_mount_of_the_old_kind(self):
        """MOUNT, for kernels without fsopen's options: in a mount namespace of its own, onto a path of the host."""
        target = harness.environment.directory("target")
        program = [op("UNSHARE", CLONE_NEWNS), op("MOUNT", "none", "/", "", 0x44000, ""), op("MOUNT", "tmpfs", str(target), "tmpfs", 0, "size=64k"), *bare(f"stat -f -c %T {target}")]
        log = self.pod.directory / "log"
        self.assertEqual(self.pod.run("c1", program, log), 0)
        self.assertEqual([line for _, _, line in harness.read_log(log)], [b"tmpfs"])
        self.assertNotIn(str(target), pathlib.Path("/proc/self/mountinfo").read_text())

    def test_terminal_flag_without_terminal_and_terminal_without_flag(self):
        """The daemon would not, but no descriptor may be lost over it."""
        self.pod.run("c0", bare("true"))
        before = self.pod.descriptors()
        self.assertEqual(self.pod.run("c1", bare("readlink /proc/self/fd/1 >&2"), ""), 0)
        self.pod.start("c2", bare("exit 3"), "", wire.TTY)
        self.assertEqual(self.pod.wait_exited("c2")[0], 3)
        terminal = [op("UNSHARE", CLONE_NEWNS), op("CLONE", 0, ""), op("SETSID"), op("TTY", 24, 80, 0), shell("exit 4")]
        self.pod.start("c3", terminal, self.pod.directory / "log", wire.STDIN)
        self.assertEqual(self.pod.wait_exited("c3")[0], 4)
        for name in ("c1", "c2", "c3"):
            self.pod.expect_ok("CONTAINER_FORGET", name)
        self.assertEqual(self.pod.descriptors(), before)


class CgroupTest(PodTest):
    def test_stub_attaches_itself_and_its_clone_is_born_there(self):
        paths = harness.environment.cgroup("attached")
        if not paths:
            self.skipTest("this host has no cgroup v1 hierarchies")
        pid = self.pod.start("c1", [op("CGROUP_ATTACH", p) for p in paths] + bare("sleep 1000"))
        for path in paths:
            self.assertEqual(pathlib.Path(path).read_text().split(), [str(pid)])

    def test_failed_attach_is_its_step(self):
        answer, values = self.pod.ask("CONTAINER_START", "c1", "", 0, [op("CGROUP_ATTACH", "/sys/fs/cgroup/nonexistent/tasks"), *bare("true")])
        self.assertEqual((answer, values), ("FAILED", (0, wire.OPS["CGROUP_ATTACH"][0], 0, errno.ENOENT, "")))
        self.assertEqual(self.pod.states(), {})

    def test_clone_into_a_v2_cgroup(self):
        directory = harness.environment.unified_cgroup("cloned")
        if directory is None:
            self.skipTest("this host has no cgroup v2")
        pid = self.pod.start("c1", [op("CLONE", 0, str(directory)), *bare("sleep 1000")[1:]])
        self.assertEqual((directory / "cgroup.procs").read_text().split(), [str(pid)])


class IsolationTest(PodTest):
    """A whole container, as the daemon makes it: overlay, mounts, masks, user, capabilities."""

    POD = [op("UNSHARE", POD_NAMESPACES), op("POD_MOUNTS", 1 << 20), op("SETHOSTNAME", "web-0")]

    def output(self, script, **more):
        """What a container with this script prints, as lines."""
        log = self.pod.directory / f"log-{len(self.pod.states())}"
        code = self.pod.run(f"c{len(self.pod.states())}", isolated([shell(script)], **more), log)
        lines = [line.decode() for _, _, line in harness.read_log(log)]
        self.assertEqual(code, 0, lines)
        return lines

    def test_is_pid_1_in_its_own_root(self):
        self.assertEqual(self.output("echo $$; pwd; ls /; hostname; [ -d /host ] || echo no host"),
                         ["1", "/", "bin", "dev", "escape", "etc", "proc", "usr", "web-0", "no host"])

    def test_host_s_mount_table_is_untouched(self):
        before = pathlib.Path("/proc/self/mountinfo").read_text()
        self.pod.start("c1", isolated([shell("sleep 1000")]))
        self.assertEqual(pathlib.Path("/proc/self/mountinfo").read_text(), before)

    def test_mount_table_is_short(self):
        paths = [line.split()[4] for line in self.output("cat /proc/self/mountinfo")]
        self.assertIn("/", paths)
        self.assertIn("/dev/pts", paths)
        self.assertNotIn("/sys", paths)
        self.assertLess(len(paths), 25)

    def test_masked_paths_are_empty_and_read_only_ones_refuse_writes(self):
        lines = self.output("wc -c </proc/cpuinfo; ls /usr | wc -l; (echo x >/usr/x) 2>&1 | grep -c Read-only; (echo x >/proc/sys/kernel/hostname) 2>&1 | grep -c Read-only",
                            mounts=[op("ENSURE_DIR", 1, "/usr/share", 0o755), op("MASK", 1, "/proc/cpuinfo"), op("MASK", 1, "/usr")])
        self.assertEqual(lines, ["0", "0", "1", "1"])

    def test_missing_paths_are_neither_masked_nor_made(self):
        self.assertEqual(self.output("[ ! -e /etc/not ] && echo none"), ["none"])

    def test_masks_do_not_touch_the_other_descriptors(self):
        lines = self.output("for fd in 0 1 2; do readlink /proc/self/fd/$fd | cut -c1-5; done; ls /proc/self/fd | wc -l")
        self.assertEqual(lines, ["/dev/", "pipe:", "pipe:", "4"])

    def test_writes_stay_in_the_upper_directory(self):
        self.output("echo new >/etc/new; rm /bin/zcat")
        self.assertFalse((harness.environment.rootfs / "etc/new").exists())
        self.assertTrue((harness.environment.rootfs / "bin/zcat").is_symlink())

    def test_devices_work(self):
        self.assertEqual(self.output("echo x >/dev/null; head -c 3 /dev/zero | wc -c; echo x 2>/dev/null >/dev/full || echo full; stat -c %a /dev/null"), ["3", "full", "666"])

    def test_links_of_the_image_do_not_lead_out(self):
        victim = pathlib.Path("/etc/podshim-test-victim")
        mounts = [op("ENSURE_DIR", 1, "/escape/podshim-test-victim/d", 0o755), op("ENSURE_FILE", 1, "/escape/podshim-test-file", 0o644),
                  op("WRITE_FILE", 1, "/escape/podshim-test-written", b"data\n", 0o600), op("SYMLINK", 1, "/x", "/escape/podshim-test-link"),
                  op("ENSURE_DIR", 1, "/../../a/../podshim-test-dots", 0o755)]
        lines = self.output("ls /etc; cat /etc/podshim-test-written; ls -d /podshim-test-dots", mounts=mounts)
        self.assertEqual(lines, ["podshim-test-file", "podshim-test-link", "podshim-test-victim", "podshim-test-written", "data", "/podshim-test-dots"])
        self.assertFalse(victim.exists())

    def test_links_of_the_image_that_lead_nowhere_are_made_to(self):
        """/var/run -> /run without a /run, resolv.conf -> ../run/systemd/…: mount points that images do have."""
        mounts = [op("SYMLINK", 1, "/run", "/var/run"), op("ENSURE_DIR", 1, "/var/run/secrets/k", 0o755),
                  op("SYMLINK", 1, "../run/resolve/stub.conf", "/etc/resolv.conf"), op("ENSURE_FILE", 1, "/etc/resolv.conf", 0o644),
                  op("SYMLINK", 1, "b/../../../../new", "/var/a"), op("SYMLINK", 1, "a", "/var/c"), op("ENSURE_DIR", 1, "/var/b", 0o755), op("ENSURE_DIR", 1, "/var/c/d", 0o755)]
        self.assertEqual(self.output("cd /; find run new -type d -o -type f | sort; ls -d /var/run/secrets", mounts=mounts),
                         ["new", "new/d", "run", "run/resolve", "run/resolve/stub.conf", "run/secrets", "run/secrets/k", "/var/run/secrets"])
        for bad in ([op("SYMLINK", 1, "b", "/a"), op("SYMLINK", 1, "a", "/b"), op("ENSURE_DIR", 1, "/a/x", 0o755)],
                    [op("SYMLINK", 1, "b", "/a"), op("SYMLINK", 1, "a", "/b"), op("ENSURE_FILE", 1, "/b", 0o644)]):
            answer, values = self.pod.ask("CONTAINER_START", "bad", "", 0, isolated([shell("true")], mounts=bad))
            self.assertEqual((answer, values[3]), ("FAILED", errno.ELOOP))

    def test_write_file_follows_no_last_link_and_replaces(self):
        lines = self.output("cat /etc/hosts; stat -c %a /etc/hosts", mounts=[
            op("WRITE_FILE", 1, "/etc/hosts", b"a longer content\n", 0o644), op("WRITE_FILE", 1, "/etc/hosts", b"short\n", 0o600)])
        self.assertEqual(lines, ["short", "644"])
        program = isolated([shell("true")], mounts=[op("SYMLINK", 1, "/dev/full", "/etc/hosts"), op("WRITE_FILE", 1, "/etc/hosts", b"x", 0o644)])
        answer, values = self.pod.ask("CONTAINER_START", "bad", "", 0, program)
        self.assertEqual((answer, values[3]), ("FAILED", errno.ELOOP))

    def test_bind_mounts(self):
        source = harness.environment.directory("volume")
        (source / "file").write_text("from the host\n")
        mounts = [op("ENSURE_DIR", 1, "/rw", 0o755), op("MOVE_MOUNT", 10, 1, "/rw"), op("MOUNT_SETATTR", 11, 0x8000, MOUNT_RDONLY, 0, 0),
                  op("ENSURE_DIR", 1, "/ro/deep/er", 0o700), op("MOVE_MOUNT", 11, 1, "/ro/deep/er")]
        before = [op("OPEN_TREE", 10, str(source), 0x8001), op("OPEN_TREE", 11, str(source), 0x8001)]
        lines = self.output("cat /rw/file; echo back >/rw/new; echo x 2>&1 >/ro/deep/er/new | grep -c Read-only; stat -c %a /ro /ro/deep", mounts=mounts, before=before)
        self.assertEqual(lines, ["from the host", "1", "700", "700"])
        self.assertEqual((source / "new").read_text(), "back\n")

    def test_user_groups_and_capabilities(self):
        limits = [op("BOUNDING", 0x400), op("SET_USER", 1000, 1001, [2000, 3000]), op("CAPABILITIES", 0x400, 0x400, 0x400, 0x400), op("NO_NEW_PRIVS"), op("UMASK", 0o27)]
        log = self.pod.directory / "log"
        code = self.pod.run("c1", isolated([*limits, shell("id; umask; grep -E '^(Cap|NoNew)' /proc/self/status; echo >/dev/stdout; : >/dev/stderr; echo x >/dev/stderr")]), log)
        lines = [line.decode() for _, _, line in harness.read_log(log)]
        self.assertEqual(code, 0, lines)
        self.assertEqual(lines[0], "uid=1000 gid=1001 groups=2000,3000")
        self.assertEqual(lines[1], "0027")
        self.assertEqual([line.split()[1] for line in lines[2:8]], ["0000000000000400"] * 5 + ["1"])

    def test_limits_and_scores(self):
        lines = self.output_of([op("RLIMIT", 7, 100, 200), op("OOM_SCORE_ADJ", 500), op("SESSION_KEYRING", "_ses.test")],
                               "ulimit -n; ulimit -Hn; cat /proc/self/oom_score_adj")
        self.assertEqual(lines, ["100", "200", "500"])

    def output_of(self, steps, script):
        log = self.pod.directory / f"log-{len(self.pod.states())}"
        code = self.pod.run(f"c{len(self.pod.states())}", isolated([*steps, shell(script)]), log)
        lines = [line.decode() for _, _, line in harness.read_log(log)]
        self.assertEqual(code, 0, lines)
        return lines

    def test_score_below_what_is_allowed_is_raised_not_refused(self):
        score = int(self.output_of([op("OOM_SCORE_ADJ", -1000 & (1 << 64) - 1)], "cat /proc/self/oom_score_adj")[0])
        self.assertGreaterEqual(score, -1000)
        self.assertLessEqual(score, int(pathlib.Path("/proc/self/oom_score_adj").read_text()))

    def test_limit_above_what_is_allowed_is_lowered_not_refused(self):
        self.output_of([op("RLIMIT", 8, (1 << 64) - 1, (1 << 64) - 1), op("RLIMIT", 7, 1 << 20, 1 << 20)], "true")

    def test_seccomp_filter(self):
        """A filter that answers mkdir(2) and mkdirat(2) with ENOTTY and lets all else pass."""
        mkdirs = {"x86_64": (83, 258), "aarch64": (34, 34)}.get(os.uname().machine)
        if mkdirs is None:
            self.skipTest(f"no system call numbers for {os.uname().machine}")
        code = b"".join(wire.struct.pack("<HBBI", *i) for i in [
            (0x20, 0, 0, 0), (0x15, 1, 0, mkdirs[0]), (0x15, 0, 1, mkdirs[1]), (0x06, 0, 0, 0x50000 | errno.ENOTTY), (0x06, 0, 0, 0x7FFF0000)])
        lines = self.output_of([op("NO_NEW_PRIVS"), op("SECCOMP", 0, code)], "mkdir /x 2>&1; grep Seccomp: /proc/self/status")
        self.assertIn("Inappropriate ioctl", lines[0])
        self.assertEqual(lines[1].split(), ["Seccomp:", "2"])

    def test_chdir(self):
        self.assertEqual(self.output_of([op("CHDIR", "/etc")], "pwd"), ["/etc"])
        answer, values = self.pod.ask("CONTAINER_START", "bad", "", 0, isolated([op("CHDIR", "/nonexistent"), shell("true")]))
        self.assertEqual((answer, values[3]), ("FAILED", errno.ENOENT))

    def test_working_directory_through_a_leaked_descriptor_is_refused(self):
        """CVE-2024-21626: /proc/self/fd/N as the working directory, N a directory of the host."""
        log = self.pod.directory / "log"
        for fd in range(3, 40):
            answer, values = self.pod.ask("CONTAINER_START", "bad", str(log), 0, isolated([op("CHDIR", f"/proc/self/fd/{fd}"), shell("pwd")]))
            if answer == "STARTED":  # a descriptor of the container's own root is no harm
                self.assertEqual(self.pod.wait_exited("bad")[0], 0)
                self.assertIn(harness.read_log(log)[-1][2], (b"/", b"/dev/pts", b"/dev", b"/proc", b"/proc/acpi"))
                self.pod.expect_ok("CONTAINER_FORGET", "bad")
            else:
                self.assertIn(values[3], (errno.ENOENT, errno.ENOTDIR, errno.EXDEV, errno.EACCES))

    def test_exec_joins_the_container(self):
        self.pod.start("c1", isolated([shell("echo mark >/etc/mark; sleep 1000")]))
        run = eventually(lambda: (r := self.pod.exec_sync("c1", "cat /etc/mark && ls -d /proc/1/fd && hostname", EXEC_NAMESPACES)).code == 0 and r, "exec works")
        self.assertEqual(run.output["STDOUT"], b"mark\n/proc/1/fd\nweb-0\n")
        pid = self.pod.states()["c1"][1]
        inside = self.pod.exec_sync("c1", "for n in mnt pid net ipc uts; do readlink /proc/self/ns/$n; done", EXEC_NAMESPACES).output["STDOUT"].decode().split()
        self.assertEqual(inside, [os.readlink(f"/proc/{pid}/ns/{n}") for n in ("mnt", "pid", "net", "ipc", "uts")])

    def test_joining_a_container_that_does_not_run_is_told(self):
        self.pod.run("gone", bare("true"))
        for name in ("gone", "unknown"):
            answer, values = self.pod.ask("CONTAINER_START", "c1", "", 0, [op("SETNS_CONTAINER", name, CLONE_NEWPID), *bare("true")])
            self.assertEqual((answer, values[0], values[3]), ("FAILED", 0, errno.ESRCH))

    def test_container_can_join_another_s_namespace(self):
        """A debug container."""
        self.pod.start("c1", isolated([shell("exec sleep 4321")]))
        log = self.pod.directory / "log"
        join = [op("SETNS_CONTAINER", "c1", CLONE_NEWPID)]
        self.assertEqual(self.pod.run("debug", isolated([shell("ps -o pid,args | grep '[s]leep 4321'")], before=join, flags=CLONE_NEWNS), log), 0)
        self.assertEqual([(line.split()[0], line.split()[-2:]) for _, _, line in harness.read_log(log)], [(b"1", [b"sleep", b"4321"])])

    def test_end_of_init_ends_the_namespace(self):
        self.pod.start("c1", isolated([shell("sleep 1000 & sleep 1000 & sleep 1000")]))
        background = self.pod.exec("c1", "sleep 1000", flags=EXEC_NAMESPACES).started()
        self.pod.expect_ok("CONTAINER_SIGNAL", "c1", signal.SIGKILL)
        self.assertEqual(self.pod.wait_exited("c1")[0], -signal.SIGKILL)
        self.assertEqual(background.finish().code, -signal.SIGKILL)

    def test_containers_of_a_pod_share_its_network_but_not_their_mounts(self):
        first = self.pod.start("c1", isolated([shell("sleep 1000")]))
        second = self.pod.start("c2", isolated([shell("sleep 1000")]))
        for kind, same in (("net", True), ("ipc", True), ("uts", True), ("mnt", False), ("pid", False), ("cgroup", False)):
            self.assertEqual(os.readlink(f"/proc/{first}/ns/{kind}") == os.readlink(f"/proc/{second}/ns/{kind}"), same, kind)

    def test_exited_container_leaves_no_mount_namespace(self):
        """The last process of a container frees its mounts: nothing pins the upper directory."""
        upper = harness.environment.directory("upper")
        import subprocess
        subprocess.check_call(["mount", "-t", "tmpfs", "upper", upper])
        self.pod.run("c1", isolated([shell("echo x >/file")], root=harness.overlay(1, upper)), self.pod.directory / "log")
        self.pod.expect_ok("CONTAINER_FORGET", "c1")
        self.assertTrue((upper / "fs/file").exists())
        subprocess.check_call(["umount", upper])  # EBUSY if anything holds it


MOUNT_RDONLY = 1


class SharedPidNamespaceTest(PodTest):
    POD = [op("UNSHARE", POD_NAMESPACES), op("POD_MOUNTS", 0), op("POD_PID_NAMESPACE")]

    def test_containers_see_each_other(self):
        join = [op("SETNS_POD", CLONE_NEWPID)]
        self.pod.start("c1", isolated([shell("exec sleep 4321")], before=join, flags=CLONE_NEWNS))
        log = self.pod.directory / "log"
        self.pod.run("c2", isolated([shell("ps -o pid,args | grep -c '[s]leep 4321'; echo $$")], before=join, flags=CLONE_NEWNS), log)
        count, pid = (line for _, _, line in harness.read_log(log))
        self.assertEqual(count, b"1")
        self.assertNotEqual(pid, b"1")


class WatchTest(PodTest):
    def test_snapshot_then_changes(self):
        self.pod.run("done", bare("exit 1"))
        self.pod.start("runs", bare("sleep 1000"))
        with harness.Conversation(self.pod.socket) as watch:
            watch.send("WATCH")
            seen = {}
            while (frame := watch.receive())[0] != "WATCHING":
                seen[frame[1][0]] = frame[1][1]
            self.assertEqual(seen, {"done": wire.EXITED, "runs": wire.RUNNING})
            self.pod.expect_ok("CONTAINER_SIGNAL", "runs", signal.SIGKILL)
            name, state = watch.receive()
            self.assertEqual((name, state[0], state[1], state[4]), ("CONTAINER_STATE", "runs", wire.EXITED, signal.SIGKILL))
            self.pod.start("later", bare("sleep 1000"))
            self.assertEqual(watch.receive()[1][:2], ("later", wire.RUNNING))

    def test_many_watchers_see_the_same(self):
        watchers = [harness.Conversation(self.pod.socket) for _ in range(20)]
        for w in watchers:
            w.send("WATCH")
            self.assertEqual(w.receive()[0], "WATCHING")
        self.pod.run("c1", bare("exit 0"))
        for w in watchers:
            states = []
            while wire.EXITED not in states:
                states.append(w.receive()[1][1])
            self.assertEqual(states[-2:], [wire.RUNNING, wire.EXITED])
            w.close()

    def test_watcher_that_does_not_read_is_cut_and_nobody_waits_for_it(self):
        with harness.Conversation(self.pod.socket) as slow:
            slow.send("WATCH")
            name = "c" * 64
            for _ in range(800):
                self.pod.run(name, bare("exit 0"))
                self.pod.expect_ok("CONTAINER_FORGET", name)
            count = 0
            with self.assertRaises((harness.Closed, AssertionError)):
                while True:
                    slow.receive()
                    count += 1
            self.assertLess(count, 1600)
        self.assertLess(harness.memory_of(self.pod.pid), 1 << 20 if harness.environment.sanitized else 600)

    def test_watcher_that_leaves_is_forgotten(self):
        self.pod.states()
        before = len(self.pod.descriptors())
        for _ in range(50):
            with harness.Conversation(self.pod.socket) as watch:
                watch.send("WATCH")
                watch.receive()
        eventually(lambda: len(self.pod.descriptors()) == before, "descriptors of watchers are closed")
