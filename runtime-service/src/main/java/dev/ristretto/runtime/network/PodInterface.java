// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.namespace.NamespaceThread;
import dev.ristretto.linux.netlink.IpPrefix;
import dev.ristretto.linux.netlink.Route;
import dev.ristretto.linux.netlink.RtNetlink;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.ProcessFlags;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The pod's end of a veth pair: set up from a thread inside the pod's network namespace. */
record PodInterface(LinuxSyscalls linux) {
    /** Of the calling thread's namespace, whatever that of the process is. */
    private static final Path IPV6_SETTINGS = Path.of("/proc/sys/net/ipv6/conf");

    /**
     * Keeps the host's end, which is still down, from speaking IPv6 itself: the bridge does. It
     * would tell all other pods about its groups.
     */
    void silence(String hostInterfaceName) throws IOException {
        set(hostInterfaceName, "disable_ipv6", "1");
    }

    /** Addresses, up, default routes; packets pass when it returns. */
    void configure(Fd netns, VethPlan plan) throws IOException {
        NamespaceThread.callIn(
                linux,
                netns.number(),
                ProcessFlags.CLONE_NEWNET,
                () -> {
                    ignoreNeighbours();
                    try (var pod = RtNetlink.open(linux)) {
                        configure(pod, plan);
                    }
                    return plan;
                });
    }

    private static void configure(RtNetlink pod, VethPlan plan) throws IOException {
        int index =
                pod.link(VethPlan.POD_INTERFACE)
                        .orElseThrow(() -> new IOException("find eth0 in the pod: it is gone"))
                        .index();
        pod.configure(
                index,
                plan.addresses().stream()
                        .map(address -> new IpPrefix(address.ip(), address.prefixLength()))
                        .toList(),
                plan.gateways().stream().map(gateway -> Route.byDefault(gateway, index)).toList());
        Settling.awaitPackets(pod, index);
        for (var address : plan.addresses()) {
            Settling.awaitAddress(pod, address.ip());
        }
    }

    /**
     * The other pods on the bridge are strangers: none of them may announce itself as router
     * (CVE-2020-10749). Nor need they be asked whether our addresses are free, which takes a second
     * (duplicate address detection).
     */
    private static void ignoreNeighbours() throws IOException {
        set(VethPlan.POD_INTERFACE, "accept_ra", "0");
        set(VethPlan.POD_INTERFACE, "accept_dad", "0");
    }

    private static void set(String name, String key, String value) throws IOException {
        var settings = IPV6_SETTINGS.resolve(name);
        if (Files.exists(settings)) {
            Files.writeString(settings.resolve(key), value, StandardOpenOption.WRITE);
        }
    }
}
