// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.random;

import runtime.v1.DNSConfig;
import runtime.v1.NamespaceMode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which namespaces are shared with whom, and what belongs to them. */
final class Namespaces {
    private Namespaces() {}

    static void addTo(Draft draft) throws IOException {
        boolean hostNetwork = draft.chance(40);
        draft.namespaces.setNetwork(hostNetwork ? NamespaceMode.NODE : NamespaceMode.POD);
        draft.expect("network", "test -e /sys/class/net/eth0; echo $?", hostNetwork ? "1" : "0");
        if (!hostNetwork) {
            ofItsOwnNetwork(draft);
        }
        ipc(draft);
        pid(draft);
        if (draft.chance(60)) {
            dns(draft);
        }
    }

    private static void ofItsOwnNetwork(Draft draft) {
        var hostname = "host-" + draft.random.nextInt(1_000_000);
        draft.pod.setHostname(hostname);
        draft.expect("hostname", "hostname; cat /etc/hostname", hostname + " " + hostname);
        draft.expect("HOSTNAME", "echo $HOSTNAME", hostname);
        if (draft.chance(50)) {
            var connections = Integer.toString(128 + draft.random.nextInt(8000));
            draft.sysctl("net.core.somaxconn", connections);
            draft.expect("sysctl", "cat /proc/sys/net/core/somaxconn", connections);
        }
    }

    private static void ipc(Draft draft) throws IOException {
        boolean host = draft.chance(30);
        draft.namespaces.setIpc(host ? NamespaceMode.NODE : NamespaceMode.POD);
        draft.expect(
                "ipc",
                "test \"$(readlink /proc/self/ns/ipc)\" = '%s'; echo $?"
                        .formatted(Files.readSymbolicLink(Path.of("/proc/self/ns/ipc"))),
                host ? "0" : "1");
        if (!host && draft.chance(50)) {
            var messages = Integer.toString(1024 + draft.random.nextInt(8000));
            draft.sysctl("kernel.msgmax", messages);
            draft.expect("sysctl", "cat /proc/sys/kernel/msgmax", messages);
        }
    }

    private static void pid(Draft draft) {
        switch (draft.random.nextInt(3)) {
            case 0 -> {
                draft.namespaces.setPid(NamespaceMode.CONTAINER);
                draft.expect("pid", "echo $$", "1");
            }
            case 1 -> {
                draft.namespaces.setPid(NamespaceMode.POD);
                draft.expect("pid", "test $$ -gt 1 && cat /proc/1/comm", "podshim");
            }
            default -> {
                draft.namespaces.setPid(NamespaceMode.NODE);
                draft.expect(
                        "pid",
                        "test -d /proc/%d; echo $?".formatted(ProcessHandle.current().pid()),
                        "0");
            }
        }
    }

    private static void dns(Draft draft) {
        var server = "10.96.0." + (1 + draft.random.nextInt(250));
        var search = "ns%d.svc.example".formatted(draft.random.nextInt(1000));
        var option = "ndots:" + (1 + draft.random.nextInt(9));
        draft.pod.setDnsConfig(
                DNSConfig.newBuilder().addServers(server).addSearches(search).addOptions(option));
        draft.expect(
                "dns_config",
                "sort /etc/resolv.conf",
                "nameserver %s options %s search %s".formatted(server, option, search));
    }
}
