# SPDX-License-Identifier: Apache-2.0
import fcntl
import os
import pathlib
import signal
import socket
import stat

import harness
import wire
from harness import CLONE_NEWIPC, CLONE_NEWNET, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUTS, PodTest, bare, eventually, process_alive
from wire import op


def namespace(pid, kind):
    return os.readlink(f"/proc/{pid}/ns/{kind}")


def try_lock(directory):
    """Whether the lock of a zygote's directory is free."""
    with open(directory / "zygote.lock", "r+b") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class ZygoteTest(PodTest):
    POD = None

    def test_end_of_lease_ends_it_and_removes_its_socket(self):
        path = self.zygote.directory / "zygote.sock"
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual(self.zygote.end(), 0)
        self.assertFalse(path.exists())

    def test_pods_outlive_the_lease(self):
        pod = self.create()
        self.zygote.end()
        self.assertEqual(pod.states(), {})

    def test_pods_outlive_kill_9_of_the_zygote(self):
        pod = self.create()
        log = pod.directory / "log"
        pod.start("c1", bare("while true; do echo tick; sleep 0.01; done"), log)
        os.kill(self.zygote.process.pid, signal.SIGKILL)
        self.zygote.process.wait()
        lines = len(harness.read_log(log))
        eventually(lambda: len(harness.read_log(log)) > lines + 5, "the log goes on")
        self.assertEqual(pod.exec_sync("c1", "echo hi").output["STDOUT"], b"hi\n")
        pod.expect_ok("CONTAINER_SIGNAL", "c1", signal.SIGKILL)
        self.assertEqual(pod.wait_exited("c1")[0], -signal.SIGKILL)

    def test_holds_its_lock_until_it_ends(self):
        self.assertFalse(try_lock(self.zygote.directory))
        self.zygote.end()
        self.assertTrue(try_lock(self.zygote.directory))

    def test_second_zygote_waits_for_the_first(self):
        second = harness.Zygote(self.zygote.directory, wait=False)
        os.set_blocking(second.process.stdout.fileno(), False)
        pod = self.create()  # by then the second one had its time
        self.assertIsNone(second.process.stdout.read())
        self.zygote.end()
        os.set_blocking(second.process.stdout.fileno(), True)
        second.wait_ready()
        self.assertEqual(pod.states(), {})
        self.assertEqual(second.end(), 0)

    def test_created_pod_does_not_hold_the_lock(self):
        self.create()
        self.create([op("POD_PID_NAMESPACE")])
        pod = self.create()
        pod.start("c1", bare("sleep 1000"))
        self.zygote.end()
        self.assertTrue(try_lock(self.zygote.directory))

    def test_pod_being_born_holds_the_lock(self):
        with self.zygote.connect() as silent:
            silent.send_bytes(wire.header(1, 100))  # and never the payload
            eventually(lambda: len(harness.environment.strangers(self.before)) == 2, "a pod is being born")
            self.zygote.end()
            self.assertFalse(try_lock(self.zygote.directory))
        eventually(lambda: try_lock(self.zygote.directory), "the half-born pod is gone")

    def test_stalled_requests_do_not_keep_others_waiting(self):
        stalled = [self.zygote.connect() for _ in range(20)]
        self.assertEqual(self.create().states(), {})
        for s in stalled:
            s.close()

    def test_garbage_gets_refused_and_makes_no_pod(self):
        for garbage in (os.urandom(4096), b"GET / HTTP/1.1\r\n\r\n" + bytes(100), wire.header(2, 0), wire.header(1, 0, 7)):
            with self.zygote.connect() as c:
                c.send_bytes(garbage)
                self.assertEqual(c.receive()[0], "REFUSED")
                c.ended()
        self.assertEqual(self.create().states(), {})

    def test_runs_from_a_sealed_copy_of_itself(self):
        pod = self.create()
        for pid in (self.zygote.process.pid, pod.pid):
            self.assertIn("memfd:", os.readlink(f"/proc/{pid}/exe"))
            with self.assertRaises(OSError):
                open(f"/proc/{pid}/exe", "r+b")


