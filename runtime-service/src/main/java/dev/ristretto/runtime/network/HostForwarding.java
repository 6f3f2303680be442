// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.file.KernelFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The host settings without which a node routes nothing for its pods, see the kernel's
 * ip-sysctl.rst. What is right already is not written, so a read-only /proc/sys is fine then. What
 * is changed is written down first, and can be restored. Not thread-safe.
 */
final class HostForwarding {
    private final Path sysctls;
    private final SysctlJournal journal;

    /**
     * @param sysctls {@code /proc/sys/net}: that of the calling thread's network namespace
     */
    HostForwarding(Path sysctls, SysctlJournal journal) {
        this.sysctls = sysctls;
        this.journal = journal;
    }

    /** Switches on what is off; the bridge is there. */
    void enable(BuiltInNetworkConfig config) throws IOException {
        if (config.ipv4().isPresent()) {
            change("ipv4/ip_forward", "1", "pods are reached through this host");
        }
        if (config.ipv6().isPresent()) {
            prepareBridge(config.bridge());
            keepRouterAdvertisements(config.bridge());
            change("ipv6/conf/all/forwarding", "1", "pods are reached through this host");
        }
    }

    /**
     * Lets connections from 127.0.0.1 leave over the bridge, for host ports. Only with a packet
     * filter that keeps the way back closed: see {@link NftRules}.
     */
    void openLoopback(BuiltInNetworkConfig config) throws IOException {
        if (config.ipv4().isPresent()) {
            // Of the bridge, with which it goes: no change of the host's to be remembered.
            set(
                    "ipv4/conf/%s/route_localnet".formatted(config.bridge()),
                    "1",
                    "host ports work on 127.0.0.1");
        }
    }

    /** A sentence for each setting of the host that is not as it was. */
    List<String> facts() throws IOException {
        return journal.changes().stream()
                .map(
                        change ->
                                "sysctl net/%s set from %s to %s"
                                        .formatted(change.key(), change.before(), change.now()))
                .toList();
    }

    /**
     * Gives the host its settings back, the last one changed first, unless somebody has changed
     * them since.
     */
    void restore() throws IOException {
        for (var change : journal.changes().reversed()) {
            try {
                if (change.now().equals(read(change.key()))) {
                    set(change.key(), change.before(), "the host is as it was");
                }
            } catch (NoSuchFileException e) {
                continue; // of an interface that is gone, or of IPv6, unloaded
            }
        }
        journal.clear();
    }

    /**
     * A pod that announces itself as router must not become that of the host (CVE-2020-10749). And
     * until the bridge has its link-local address, which duplicate address detection would delay by
     * two seconds after the first pod, it cannot ask for the neighbours that it forwards to.
     */
    private void prepareBridge(String bridge) throws IOException {
        var settings = "ipv6/conf/" + bridge;
        set(settings + "/accept_ra", "0", "pods cannot pose as routers");
        set(settings + "/accept_dad", "0", "pods are reached at once");
    }

    /**
     * A host that forwards IPv6 ignores router advertisements unless accept_ra is 2: it would lose
     * its default route some minutes later.
     */
    private void keepRouterAdvertisements(String bridge) throws IOException {
        if ("1".equals(read("ipv6/conf/all/forwarding"))) {
            return;
        }
        List<String> interfaces;
        try (var entries = Files.list(sysctls.resolve("ipv6/conf"))) {
            interfaces =
                    entries.map(entry -> String.valueOf(entry.getFileName())).sorted().toList();
        }
        // Not "default": interfaces to come are bridges and pods, here or of other programs.
        var others = List.of("all", "default", "lo", bridge);
        for (var name : interfaces) {
            var key = "ipv6/conf/%s/accept_ra".formatted(name);
            boolean pod = name.startsWith(VethPlan.PREFIX);
            if (!others.contains(name) && !pod && "1".equals(read(key))) {
                change(key, "2", "a forwarding host keeps its routers");
            }
        }
    }

    private void change(String key, String value, String why) throws IOException {
        var before = read(key);
        if (!value.equals(before)) {
            journal.add(new SysctlJournal.Change(key, before, value));
            set(key, value, why);
        }
    }

    private void set(String key, String value, String why) throws IOException {
        if (value.equals(read(key))) {
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
    }

    private String read(String key) throws IOException {
        return KernelFile.text(sysctls.resolve(key));
    }
}
