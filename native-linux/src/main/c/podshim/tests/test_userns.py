# SPDX-License-Identifier: Apache-2.0
"""Pods with a user namespace: who is who inside and outside, what is mapped, and what stays the host's."""
import errno
import os
import pathlib

import harness
from harness import (CLONE_NEWCGROUP, CLONE_NEWIPC, CLONE_NEWNET, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUSER, CLONE_NEWUTS, MOUNT_ATTR_NODEV,
                     MOUNT_ATTR_NOEXEC, MOUNT_ATTR_NOSUID, PodTest, overlay, shell)
from wire import op

MOUNT_ATTR_IDMAP = 0x100000
AT_RECURSIVE, OPEN_TREE_CLONE, MS_REC_PRIVATE = 0x8000, 1, 0x4000 | 1 << 18
HOST_ROOT = 100000
MAP = [0, HOST_ROOT, 1000, 1000, 300000, 64536]
POD_NAMESPACES = CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS
HIDING = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC


def pod(*more, flags=POD_NAMESPACES):
    return [op("POD_USER_NAMESPACE", flags, MAP, MAP), op("POD_MOUNTS", 1 << 20), *more]


def mapped_layers():
    """The image below an id-mapped mount of the directory that it lies in, put over that directory."""
    upper = harness.environment.directory("upper")
    root = overlay(1, upper)
    os.chown(upper / "fs", HOST_ROOT, HOST_ROOT)
    layers = str(harness.environment.rootfs)
    return [
        op("OPEN_TREE", 2, layers, OPEN_TREE_CLONE),
        op("MOUNT_SETATTR", 2, 0, MOUNT_ATTR_IDMAP, 0, 0),
        op("UNSHARE", CLONE_NEWNS),
        op("MOUNT", "", "/", "", MS_REC_PRIVATE, ""),
        op("MOVE_MOUNT", 2, 0, layers),
        root,
    ]


def container(script, before=(), inside=(), join=(), flags=CLONE_NEWPID, cgroup="", last=()):
    return [
        *before,
        *mapped_layers(),
        op("OPEN_TREE", 20, "/dev/null", OPEN_TREE_CLONE),
        op("SETNS_POD", CLONE_NEWUSER),
        *join,
        op("CLONE", flags, cgroup),
        op("SETSID"),
        op("SET_USER", 0, 0, []),
        op("SETNS_POD", CLONE_NEWNS),
        op("UNSHARE", CLONE_NEWNS | CLONE_NEWCGROUP),
        op("FSMOUNT", 3, "proc", [], HIDING),
        op("FSMOUNT", 4, "sysfs", [], HIDING),
        op("MOVE_MOUNT", 1, 0, "/root"),
        op("PIVOT_ROOT", 1),
        op("ENSURE_DIR", 0, "/proc", 0o755),
        op("MOVE_MOUNT", 3, 0, "/proc"),
        op("ENSURE_DIR", 0, "/sys", 0o755),
        op("MOVE_MOUNT", 4, 0, "/sys"),
        op("FSMOUNT", 5, "tmpfs", ["mode=755"], MOUNT_ATTR_NOSUID),
        op("ENSURE_DIR", 0, "/dev", 0o755),
        op("MOVE_MOUNT", 5, 0, "/dev"),
        op("FSMOUNT", 6, "devpts", ["newinstance", "ptmxmode=0666", "mode=0620", "gid=5"], MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC),
        op("ENSURE_DIR", 0, "/dev/pts", 0o755),
        op("MOVE_MOUNT", 6, 0, "/dev/pts"),
        op("ENSURE_FILE", 0, "/dev/null", 0o666),
        op("MOVE_MOUNT", 20, 0, "/dev/null"),
        op("SYMLINK", 0, "/proc/self/fd", "/dev/fd"),
        op("SYMLINK", 0, "/proc/self/fd/1", "/dev/stdout"),
        op("SYMLINK", 0, "/proc/self/fd/2", "/dev/stderr"),
        *inside,
        op("READONLY_PATH", 0, "/proc/sys"),
        op("MASK", 0, "/proc/kcore"),
        op("MASK", 0, "/proc/acpi"),
        *last,
        shell(script),
    ]


