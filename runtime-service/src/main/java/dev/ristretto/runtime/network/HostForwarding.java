// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The host settings without which a node routes nothing for its pods, see the kernel's
 * ip-sysctl.rst. What is right already is not written, so a read-only /proc/sys is fine then.
 */
final class HostForwarding {
    private final Path sysctls;

    /**
     * @param sysctls {@code /proc/sys/net}: that of the calling thread's network namespace
     */
    HostForwarding(Path sysctls) {
        this.sysctls = sysctls;
    }

    /**
     * Switches on what is off.
     *
     * @return a sentence for each setting that was changed
     */
    List<String> enable(BuiltInNetworkConfig config) throws IOException {
        var facts = new ArrayList<String>();
        if (config.ipv4().isPresent()) {
            set("ipv4/ip_forward", "1", "pods are reached through this host", facts);
            set(
                    "ipv4/conf/%s/route_localnet".formatted(config.bridge()),
                    "1",
                    "host ports work on 127.0.0.1",
                    facts);
        }
        if (config.ipv6().isPresent()) {
            keepRouterAdvertisements(facts);
            set("ipv6/conf/all/forwarding", "1", "pods are reached through this host", facts);
        }
        return facts;
    }

    /**
     * A host that forwards IPv6 ignores router advertisements unless accept_ra is 2: it would lose
     * its default route some minutes later.
     */
    private void keepRouterAdvertisements(List<String> facts) throws IOException {
        if ("1".equals(read("ipv6/conf/all/forwarding"))) {
            return;
        }
        List<String> interfaces;
        try (var entries = Files.list(sysctls.resolve("ipv6/conf"))) {
            interfaces =
                    entries.map(entry -> String.valueOf(entry.getFileName())).sorted().toList();
        } catch (NoSuchFileException e) {
            throw noIpv6(e);
        }
        for (var name : interfaces) {
            var key = "ipv6/conf/%s/accept_ra".formatted(name);
            if (!"all".equals(name) && !"lo".equals(name) && "1".equals(read(key))) {
                set(key, "2", "a forwarding host keeps its routers", facts);
            }
        }
    }

    private void set(String key, String value, String why, List<String> facts) throws IOException {
        var before = read(key);
        if (value.equals(before)) {
            return;
        }
        try {
            Files.writeString(sysctls.resolve(key), value, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException(
                    "set sysctl net/%s to %s, so that %s: %s; set it yourself"
                            .formatted(key, value, why, e.getMessage()),
                    e);
        }
        facts.add("sysctl net/%s set from %s to %s: %s".formatted(key, before, value, why));
    }

    private String read(String key) throws IOException {
        try {
            return Files.readString(sysctls.resolve(key)).strip();
        } catch (NoSuchFileException e) {
            if (key.startsWith("ipv6/")) {
                throw noIpv6(e);
            }
            throw e;
        }
    }

    private static IOException noIpv6(IOException e) {
        return new IOException(
                "set up IPv6 for pods: this kernel has none; set network.ipv6Subnet to empty", e);
    }
}
