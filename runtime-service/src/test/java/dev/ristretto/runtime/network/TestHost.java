// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.namespace.NamespaceThread;
import dev.ristretto.linux.netlink.IpPrefix;
import dev.ristretto.linux.nftables.Nftables;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A host, its daemons and its pods, all in network namespaces made for a test, and one more
 * "outside" at the other end of the host's cable. The machine's own interfaces, rules and settings
 * are not touched.
 */
final class TestHost implements AutoCloseable {
    static final String HOST4 = "192.0.2.1";
    static final String HOST6 = "2001:db8::1";
    static final String OUTSIDE4 = "192.0.2.2";
    static final String OUTSIDE6 = "2001:db8::2";

    private static final LinuxSyscalls LINUX = LinuxSyscalls.load();

    final TestNetns host = TestNetns.create();
    final TestNetns outside = TestNetns.create();
    private final Map<String, TestNetns> pods = new LinkedHashMap<>();
    private final List<PodNetworks> daemons = new ArrayList<>();
    private final Path directory;

    TestHost(Path directory) throws IOException {
        this.directory = directory;
        // A new namespace takes over some settings of the machine, and others as the kernel likes.
        for (var key : List.of("ipv4/ip_forward", "ipv6/conf/all/forwarding")) {
            host.run(() -> Files.writeString(Path.of("/proc/sys/net", key), "0"));
        }
    }

    /** Joins host and outside. */
    TestHost withUplink(int mtu) throws IOException {
        host.joinTo(
                outside,
                "uplink0",
                "host0",
                new TestNetns.Cable(
                        mtu,
                        List.of(IpPrefix.parse(HOST4 + "/24"), IpPrefix.parse(HOST6 + "/64")),
                        List.of(
                                IpPrefix.parse(OUTSIDE4 + "/24"),
                                IpPrefix.parse(OUTSIDE6 + "/64"))));
        return this;
    }

    static BuiltInNetworkConfig config(Path directory) {
        return config("ristretto0", "10.93.0.0/16", "fd93::/64", directory);
    }

    static BuiltInNetworkConfig config(String bridge, String ipv4, String ipv6, Path directory) {
        return new BuiltInNetworkConfig(
                bridge,
                Optional.of(Subnet.parse(ipv4)),
                ipv6.isEmpty() ? Optional.empty() : Optional.of(Subnet.parse(ipv6)),
                0,
                true,
                directory.resolve("leases-" + bridge));
    }

    /** A daemon on this host, just started: it has recovered the pods named. */
    PodNetworks daemon(Set<String> living) throws IOException {
        return daemon(config(directory), living);
    }

    PodNetworks daemon(BuiltInNetworkConfig config, Set<String> living) throws IOException {
        var daemon = daemon(LINUX, config, () -> filter(LINUX));
        daemon.retain(living);
        return daemon;
    }

    /** A daemon that was given a choice of subnets. */
    PodNetworks daemon(SubnetChoice choice, Set<String> living) throws IOException {
        var config = config(directory);
        var daemon = new OnHost(host, host.call(() -> BuiltInNetworks.open(LINUX, config, choice)));
        daemons.add(daemon);
        daemon.retain(living);
        return daemon;
    }

    /** A daemon that has not looked at anything yet. */
    PodNetworks daemon(
            LinuxSyscalls linux, BuiltInNetworkConfig config, PacketFilter.Source filters)
            throws IOException {
        var daemon =
                new OnHost(host, host.call(() -> BuiltInNetworks.open(linux, config, filters)));
        daemons.add(daemon);
        return daemon;
    }

    static PacketFilter filter(LinuxSyscalls linux) throws IOException {
        var nftables = Nftables.open(linux);
        return nftables::run;
    }

    PodAttachment pod(String id, PortMapping... mappings) throws IOException {
        return new PodAttachment(id, "default/" + id, netns(id).path(), List.of(mappings));
    }

    /** The pod's namespace, made when first asked for. */
    TestNetns netns(String id) throws IOException {
        var known = pods.get(id);
        if (known != null) {
            return known;
        }
        var made = TestNetns.create();
        pods.put(id, made);
        return made;
    }

    /** The pod's last process ends. */
    void forget(String id) throws IOException {
        var gone = pods.remove(id);
        if (gone != null) {
            gone.close();
        }
    }

    /** What {@code nft} prints. */
    String nft(String commands) throws IOException {
        return host.call(
                () -> {
                    try (var nftables = Nftables.open(LINUX)) {
                        return nftables.run(commands);
                    }
                });
    }

    /** The elements of all maps: the open host ports. */
    List<String> hostPorts() throws IOException {
        return nft("list ruleset")
                .lines()
                .map(String::strip)
                .dropWhile(line -> !line.startsWith("map "))
                .filter(line -> line.contains(" : ") && !line.startsWith("type "))
                .toList();
    }

    /** Host ends of pods' veth pairs. */
    List<String> veths() throws IOException {
        return host.linkNames().stream().filter(name -> name.startsWith("rst")).toList();
    }

    String sysctl(TestNetns where, String key) throws IOException {
        return where.call(() -> Files.readString(Path.of("/proc/sys/net", key)).strip());
    }

    List<String> leases() throws IOException {
        return leases(config(directory));
    }

    static List<String> leases(BuiltInNetworkConfig config) throws IOException {
        if (Files.notExists(config.leaseDirectory())) {
            return List.of();
        }
        try (var files = Files.list(config.leaseDirectory())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("changed-sysctls"))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void close() throws IOException {
        daemons.forEach(PodNetworks::close);
        for (var pod : pods.values()) {
            pod.close();
        }
        outside.close();
        host.close();
    }

    /** Every call from a thread that is on the host. */
    private record OnHost(TestNetns host, PodNetworks networks) implements PodNetworks {
        @Override
        public PodNetwork attach(PodAttachment attachment) {
            return call(() -> networks.attach(attachment));
        }

        @Override
        public void detach(String podSandboxId) {
            run(() -> networks.detach(podSandboxId));
        }

        @Override
        public void retain(Set<String> podSandboxIds) {
            run(() -> networks.retain(podSandboxIds));
        }

        @Override
        public void mend() {
            run(networks::mend);
        }

        @Override
        public void dismantle() {
            run(networks::dismantle);
        }

        @Override
        public NetworkReadiness readiness() {
            return networks.readiness();
        }

        @Override
        public void close() {
            networks.close();
        }

        private void run(TestNetns.Action action) {
            call(
                    () -> {
                        action.run();
                        return host;
                    });
        }

        private <T> T call(NamespaceThread.Work<T> work) {
            try {
                return host.call(work);
            } catch (IOException e) {
                throw RuntimeFault.internal(e, "enter the test's host: %s", e.getMessage());
            }
        }
    }
}
