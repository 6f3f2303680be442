// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.log;

import dev.ristretto.cli.session.Connection;

import runtime.v1.Container;
import runtime.v1.ContainerFilter;
import runtime.v1.ContainerStatusRequest;
import runtime.v1.ListContainersRequest;
import runtime.v1.PodSandboxConfig;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The directory of a pod's logs: for its own pods the kubelet makes it before RunPodSandbox. */
public final class LogDirectory {
    /** Of pods that this command makes up; the kubelet tidies /var/log/pods as it sees fit. */
    public static final String ROOT = "/var/log/ristretto";

    private LogDirectory() {}

    /** Makes it if it is not there; a user who may not is left to what the runtime says. */
    public static void make(PodSandboxConfig pod) throws IOException {
        if (pod.getLogDirectory().isEmpty()) {
            return;
        }
        try {
            Files.createDirectories(Path.of(pod.getLogDirectory()));
        } catch (AccessDeniedException e) {
            // A member of the socket's group need not own /var/log; runtimes make it as well.
            return;
        }
    }

    /** The logs of a pod that this command made up: nobody else will delete them. */
    public static List<Path> ownLogs(Connection connection, String podSandboxId) {
        var filter = ContainerFilter.newBuilder().setPodSandboxId(podSandboxId);
        var request = ListContainersRequest.newBuilder().setFilter(filter).build();
        return connection.runtime().listContainers(request).getContainersList().stream()
                .map(container -> logPath(connection, container))
                .filter(log -> log.startsWith(ROOT))
                .toList();
    }

    private static Path logPath(Connection connection, Container container) {
        var request = ContainerStatusRequest.newBuilder().setContainerId(container.getId());
        return Path.of(
                connection.runtime().containerStatus(request.build()).getStatus().getLogPath());
    }

    /** Deletes a log, its rotations, and the directory if nothing else is in it. */
    public static void delete(Path log) throws IOException {
        LogFiles.delete(log);
        var directory = log.getParent();
        if (directory != null) {
            try {
                Files.deleteIfExists(directory);
            } catch (DirectoryNotEmptyException e) {
                // Another container's log.
                return;
            }
        }
    }
}
