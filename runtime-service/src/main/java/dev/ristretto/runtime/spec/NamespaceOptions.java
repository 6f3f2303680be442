// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import dev.ristretto.fault.RuntimeFault;

/**
 * {@code NamespaceOption}. What a client asked for is reported as it was asked: the kubelet kills a
 * pod whose status differs.
 *
 * @param network {@code POD} or {@code NODE}
 * @param ipc {@code POD} or {@code NODE}
 * @param targetId the container meant by {@code pid} {@code TARGET}, else empty
 */
public record NamespaceOptions(
        NamespaceMode network, NamespaceMode pid, NamespaceMode ipc, String targetId) {

    public NamespaceOptions {
        requirePodOrNode("network", network);
        requirePodOrNode("ipc", ipc);
        if (pid == NamespaceMode.TARGET && targetId.isEmpty()) {
            throw RuntimeFault.invalidArgument(
                    "namespace_options.target_id is empty, but namespace_options.pid is TARGET");
        }
    }

    /** What an absent message means: everything the pod's. */
    public static NamespaceOptions pod() {
        return new NamespaceOptions(NamespaceMode.POD, NamespaceMode.POD, NamespaceMode.POD, "");
    }

    /** Whether it uses the host's network. */
    public boolean hostNetwork() {
        return network == NamespaceMode.NODE;
    }

    /** Whether it uses the host's IPC objects and {@code /dev/shm}. */
    public boolean hostIpc() {
        return ipc == NamespaceMode.NODE;
    }

    private static void requirePodOrNode(String field, NamespaceMode mode) {
        if (mode != NamespaceMode.POD && mode != NamespaceMode.NODE) {
            throw RuntimeFault.invalidArgument(
                    "namespace_options.%s is %s; it must be POD or NODE", field, mode);
        }
    }
}
