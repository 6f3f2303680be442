// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.demo;

import dev.ristretto.cli.session.Connection;
import dev.ristretto.cli.verb.PodRemoval;

import runtime.v1.ListPodSandboxRequest;
import runtime.v1.PodSandboxFilter;

import java.io.IOException;

/** A demo that was kept, or killed. */
final class EarlierDemo {
    private EarlierDemo() {}

    static void remove(Connection connection, Steps steps)
            throws IOException, InterruptedException {
        var filter = PodSandboxFilter.newBuilder().putLabelSelector("app", "ristretto-demo");
        var request = ListPodSandboxRequest.newBuilder().setFilter(filter).build();
        for (var pod : connection.runtime().listPodSandbox(request).getItemsList()) {
            steps.time(
                    "removed",
                    () -> {
                        PodRemoval.stopAndRemove(connection, pod.getId());
                        return "a pod of an earlier demo";
                    });
        }
    }
}
