// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.Connection;

import io.grpc.StatusRuntimeException;

import runtime.v1.ListPodSandboxRequest;
import runtime.v1.PodSandboxFilter;
import runtime.v1.RemovePodSandboxRequest;
import runtime.v1.StopPodSandboxRequest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;

/** Removes what a run made on an endpoint, however the run came to its end. */
final class Leftovers {
    private Leftovers() {}

    /**
     * Goes on after a pod that cannot be removed, and tells of it at the end.
     *
     * @return how many pods there were
     */
    static int remove(Target target, String run) {
        var filter = PodSandboxFilter.newBuilder().putLabelSelector(PodConfigs.LABEL, run);
        var request = ListPodSandboxRequest.newBuilder().setFilter(filter).build();
        var pods = target.connection().runtime().listPodSandbox(request).getItemsList();
        var failures = new ArrayList<StatusRuntimeException>();
        for (var pod : pods) {
            try {
                remove(target.connection(), pod.getId());
            } catch (StatusRuntimeException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw CommandFailure.because(
                    failures.getFirst(),
                    "%d of %d pods could not be removed from %s: %s",
                    failures.size(),
                    pods.size(),
                    target.endpoint(),
                    String.valueOf(failures.getFirst().getStatus().getDescription()));
        }
        return pods.size();
    }

    private static void remove(Connection connection, String podSandboxId) {
        connection
                .acting()
                .stopPodSandbox(
                        StopPodSandboxRequest.newBuilder().setPodSandboxId(podSandboxId).build());
        connection
                .acting()
                .removePodSandbox(
                        RemovePodSandboxRequest.newBuilder().setPodSandboxId(podSandboxId).build());
    }

    /** Deletes the directory that the run's logs were in. */
    static void deleteLogs(Path logs) throws IOException {
        try (var files = Files.newDirectoryStream(logs)) {
            for (var file : files) {
                Files.delete(file);
            }
        }
        Files.delete(logs);
    }
}
