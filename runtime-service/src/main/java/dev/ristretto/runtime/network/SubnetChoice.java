// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.file.DurableFile;
import dev.ristretto.runtime.config.RistrettoConfig;
import dev.ristretto.runtime.network.HostLinks.HostRoute;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Subnets for those that the configuration leaves to the daemon ({@code auto}): the first of a few
 * that nothing on this host has, which stays the choice while pods live in it and as long as
 * nothing else comes to overlap it.
 */
record SubnetChoice(boolean ipv4, boolean ipv6) {
    private static final Logger LOG = Logger.getLogger(SubnetChoice.class);

    private static final String AUTO = "auto";

    /**
     * None that Podman (10.88, 10.89), CRI-O (10.85), Docker (172.17 to 172.31), Kubernetes and its
     * usual networks (10.32, 10.42, 10.43, 10.96, 10.244, 192.168.0) have by default.
     */
    private static final List<Subnet> IPV4 =
            Stream.of("10.83.0.0/16", "10.147.0.0/16", "10.201.0.0/16", "192.168.192.0/18")
                    .map(Subnet::parse)
                    .toList();

    private static final List<Subnet> IPV6 =
            Stream.of("fd88:7269:7374::/64", "fd88:7269:7375::/64", "fd88:7269:7376::/64")
                    .map(Subnet::parse)
                    .toList();

    /** What a configuration leaves open. */
    static SubnetChoice of(RistrettoConfig.Network network) {
        return new SubnetChoice(
                AUTO.equals(network.ipv4Subnet()), AUTO.equals(network.ipv6Subnet()));
    }

    /** The text of a configuration, with the first candidate for what is left open. */
    static String orFirst(String cidr, boolean ofIpv4) {
        return AUTO.equals(cidr) ? (ofIpv4 ? IPV4 : IPV6).getFirst().toString() : cidr;
    }

    /**
     * Decides, and remembers it.
     *
     * @param config with candidates for what is left open
     * @param used what this host has, but for the bridge
     * @throws IOException if nothing is left, naming what is in the way
     */
    BuiltInNetworkConfig settle(BuiltInNetworkConfig config, List<HostRoute> used)
            throws IOException {
        if (!ipv4 && !ipv6) {
            return config;
        }
        var file = config.leaseDirectory().resolve("chosen-subnets");
        var before = read(file);
        boolean hasPods = hasLeases(config.leaseDirectory());
        var settled =
                config.with(
                        ipv4 ? pick("ipv4", IPV4, before, hasPods, used) : config.ipv4(),
                        ipv6 ? pick("ipv6", IPV6, before, hasPods, used) : config.ipv6());
        var chosen = settled.subnets().stream().map(Subnet::toString).toList();
        if (!chosen.equals(before.stream().map(Subnet::toString).toList())) {
            LOG.infof("pods get addresses of %s", String.join(" and ", chosen));
            Files.createDirectories(config.leaseDirectory());
            var text = String.join("\n", chosen) + "\n";
            DurableFile.replace(file, text.getBytes(StandardCharsets.UTF_8));
        }
        return settled;
    }

    private static Optional<Subnet> pick(
            String family,
            List<Subnet> candidates,
            List<Subnet> before,
            boolean hasPods,
            List<HostRoute> used)
            throws IOException {
        Predicate<Subnet> free =
                subnet -> used.stream().noneMatch(route -> subnet.overlaps(route.destination()));
        var chosen = before.stream().filter(candidates::contains).findFirst();
        if (chosen.isPresent() && (hasPods || free.test(chosen.get()))) {
            return chosen;
        }
        var next = candidates.stream().filter(free).findFirst();
        if (next.isEmpty()) {
            throw new IOException(
                    "choose a subnet for pods: all of %s overlap routes or addresses of this host"
                                    .formatted(candidates)
                            + " (ip route, ip addr); set network.%sSubnet".formatted(family));
        }
        return next;
    }

    private static List<Subnet> read(Path file) throws IOException {
        try {
            return Files.readAllLines(file).stream().map(Subnet::parse).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static boolean hasLeases(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (var leases = Files.newDirectoryStream(directory, "*.json")) {
            return leases.iterator().hasNext();
        }
    }
}
