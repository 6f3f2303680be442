// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

/** What is timed; in the order of reports. */
enum Operation {
    RUN_POD_SANDBOX_HOST("RunPodSandbox, host network"),
    RUN_POD_SANDBOX_POD("RunPodSandbox, pod network"),
    CREATE_CONTAINER("CreateContainer"),
    START_CONTAINER("StartContainer"),
    EXEC_SYNC("ExecSync true"),
    CONTAINER_STATUS("ContainerStatus"),
    LIST_POD_SANDBOX("ListPodSandbox"),
    LIST_CONTAINERS("ListContainers"),
    LIST_CONTAINER_STATS("ListContainerStats"),
    STOP_CONTAINER("StopContainer, SIGKILL"),
    REMOVE_CONTAINER("RemoveContainer"),
    STOP_POD_SANDBOX_HOST("StopPodSandbox, host network"),
    STOP_POD_SANDBOX_POD("StopPodSandbox, pod network"),
    REMOVE_POD_SANDBOX_HOST("RemovePodSandbox, host network"),
    REMOVE_POD_SANDBOX_POD("RemovePodSandbox, pod network");

    private final String label;

    Operation(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }
}
