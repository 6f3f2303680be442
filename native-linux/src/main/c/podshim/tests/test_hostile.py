# SPDX-License-Identifier: Apache-2.0
"""Clients that send nonsense, stall, or come in crowds: a pod serves the others as if they were not there."""
import os
import random
import signal

import harness
import wire
from harness import PodTest, bare, eventually
from wire import op


class HostileTest(PodTest):
    def setUp(self):
        super().setUp()
        self.pod.start("c1", bare("exec sleep 1000"))

    def assert_serves(self):
        self.assertEqual(self.pod.exec_sync("c1", "echo hi").output["STDOUT"], b"hi\n")

    def test_random_bytes(self):
        for seed in range(300):
            source = random.Random(seed)
            with harness.Conversation(self.pod.socket) as c:
                body = source.randbytes(source.randrange(1, 2000))
                kind = source.choice((1, 3, 4, 4, 4, 8, 8, 66, 200))
                c.send_bytes(source.choice((body, wire.header(kind, len(body)) + body)))
        self.assert_serves()

    def test_mutated_requests(self):
        """Real requests with a few bytes changed: whatever they do, the podshim survives and can be shut down."""
        base = [wire.header(n, len(b)) + b for name, n, b in wire.vectors() if n in (2, 3, 5, 6, 7, 8) and not name.startswith("bad-")]
        for seed in range(300):
            source = random.Random(seed)
            frame = bytearray(source.choice(base))
            for _ in range(source.randrange(1, 4)):
                frame[source.randrange(8, len(frame)) if len(frame) > 8 else 0] = source.randrange(256)
            with harness.Conversation(self.pod.socket) as c:
                c.send_bytes(bytes(frame))
                if source.random() < 0.5:
                    c.socket.settimeout(0.2)
                    try:
                        c.receive()
                    except (TimeoutError, harness.Closed):
                        pass
        self.assert_serves()

    def test_frame_in_single_bytes(self):
        with harness.Conversation(self.pod.socket) as c:
            for byte in wire.frame("CONTAINER_SIGNAL", "c1", 0):
                c.send_bytes(bytes([byte]))
            self.assertEqual(c.receive(), ("OK", ()))

    def test_largest_frame(self):
        argv = ["sh", "-c", "exit 3"] + ["x" * 100_000] * 10
        program = [op("CLONE", 0, ""), op("EXEC", [harness.BUSYBOX], argv, [])]
        answer, values = self.pod.ask("CONTAINER_START", "c2", "", 0, program)
        self.assertEqual(answer, "STARTED")
        self.assertEqual(self.pod.wait_exited("c2")[0], 3)
        argv = ["x" * 100_000] * 80
        answer, values = self.pod.ask("CONTAINER_START", "c3", "", 0, [op("CLONE", 0, ""), op("EXEC", [harness.BUSYBOX], argv, [])])
        self.assertEqual((answer, values[3]), ("FAILED", 7))  # E2BIG: a frame of almost 8 MiB

    def test_stalled_connections(self):
        stalled = []
        for part in (b"", b"\x01", wire.header(4, 1000), wire.header(4, 1000) + bytes(999), wire.header(8, 8 << 20)):
            for _ in range(5):
                c = harness.Conversation(self.pod.socket)
                c.send_bytes(part)
                stalled.append(c)
        self.assert_serves()
        for c in stalled:
            c.close()
        self.assert_serves()

    def test_announced_megabytes_are_not_taken(self):
        memory = harness.memory_of(self.pod.pid)
        stalled = [harness.Conversation(self.pod.socket) for _ in range(100)]
        for c in stalled:
            c.send_bytes(wire.header(4, 8 << 20))
        self.pod.states()
        self.assertLess(harness.memory_of(self.pod.pid), memory + (1 << 16 if harness.environment.sanitized else 1024))
        for c in stalled:
            c.close()
        eventually(lambda: self.pod.ask("CONTAINER_SIGNAL", "c1", 0)[0] == "OK", "large requests are let in again")

    def test_more_silent_connections_than_there_is_room_for(self):
        crowd = [harness.Conversation(self.pod.socket) for _ in range(700)]
        self.assert_serves()
        self.assertLess(len(self.pod.descriptors()), 600)
        for c in crowd:
            c.close()
        self.assert_serves()

    def test_more_watchers_than_there_is_room_for(self):
        watchers = []
        for _ in range(512):
            c = harness.Conversation(self.pod.socket)
            c.send("WATCH")
            while c.receive()[0] != "WATCHING":
                pass
            watchers.append(c)
        late = harness.Conversation(self.pod.socket)
        late.send("POD_STATUS")
        watchers.pop().close()
        self.assertEqual(late.receive()[0], "POD_STATE")
        late.close()
        for w in watchers:
            w.close()
        self.assert_serves()

    def test_connections_closed_at_any_moment(self):
        start = wire.frame("CONTAINER_START", "c2", "", 0, bare("exit 0"))
        execs = wire.frame("EXEC", "c1", wire.STDIN, 0, 0, harness.exec_program("c1", "cat")) + wire.frame("STDIN", b"x" * 1000)
        for request in (start, execs, wire.frame("WATCH"), wire.frame("POD_STATUS")):
            for cut in sorted({*range(0, len(request), 7), len(request)}):
                with harness.Conversation(self.pod.socket) as c:
                    c.send_bytes(request[:cut])
            self.pod.ask("CONTAINER_FORGET", "c2")
        eventually(lambda: len(harness.environment.strangers(self.before)) == 3, "only the zygote, the pod and c1 are left")
        self.assert_serves()

    def test_requests_after_the_first_are_not_served(self):
        with harness.Conversation(self.pod.socket) as c:
            c.send_bytes(wire.frame("CONTAINER_SIGNAL", "c1", 0) + wire.frame("CONTAINER_SIGNAL", "c1", signal.SIGKILL))
            self.assertEqual(c.receive(), ("OK", ()))
            c.ended()
        self.assert_serves()

    def test_connection_is_closed_although_a_container_is_started_on_it(self):
        """Neither a stub nor a clone must hold the connection of the request that made it, or another."""
        held = harness.Conversation(self.pod.socket)
        held.send("CONTAINER_START", "c2", "", 0, bare("sleep 1000"))
        self.assertEqual(held.receive()[0], "STARTED")
        held.socket.settimeout(5)
        held.ended()
        held.close()
        open_one = harness.Conversation(self.pod.socket)
        self.pod.states()  # by now it is accepted
        self.pod.start("c3", bare("sleep 1000"))
        open_one.socket.settimeout(5)
        open_one.send("POD_STATUS")
        self.assertEqual(open_one.receive()[0], "POD_STATE")
        open_one.ended()
        open_one.close()
