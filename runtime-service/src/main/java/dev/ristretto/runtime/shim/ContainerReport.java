// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.spec.ContainerId;

import java.time.Instant;

/** What a podshim says of one of its containers ({@code CONTAINER_STATE}). */
public sealed interface ContainerReport {
    ContainerId containerId();

    /** Its program runs, its command not yet. */
    record Starting(ContainerId containerId) implements ContainerReport {}

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
        return of(ContainerFields.read(in));
    }

    private static ContainerReport of(ContainerFields fields) throws WireReader.Malformed {
        var id = containerId(fields.containerId());
        if (fields.state() == 0) {
            return new Starting(id);
        }
        if (fields.state() == 1) {
            return new Running(id, fields.pid(), fields.startedAt());
        }
        if (fields.state() == 2) {
            var status = WireReader.exitStatus(fields.waitStatus());
            return new Exited(id, new ExitRecord(status, fields.startedAt(), fields.finishedAt()));
        }
        throw new WireReader.Malformed("container state %d".formatted(fields.state()));
    }

    private static ContainerId containerId(String value) throws WireReader.Malformed {
        try {
            return new ContainerId(value);
        } catch (RuntimeFault e) {
            throw new WireReader.Malformed(e.getMessage());
        }
    }
}
