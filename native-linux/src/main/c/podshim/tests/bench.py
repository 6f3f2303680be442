#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Figures of the podshim alone, measured through its sockets: bench.py PODSHIM, as root in a mount namespace of its own.

The client is Python, so a latency has about 0.1 ms of it in it. On a machine that does other things as well the best
of many says more about the podshim than the median.
"""
import os
import sys
import time

import harness
import wire
from harness import EXEC_NAMESPACES, POD_NAMESPACES, bare, eventually, isolated, shell
from wire import op

MEBIBYTE = 1 << 20


def percentiles(times):
    times = sorted(times)
    at = lambda share: times[min(len(times) - 1, int(len(times) * share))] * 1000
    return f"best {at(0):5.2f} ms   p50 {at(0.5):6.2f} ms   p90 {at(0.9):6.2f} ms   p99 {at(0.99):6.2f} ms   ({len(times)} times)"


def timed(count, action):
    times = []
    for n in range(count):
        started = time.perf_counter()
        action(n)
        times.append(time.perf_counter() - started)
    return percentiles(times)


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def throughput(pod, name, line_bytes, megabytes):
    lines = megabytes * MEBIBYTE // line_bytes
    source, log = harness.environment.scratch / "lines", harness.environment.scratch / "bench.log"
    source.write_bytes((b"x" * (line_bytes - 1) + b"\n") * lines)
    before, started = cpu_seconds(pod.pid), time.perf_counter()
    pod.start(name, [op("CLONE", 0, ""), op("EXEC", [harness.BUSYBOX], ["cat", str(source)], [])], log)
    prefix = 31 + len("stdout F ")
    eventually(lambda: log.stat().st_size >= lines * (line_bytes + prefix), "all lines are in the log")
    seconds, cpu = time.perf_counter() - started, cpu_seconds(pod.pid) - before
    pod.wait_exited(name)
    for path in (source, log):
        path.unlink()
    return f"{megabytes / seconds:7.0f} MiB/s   {cpu * 1024 / megabytes:5.2f} CPU-s per GiB"


def exec_true(pod, container, flags):
    enter = [op("SETNS_CONTAINER", container, flags)] if flags else []
    program = [*enter, op("CLONE", 0, ""), op("SETSID"), op("EXEC", [harness.BUSYBOX], ["true"], [])]

    def action(_):
        harness.Exec(pod, container, program).started().finish()

    return action


def main():
    harness.environment = harness.Environment(sys.argv[1], False)
    harness.environment.open()
    try:
        zygote = harness.Zygote()
        pods = []
        print("pod, host namespaces          ", timed(100, lambda n: pods.append(zygote.create([], f"h{n}"))))
        namespaces = [op("UNSHARE", POD_NAMESPACES), op("POD_MOUNTS", MEBIBYTE), op("LOOPBACK_UP"), op("SETHOSTNAME", "web-0")]
        print("pod, net ipc uts and mounts   ", timed(100, lambda n: pods.append(zygote.create(namespaces, f"n{n}"))))
        pod = pods[-1]
        pod.states()
        print("idle pod                       private memory", harness.memory_of(pods[-2].pid), "KiB")
        print("container start, bare         ", timed(200, lambda n: pod.start(f"b{n}", [op("CLONE", 0, ""), op("EXEC", [harness.BUSYBOX], ["true"], [])])))
        for n in range(200):
            pod.wait_exited(f"b{n}")
            pod.expect_ok("CONTAINER_FORGET", f"b{n}")
        attach = [op("CGROUP_ATTACH", path) for path in harness.environment.cgroup("bench")]
        programs = [attach + isolated([shell("true")]) for _ in range(200)]
        print("container start, whole        ", timed(200, lambda n: pod.start(f"i{n}", programs[n])))
        for n in range(200):
            pod.wait_exited(f"i{n}")
            pod.expect_ok("CONTAINER_FORGET", f"i{n}")
        pod.start("c1", isolated([shell("exec sleep 1000")]), harness.environment.scratch / "c1.log")
        print("exec true, same namespaces    ", timed(500, exec_true(pod, "c1", 0)))
        print("exec true, in the container   ", timed(500, exec_true(pod, "c1", EXEC_NAMESPACES)))
        print("status, one container         ", timed(500, lambda _: pod.states()))
        print("log, lines of 100 bytes       ", throughput(pod, "l100", 100, 256))
        print("log, lines of 1 KiB           ", throughput(pod, "l1024", 1024, 512))
        print("log, lines of 2 bytes         ", throughput(pod, "l2", 2, 16))
        for p in pods:
            p.expect_ok("SHUTDOWN")
        zygote.end()
        eventually(lambda: not harness.environment.strangers(), "everything has ended")
    finally:
        harness.environment.close()


main()
