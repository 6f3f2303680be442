// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import java.util.ArrayList;
import java.util.List;

/**
 * What a podshim says of itself ({@code POD_STATE}).
 *
 * @param pid of the podshim
 * @param protocolVersion the version of docs/wire.md that it speaks
 */
public record PodState(int pid, int protocolVersion, List<ContainerReport> containers) {
    public PodState {
        containers = List.copyOf(containers);
    }

    static PodState read(WireReader in) throws WireReader.Malformed {
        int pid = in.smallU32();
        int protocolVersion = in.smallU32();
        int count = in.smallU32();
        var containers = new ArrayList<ContainerReport>();
        for (int i = 0; i < count; i++) {
            containers.add(ContainerReport.read(in));
        }
        return new PodState(pid, protocolVersion, containers);
    }
}
