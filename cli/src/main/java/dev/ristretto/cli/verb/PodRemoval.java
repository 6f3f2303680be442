// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.log.LogDirectory;
import dev.ristretto.cli.session.Connection;

import runtime.v1.RemovePodSandboxRequest;
import runtime.v1.StopPodSandboxRequest;

import java.io.IOException;

/** Takes a pod away, with its containers, and with its logs if this command made it up. */
public final class PodRemoval {
    private PodRemoval() {}

    public static void stopAndRemove(Connection connection, String podSandboxId)
            throws IOException {
        connection
                .acting()
                .stopPodSandbox(
                        StopPodSandboxRequest.newBuilder().setPodSandboxId(podSandboxId).build());
        remove(connection, podSandboxId);
    }

    static void remove(Connection connection, String podSandboxId) throws IOException {
        // Asked before: afterwards nobody knows where they were.
        var logs = LogDirectory.ownLogs(connection, podSandboxId);
        connection
                .acting()
                .removePodSandbox(
                        RemovePodSandboxRequest.newBuilder().setPodSandboxId(podSandboxId).build());
        for (var log : logs) {
            LogDirectory.delete(log);
        }
    }
}
