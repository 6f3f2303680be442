// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FaultyLinuxSyscalls;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Every system call of an attach and of a detach fails once, and is once the last that a daemon got
 * to make.
 */
@Tag("root")
@Tag("nftables")
final class BuiltInNetworkCrashKernelIT {
    private static final LinuxSyscalls LINUX = LinuxSyscalls.load();
    private static final PortMapping WEB = PortMapping.of(PortProtocol.TCP, 80, 8080, "");

    /** More than an attach makes: a loop that never ends is a failure of the test. */
    private static final int MOST_CALLS = 300;

    /** Calls with which a daemon opens its socket, before it has anything to lose. */
    private static final int OPENING = 8;

    @TempDir private Path directory;
    private TestHost host;

    @BeforeEach
    void aHostWithAPodThatStays() throws IOException {
        host = new TestHost(directory);
        host.daemon(Set.of()).attach(host.pod("stays"));
    }

    @AfterEach
    void close() throws IOException {
        host.close();
    }

    @Test
    void attach_whateverCallFails_isWholeOrNothing() throws IOException {
        int failed = 0;
        for (int n = OPENING; n < MOST_CALLS; n++) {
            var fault = FaultyLinuxSyscalls.failing(LINUX, n, Errno.EPERM);
            var daemon = daemon(fault.syscalls(), () -> false);
            try {
                daemon.attach(host.pod("a", WEB));
                assertWhole("call " + n);
                host.daemon(Set.of("stays"));
            } catch (RuntimeFault e) {
                failed++;
            }
            assertNothingLeft("call %d failed".formatted(n));
            if (!fault.tripped()) {
                assertThat(failed).as("calls that matter").isGreaterThan(20);
                return;
            }
        }
        throw new AssertionError("an attach makes more than %d calls".formatted(MOST_CALLS));
    }

    @Test
    void attach_killedBeforeAnyCall_leavesNothingOnceRecovered() throws IOException {
        for (int n = OPENING; n < MOST_CALLS; n++) {
            var fault = FaultyLinuxSyscalls.failingFrom(LINUX, n, Errno.EPERM);
            var killed = daemon(fault.syscalls(), fault::tripped);
            try {
                killed.attach(host.pod("a", WEB));
            } catch (RuntimeFault e) {
                assertThat(fault.tripped()).isTrue();
            }

            var next = host.daemon(Set.of("stays"));

            assertNothingLeft("killed before call %d".formatted(n));
            if (!fault.tripped()) {
                return;
            }
            next.close();
        }
        throw new AssertionError("an attach makes more than %d calls".formatted(MOST_CALLS));
    }

    @Test
    void attach_killedBetweenLeaseAndHostPorts_leavesNothingOnceRecovered() throws IOException {
        for (int n = 1; n <= 3; n++) {
            int last = n;
            var runs = new AtomicInteger();
            var killed = daemon(LINUX, () -> runs.incrementAndGet() > last);
            try {
                killed.attach(host.pod("a", WEB));
            } catch (RuntimeFault e) {
                assertThat(e).hasMessageContaining("killed");
            }

            host.daemon(Set.of("stays"));

            assertNothingLeft("killed before transaction %d".formatted(n));
        }
    }

    @Test
    void detach_killedBeforeAnyCall_leavesNothingOnceRecovered() throws IOException {
        for (int n = OPENING; n < MOST_CALLS; n++) {
            host.daemon(Set.of("stays")).attach(host.pod("a", WEB));
            var fault = FaultyLinuxSyscalls.failingFrom(LINUX, n, Errno.EPERM);
            var killed = daemon(fault.syscalls(), fault::tripped);
            try {
                killed.detach("a");
            } catch (RuntimeFault e) {
                assertThat(fault.tripped()).isTrue();
            }

            host.daemon(Set.of("stays"));

            assertNothingLeft("killed before call %d".formatted(n));
            if (!fault.tripped()) {
                return;
            }
        }
        throw new AssertionError("a detach makes more than %d calls".formatted(MOST_CALLS));
    }

    @Test
    void detach_thatFailed_canBeRepeated() throws IOException {
        for (int n = OPENING; n < MOST_CALLS; n++) {
            host.daemon(Set.of("stays")).attach(host.pod("a", WEB));
            var fault = FaultyLinuxSyscalls.failing(LINUX, n, Errno.ENOBUFS);
            var daemon = daemon(fault.syscalls(), () -> false);
            try {
                daemon.detach("a");
            } catch (RuntimeFault e) {
                assertThat(e).hasMessageContaining("detach pod sandbox a");
            }

            daemon.detach("a");

            assertNothingLeft("call %d failed once".formatted(n));
            if (!fault.tripped()) {
                return;
            }
        }
        throw new AssertionError("a detach makes more than %d calls".formatted(MOST_CALLS));
    }

    @Test
    void podThatStays_isAttachedOfAfterAllThat() throws Exception {
        var next = host.daemon(Set.of("stays"));
        assertThatThrownBy(() -> next.attach(host.pod("a", WEB, WEB)))
                .hasMessageContaining("asked for twice");

        try (var _ = Traffic.tcpServer(host.netns("stays"), "::", 80)) {
            assertThat(Traffic.tcp(host.host, "10.93.0.2", 80)).isPresent();
        }
    }

    /** A daemon whose packet filter is dead from when {@code dead} says so. */
    private PodNetworks daemon(LinuxSyscalls linux, BooleanSupplier dead) throws IOException {
        var filter = host.host.call(() -> TestHost.filter(LINUX));
        return host.daemon(
                linux,
                TestHost.config(directory),
                () ->
                        commands -> {
                            if (dead.getAsBoolean()) {
                                throw new IOException("killed");
                            }
                            return filter.apply(commands);
                        });
    }

    private void assertWhole(String when) throws IOException {
        assertThat(host.veths()).as(when).hasSize(2);
        assertThat(host.netns("a").linkNames()).as(when).containsExactly("eth0", "lo");
        assertThat(host.leases()).as(when).containsExactly("a.json", "stays.json");
        assertThat(host.hostPorts()).as(when).hasSize(2);
    }

    private void assertNothingLeft(String when) throws IOException {
        assertThat(host.veths()).as(when).hasSize(1);
        assertThat(host.netns("a").linkNames()).as(when).containsExactly("lo");
        assertThat(host.leases()).as(when).containsExactly("stays.json");
        assertThat(host.hostPorts()).as(when).isEmpty();
    }
}
