// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import runtime.v1.PodSandboxConfig;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The directory of a pod's logs: for its own pods the kubelet makes it before RunPodSandbox. */
public final class LogDirectory {
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
}
