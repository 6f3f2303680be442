// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.runtime.spec.ContainerId;

import java.time.Instant;

/** What a podshim says of one of its containers ({@code CONTAINER_STATE}). */
public sealed interface ContainerReport {
    ContainerId containerId();

    /** Its stub waits in its cgroups to become the container. */
    record Prepared(ContainerId containerId) implements ContainerReport {}

    /**
     * It runs.
     *
     * @param pid of its init, as the host sees it
     */
    record Running(ContainerId containerId, int pid, Instant startedAt)
            implements ContainerReport {}

    /** It has ended; its record is on disk too. */
    record Exited(ContainerId containerId, ExitRecord exit) implements ContainerReport {}

    /** Reads the fields of {@code CONTAINER_STATE}. */
    static ContainerReport read(WireReader in) throws WireReader.Malformed {
        var id = in.str();
        long state = in.u32();
        int pid = in.smallU32();
        var startedAt = in.time();
        long waitStatus = in.u32();
        var finishedAt = in.time();
        if (!id.matches("[0-9a-f]{64}")) {
            throw new WireReader.Malformed("'%s' is no container id".formatted(id));
        }
        var containerId = new ContainerId(id);
        if (state == 0) {
            return new Prepared(containerId);
        }
        if (state == 1) {
            return new Running(containerId, pid, startedAt);
        }
        if (state == 2) {
            return new Exited(
                    containerId,
                    new ExitRecord(WireReader.exitStatus(waitStatus), startedAt, finishedAt));
        }
        throw new WireReader.Malformed("container state %d".formatted(state));
    }
}
