// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import runtime.v1.ContainerState;
import runtime.v1.PodSandboxState;

/** crictl's words for the CRI's values. */
final class Words {
    private Words() {}

    static String state(PodSandboxState state) {
        return switch (state) {
            case SANDBOX_READY -> "Ready";
            case SANDBOX_NOTREADY -> "NotReady";
            case UNRECOGNIZED -> "Unknown";
        };
    }

    static String state(ContainerState state) {
        return switch (state) {
            case CONTAINER_CREATED -> "Created";
            case CONTAINER_RUNNING -> "Running";
            case CONTAINER_EXITED -> "Exited";
            case CONTAINER_UNKNOWN, UNRECOGNIZED -> "Unknown";
        };
    }

    static String runtime(String handler) {
        return handler.isEmpty() ? "(default)" : handler;
    }
}
