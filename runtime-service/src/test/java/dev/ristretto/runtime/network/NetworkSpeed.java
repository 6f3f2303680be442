// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.linux.syscall.LinuxSyscalls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Prints how long the built-in network takes for a pod, one after the other, on a host in
 * namespaces of its own. A program, not a test: figures depend on the machine. Needs root.
 */
final class NetworkSpeed {
    private static final int ROUNDS = 200;
    private static final int WARMUPS = 3;

    private NetworkSpeed() {}

    public static void main(String[] arguments) throws IOException {
        var directory = Files.createTempDirectory("network-speed-");
        try (var host = new TestHost(directory)) {
            host.host.run(() -> measure(host, directory));
        }
    }

    private static void measure(TestHost host, Path directory) throws IOException {
        try (var network = BuiltInNetworks.open(LinuxSyscalls.load(), TestHost.config(directory))) {
            network.retain(Set.of());
            for (int i = 0; i < WARMUPS; i++) {
                round(host, network, List.of());
            }
            print("no host port", round(host, network, List.of()));
            var port = PortMapping.of(PortProtocol.TCP, 80, 8080, "");
            round(host, network, List.of(port));
            print("one host port", round(host, network, List.of(port)));
            network.dismantle();
        }
    }

    private static Times round(TestHost host, PodNetworks network, List<PortMapping> ports)
            throws IOException {
        var times = new Times(new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < ROUNDS; i++) {
            var id = "pod" + i;
            var pod = host.pod(id, ports.toArray(PortMapping[]::new));
            long start = System.nanoTime();
            network.attach(pod);
            long attached = System.nanoTime();
            network.detach(id);
            times.attach.add(attached - start);
            times.detach.add(System.nanoTime() - attached);
            host.forget(id);
        }
        return times;
    }

    private static void print(String what, Times times) {
        System.out.printf(
                Locale.ROOT,
                "%-14s attach p50 %.2f p99 %.2f ms, detach p50 %.2f p99 %.2f ms%n",
                what,
                at(times.attach, 50),
                at(times.attach, 99),
                at(times.detach, 50),
                at(times.detach, 99));
    }

    private static double at(List<Long> nanos, int percentile) {
        var sorted = nanos.stream().sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percentile / 100)) / 1e6;
    }

    private record Times(List<Long> attach, List<Long> detach) {}
}
