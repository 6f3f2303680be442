// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.namespace.IdMap;

import java.util.Optional;

/**
 * {@code NamespaceOption}. What a client asked for is reported as it was asked: the kubelet kills a
 * pod whose status differs.
 *
 * @param network {@code POD} or {@code NODE}
 * @param ipc {@code POD} or {@code NODE}
 * @param targetId the container meant by {@code pid} {@code TARGET}, else empty
 * @param users empty if nothing is said: for a pod the host's, for a container its pod's
 */
public record NamespaceOptions(
        NamespaceMode network,
        NamespaceMode pid,
        NamespaceMode ipc,
        String targetId,
        Optional<UserNamespace> users) {

    public NamespaceOptions {
        requirePodOrNode("network", network);
        requirePodOrNode("ipc", ipc);
        if (users.isPresent() && !users.get().ids().isHost()) {
            refuseHosts("pid", pid);
            refuseHosts("ipc", ipc);
        }
        if (pid == NamespaceMode.TARGET && targetId.isEmpty()) {
            throw RuntimeFault.invalidArgument(
                    "namespace_options.target_id is empty, but namespace_options.pid is TARGET");
        }
    }

    /** With nothing said about users. */
    public NamespaceOptions(
            NamespaceMode network, NamespaceMode pid, NamespaceMode ipc, String targetId) {
        this(network, pid, ipc, targetId, Optional.empty());
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

    /** Who is who, for a pod. */
    public IdMap ids() {
        return users.map(UserNamespace::ids).orElse(IdMap.HOST);
    }

    private static void refuseHosts(String field, NamespaceMode mode) {
        if (mode == NamespaceMode.NODE) {
            throw RuntimeFault.invalidArgument(
                    "namespace_options.%s is NODE, which a pod with a user namespace cannot have",
                    field);
        }
    }

    private static void requirePodOrNode(String field, NamespaceMode mode) {
        if (mode != NamespaceMode.POD && mode != NamespaceMode.NODE) {
            throw RuntimeFault.invalidArgument(
                    "namespace_options.%s is %s; it must be POD or NODE", field, mode);
        }
    }
}
