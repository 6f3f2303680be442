// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.log;

import dev.ristretto.cli.log.LogReader.Liveness;
import dev.ristretto.cli.session.Connection;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import runtime.v1.ContainerState;
import runtime.v1.ContainerStatusRequest;

/**
 * Asks the runtime whether a container may still write. While the runtime is away it may: its
 * containers live on without it.
 */
public final class ContainerLiveness implements Liveness {
    private final Connection connection;
    private final ContainerStatusRequest request;

    public ContainerLiveness(Connection connection, String containerId) {
        this.connection = connection;
        this.request = ContainerStatusRequest.newBuilder().setContainerId(containerId).build();
    }

    @Override
    public boolean isAlive() {
        try {
            var status = connection.runtime().containerStatus(request).getStatus();
            return status.getState() == ContainerState.CONTAINER_RUNNING
                    || status.getState() == ContainerState.CONTAINER_CREATED;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                return false;
            }
            if (e.getStatus().getCode() == Status.Code.UNAVAILABLE) {
                return true;
            }
            throw e;
        }
    }
}