class PodCreateTest(PodTest):
    POD = None

    def test_names_itself(self):
        pod = self.create(name="0123456789abcdef" * 4)
        self.assertEqual(pathlib.Path(f"/proc/{pod.pid}/comm").read_text(), "podshim\n")
        self.assertEqual(pathlib.Path(f"/proc/{pod.pid}/cmdline").read_bytes().strip(b"\0 "), b"podshim " + b"0123456789abcdef" * 4)

    def test_makes_its_socket_and_exits_for_root_alone(self):
        pod = self.create()
        self.assertEqual(stat.S_IMODE(pod.socket.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE((pod.directory / "exits").stat().st_mode), 0o700)
        self.assertEqual(sorted(p.name for p in pod.directory.iterdir()), ["exits", "shim.sock"])

    def test_in_a_run_directory_with_a_long_name(self):
        directory = harness.environment.directory("d" * 200)
        with self.zygote.connect() as c:
            answer, values = c.ask("POD_CREATE", "pod-1", str(directory), [])
        self.assertEqual(answer, "CREATED")
        short = harness.environment.directory("link") / "l"
        short.symlink_to(directory)
        self.pods.append(harness.Pod(short, values[0], "pod-1"))
        self.assertEqual(self.pods[-1].states(), {})

    def test_without_a_program_stays_in_the_namespaces_of_the_host(self):
        pod = self.create()
        for kind in ("net", "ipc", "uts", "mnt", "pid"):
            self.assertEqual(namespace(pod.pid, kind), namespace("self", kind), kind)

    def test_has_the_namespaces_asked_for(self):
        pod = self.create([op("UNSHARE", CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS), op("LOOPBACK_UP"), op("SETHOSTNAME", "web-0"),
                           op("SYSCTL", "net.ipv4.ip_unprivileged_port_start", "0"), op("SYSCTL", "kernel/shm_rmid_forced", "1")])
        for kind in ("net", "ipc", "uts"):
            self.assertNotEqual(namespace(pod.pid, kind), namespace("self", kind), kind)
        log = pod.directory / "log"
        script = "hostname; cat /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/kernel/shm_rmid_forced; ping -c 1 127.0.0.1 >/dev/null && echo up"
        self.assertEqual(pod.run("c1", bare(script), log), 0)
        self.assertEqual([line for _, _, line in harness.read_log(log)], [b"web-0", b"0", b"1", b"up"])

    def test_does_not_keep_the_directory_it_was_started_in_busy(self):
        self.assertEqual(os.readlink(f"/proc/{self.create().pid}/cwd"), "/")

    def test_holds_no_descriptor_that_it_does_not_need(self):
        pod = self.create([op("UNSHARE", CLONE_NEWNET), op("POD_MOUNTS", 1 << 20), op("POD_PID_NAMESPACE")])
        eventually(lambda: len(pod.descriptors()) <= 9, f"few descriptors: {pod.descriptors()}", 5)
        others = [d for d in pod.descriptors() if not d.startswith(("anon_inode:", "socket:", "mnt:", "pid:"))]
        self.assertEqual(others, ["/dev/null"] * 3 + [str(pod.directory / "exits")])

    def test_reaper_holds_nothing_of_the_pod(self):
        pod = self.create([op("POD_PID_NAMESPACE")])
        reaper, = harness.environment.strangers(self.before | {pod.pid, self.zygote.process.pid})
        held = [os.readlink(f"/proc/{reaper}/fd/{fd}") for fd in os.listdir(f"/proc/{reaper}/fd")]
        self.assertEqual([h for h in held if h != "/dev/null"], [])

    def test_reaper_reaps_and_ends_with_its_pod(self):
        pod = self.create([op("POD_PID_NAMESPACE")])
        log = pod.directory / "log"
        program = [op("SETNS_POD", CLONE_NEWPID), op("CLONE", 0, ""), *bare("(sleep 0.05 & ) ; sleep 0.2; echo $$")[1:]]
        self.assertEqual(pod.run("c1", program, log), 0)
        self.assertLess(int(harness.read_log(log)[0][2]), 100)  # a pid of the pod's own namespace
        reaper, = harness.environment.strangers(self.before | {pod.pid, self.zygote.process.pid})
        children = pathlib.Path(f"/proc/{reaper}/task/{reaper}/children").read_text()
        self.assertEqual(children, "")
        os.kill(pod.pid, signal.SIGKILL)
        eventually(lambda: not process_alive(reaper), "the reaper ends with its pod")
        pod.socket.unlink()

    def test_pod_mounts_are_two_tmpfs(self):
        pod = self.create([op("POD_MOUNTS", 1 << 20)])
        self.assertEqual(namespace(pod.pid, "mnt"), namespace("self", "mnt"))
        # A busybox from outside: the tiny mount namespace has no program.
        program = [
            op("OPEN_TREE", 1, "/bin/busybox", 1), op("SETNS_POD", CLONE_NEWNS), op("CLONE", CLONE_NEWNS, ""), op("ENSURE_FILE", 0, "/root/busybox", 0o755),
            op("MOVE_MOUNT", 1, 0, "/root/busybox"), op("ENSURE_DIR", 0, "/root/proc", 0o755), op("FSMOUNT", 2, "proc", [], 0),
            op("MOVE_MOUNT", 2, 0, "/root/proc"), op("EXEC", ["/root/busybox"], ["cat", "/root/proc/self/mountinfo"], []),
        ]
        log = pod.directory / "log"
        self.assertEqual(pod.run("c1", program, log), 0)
        mounts = [line.split(b" ") for _, _, line in harness.read_log(log)]
        self.assertEqual(sorted(m[4] for m in mounts), [b"/", b"/root/busybox", b"/root/proc", b"/shm"])
        self.assertIn(b"size=1024k", next(m for m in mounts if m[4] == b"/shm")[-1])

    def test_failed_program_leaves_no_pod(self):
        directory = harness.environment.directory("pod")
        with self.zygote.connect() as c:
            answer, values = c.ask("POD_CREATE", "pod-1", str(directory), [
                op("POD_PID_NAMESPACE"), op("UNSHARE", CLONE_NEWNET), op("SYSCTL", "net.ipv4.no_such_thing", "1")])
        self.assertEqual((answer, values[:4]), ("FAILED", (2, wire.OPS["SYSCTL"][0], 0, 2)))
        self.assertEqual(list(directory.iterdir()), [])
        eventually(lambda: not harness.environment.strangers(self.before | {self.zygote.process.pid}), "no process of it is left")

    def test_missing_run_directory_fails(self):
        with self.zygote.connect() as c:
            answer, values = c.ask("POD_CREATE", "pod-1", "/nonexistent/pod", [])
        self.assertEqual((answer, values[3]), ("FAILED", 2))

    def test_sysctl_outside_of_proc_sys_fails(self):
        for name in ("../self/oom_score_adj", "kernel/../../self/comm", "/etc/hostname"):
            with self.zygote.connect() as c:
                self.assertEqual(c.ask("POD_CREATE", "pod-1", str(harness.environment.directory("pod")), [op("SYSCTL", name, "1")])[0], "FAILED", name)

    def test_every_bad_vector_is_refused(self):
        for name, number, body in wire.vectors():
            if name.startswith("bad-") and number == 1:
                with self.subTest(name), self.zygote.connect() as c:
                    c.send_bytes(wire.header(number, len(body)) + body)
                    self.assertEqual(c.receive()[0], "REFUSED")
                    c.ended()

    def test_shutdown_kills_everything_and_removes_the_socket(self):
        pod = self.create([op("POD_PID_NAMESPACE"), op("POD_MOUNTS", 0)])
        pod.start("c1", bare("sleep 1000"))
        pod.start("c2", bare("trap '' TERM INT HUP; sleep 1000; sleep 1000"))
        self.assertEqual(pod.ask("SHUTDOWN"), ("OK", ()))
        eventually(lambda: not pod.alive(), "the pod has ended")
        eventually(lambda: not harness.environment.strangers(self.before | {self.zygote.process.pid}), "everything of it has ended")
        self.assertFalse(pod.socket.exists())
        with self.assertRaises((FileNotFoundError, ConnectionRefusedError)):
            socket.socket(socket.AF_UNIX).connect(str(pod.socket))

    def test_idle_pod_is_small(self):
        pod = self.create([op("UNSHARE", CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS), op("POD_MOUNTS", 1 << 20)])
        private = harness.memory_of(pod.pid)
        pod.start("c1", bare("sleep 1000"), pod.directory / "log")
        pod.exec_sync("c1", "true")
        print(f"private memory of an idle pod: {private} KiB; with one container, after an exec: {harness.memory_of(pod.pid)} KiB", flush=True)
        if not harness.environment.sanitized:
            self.assertLess(private, 200)