class UserNamespaceTest(PodTest):
    POD = pod(op("LOOPBACK_UP"), op("SETHOSTNAME", "web-0"))

    def output(self, script, code=0, pod=None, **more):
        pod = pod or self.pod
        name = f"c{len(pod.states())}"
        log = pod.directory / f"log-{name}"
        ended = pod.run(name, container(script, **more), log)
        lines = [line.decode() for _, _, line in harness.read_log(log)]
        self.assertEqual(ended, code, lines)
        return lines

    def test_root_inside_is_nobody_outside(self):
        lines = self.output("id -u; id -g; cat /proc/self/uid_map; hostname; stat -c %u:%g / /bin /proc/$$ /dev/pts/ptmx /dev/null; touch /made; stat -c %u:%g /made; echo $$")
        self.assertEqual(lines[:2], ["0", "0"])
        self.assertEqual([line.split() for line in lines[2:4]], [["0", "100000", "1000"], ["1000", "300000", "64536"]])
        self.assertEqual(lines[4:], ["web-0", "0:0", "0:0", "0:0", "0:0", "65534:65534", "0:0", "1"])

    def test_the_process_has_no_rights_on_the_host(self):
        self.pod.start("c1", container("sleep 1000"))
        pid = self.pod.states()["c1"][1]
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        self.assertIn("Uid:\t100000\t100000\t100000\t100000", status)
        self.assertIn("Groups:\t \n", status)
        for name in ("net", "ipc", "uts", "mnt", "pid", "cgroup", "user"):
            self.assertNotEqual(os.readlink(f"/proc/{pid}/ns/{name}"), os.readlink(f"/proc/self/ns/{name}"), name)

    def test_namespaces_are_owned_by_the_user_namespace(self):
        """So that a container with CAP_NET_ADMIN or CAP_SYS_ADMIN has them over what is the pod's."""
        lines = self.output("ifconfig lo down && echo net; hostname other && echo uts; mkdir /m; mount -t tmpfs m /m && echo mount; mount -t proc m /m && echo proc; mount -t sysfs m /m && echo sys")
        self.assertEqual(lines, ["net", "uts", "mount", "proc", "sys"])

    def test_no_device_can_be_made_and_the_host_s_works(self):
        lines = self.output("mknod /sda b 8 0 2>&1 | grep -c 'not permitted'; echo x >/dev/null && echo written; echo x >/dev/stdout; echo y >/dev/stderr")
        self.assertEqual(sorted(lines), ["1", "written", "x", "y"])  # two streams have no order

    def test_other_users_and_ids_that_are_not_mapped(self):
        become = [op("SET_USER", 1000, 5, [1000, 2000])]
        self.assertEqual(self.output("id -u; id -G; echo x >/dev/stdout; touch /tmp/f; stat -c %u:%g /tmp/f",
                                     inside=[op("FSMOUNT", 7, "tmpfs", ["mode=1777"], 0), op("ENSURE_DIR", 0, "/tmp", 0o755), op("MOVE_MOUNT", 7, 0, "/tmp")], last=become),
                         ["1000", "5 1000 2000", "x", "1000:5"])
        answer, values = self.pod.ask("CONTAINER_START", "bad", "", 0, container("true", last=[op("SET_USER", 70000, 0, [])]))
        self.assertEqual((answer, values[3]), ("FAILED", errno.EINVAL))

    def test_volumes_are_mapped_and_stay_as_they_are_on_the_host(self):
        volume = harness.environment.directory("volume")
        (volume / "mine").write_text("root's\n")
        os.chown(volume / "mine", 1001, 7)
        before = [op("OPEN_TREE", 30, str(volume), OPEN_TREE_CLONE | AT_RECURSIVE), op("MOUNT_SETATTR", 30, AT_RECURSIVE, MOUNT_ATTR_IDMAP, 0, 1 << 18)]
        inside = [op("ENSURE_DIR", 0, "/data", 0o755), op("MOVE_MOUNT", 30, 0, "/data")]
        self.assertEqual(self.output("stat -c %u:%g /data /data/mine; echo new >/data/new; chown 1002:3 /data/new", before=before, inside=inside), ["0:0", "1001:7"])
        self.assertEqual([(s.st_uid, s.st_gid) for s in ((volume / "mine").stat(), (volume / "new").stat())], [(1001, 7), (1002, 3)])

    def test_a_file_system_that_cannot_be_mapped_is_that_step(self):
        before = [op("OPEN_TREE", 30, "/sys/kernel", OPEN_TREE_CLONE), op("MOUNT_SETATTR", 30, 0, MOUNT_ATTR_IDMAP, 0, 0)]
        answer, values = self.pod.ask("CONTAINER_START", "bad", "", 0, container("true", before=before))
        self.assertEqual((answer, values[0], values[3]), ("FAILED", 1, errno.EINVAL))

    def test_mapping_in_a_pod_without_user_namespace_is_an_error(self):
        plain = self.create(name="plain")
        answer, values = plain.ask("CONTAINER_START", "bad", "", 0, [
            op("OPEN_TREE", 1, str(harness.environment.rootfs), OPEN_TREE_CLONE), op("MOUNT_SETATTR", 1, 0, MOUNT_ATTR_IDMAP, 0, 0), op("CLONE", 0, ""), shell("true")])
        self.assertEqual((answer, values[0]), ("FAILED", 1))
        answer, values = plain.ask("CONTAINER_START", "bad", "", 0, [op("SETNS_POD", CLONE_NEWUSER), op("CLONE", 0, ""), shell("true")])
        self.assertEqual((answer, values[3]), ("FAILED", errno.EBADF))

    def test_exec_is_mapped_too(self):
        self.pod.start("c1", container("sleep 1000"))
        program = [op("SETNS_POD", CLONE_NEWUSER), op("SETNS_CONTAINER", "c1", CLONE_NEWPID), op("CLONE", 0, ""), op("SETSID"), op("SET_USER", 0, 0, []),
                   op("SETNS_CONTAINER", "c1", CLONE_NEWNS | CLONE_NEWCGROUP)]
        conversation = harness.Exec(self.pod, "c1", [*program, op("SET_USER", 1000, 1000, [3000]), shell("id -u; id -G; hostname; echo x >/dev/stdout; readlink /proc/self/ns/user")])
        conversation.started().finish()
        user = os.readlink(f"/proc/{self.pod.states()['c1'][1]}/ns/user")
        self.assertEqual(conversation.output["STDOUT"].decode().splitlines(), ["1000", "1000 3000", "web-0", "x", user])

    def test_exec_with_terminal_is_its_owner_s(self):
        self.pod.start("c1", container("sleep 1000"))
        program = [op("SETNS_POD", CLONE_NEWUSER), op("SETNS_CONTAINER", "c1", CLONE_NEWPID), op("CLONE", 0, ""), op("SETSID"), op("SET_USER", 0, 0, []),
                   op("SETNS_CONTAINER", "c1", CLONE_NEWNS), op("TTY", 24, 80, 0), op("SET_USER", 1000, 1000, [])]
        conversation = harness.Exec(self.pod, "c1", [*program, shell("stat -c %u:%g $(tty); [ -w $(tty) ] && echo mine")], stdio=1)
        conversation.started().read_until(b"1000:5\r\nmine\r\n").finish()

    def test_clone_into_a_v2_cgroup(self):
        cgroup = harness.environment.unified_cgroup("userns")
        if cgroup is None:
            self.skipTest("no cgroup v2")
        self.pod.start("c1", container("sleep 1000", cgroup=str(cgroup)))
        self.assertEqual(len((cgroup / "cgroup.procs").read_text().split()), 1)

    def test_shared_pid_namespace(self):
        shared = self.create(pod(flags=POD_NAMESPACES | CLONE_NEWPID), name="shared")
        lines = self.output("echo $$; tr '\\0' ' ' </proc/1/cmdline; echo; kill -9 1; (sleep 0.1 &); sleep 0.3; ls /proc | grep -c '^[0-9]'",
                            pod=shared, flags=0, join=[op("SETNS_POD", CLONE_NEWPID)])
        self.assertNotEqual(lines[0], "1")
        self.assertEqual(lines[1].split()[:2], ["podshim", "shared"])

    def test_host_network(self):
        """Then sysfs cannot be mounted inside and is a copy of the host's."""
        host = self.create(pod(flags=CLONE_NEWIPC), name="host-network")
        program = container("ls /sys/class/net | grep -c lo; readlink /proc/self/ns/net", before=[op("OPEN_TREE", 4, "/sys", OPEN_TREE_CLONE)])
        program = [step for step in program if step[:2] != ("FSMOUNT", 4)]
        log = host.directory / "log"
        self.assertEqual(host.run("c1", program, log), 0)
        self.assertEqual([line.decode() for _, _, line in harness.read_log(log)], ["1", os.readlink("/proc/self/ns/net")])

    def test_sysctls_of_every_kind(self):
        wanted = {"net.ipv4.ip_unprivileged_port_start": "0", "net.ipv4.ping_group_range": "0\t2147483647", "kernel.shm_rmid_forced": "1",
                  "kernel.msgmax": "4096", "fs.mqueue.msg_max": "42", "kernel.domainname": "example.org"}
        with_sysctls = self.create(pod(*(op("SYSCTL", name, value) for name, value in wanted.items())), name="sysctls")
        paths = " ".join("/proc/sys/" + name.replace(".", "/") for name in wanted)
        lines = self.output(f"cat {paths}", pod=with_sysctls)
        self.assertEqual(lines[0], "0")
        self.assertEqual(lines[2:], ["1", "4096", "42", "example.org"])
        with self.assertRaises(harness.PodFailed):
            self.create(pod(op("SYSCTL", "kernel.pid_max", "100")), name="not-its-own")

    def test_bad_maps_are_refused_and_leave_nothing(self):
        for name, mapping in (("overlap", [0, 1000, 10, 5, 2000, 10]), ("no-root", [1, 1000, 10]), ("empty", []), ("nothing", [0, 1000, 0]), ("too-long", [0, 1000, 1] * 340)):
            with self.assertRaises(harness.PodFailed):
                self.create([op("POD_USER_NAMESPACE", POD_NAMESPACES, mapping, mapping)], name=name)
