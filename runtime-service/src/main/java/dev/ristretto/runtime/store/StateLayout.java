// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.store;

import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;

import java.nio.file.Path;

/**
 * Where the files of pods and containers are.
 *
 * <pre>
 * &lt;stateDir&gt;/pods/&lt;pod sandbox id&gt;.json      config and state
 * &lt;stateDir&gt;/containers/&lt;container id&gt;.json  config and state
 * &lt;runDir&gt;/pods/&lt;pod sandbox id&gt;/           shim.sock, exits/, files/ that containers see
 * </pre>
 *
 * @param runDir a tmpfs
 * @param stateDir on a disk
 */
public record StateLayout(Path runDir, Path stateDir) {
    private static final String JSON = ".json";

    /** All pods' files. */
    public Path podRecords() {
        return stateDir.resolve("pods");
    }

    /** All containers' files. */
    public Path containerRecords() {
        return stateDir.resolve("containers");
    }

    /** A pod's config and state. */
    public Path podRecord(PodSandboxId id) {
        return podRecords().resolve(id + JSON);
    }

    /** A container's config and state. */
    public Path containerRecord(ContainerId id) {
        return containerRecords().resolve(id + JSON);
    }

    /** The run directories of all pods. */
    public Path runDirs() {
        return runDir.resolve("pods");
    }

    /** A pod's run directory, which the podshim uses too. */
    public Path podRunDir(PodSandboxId id) {
        return runDirs().resolve(id.value());
    }

    /**
     * Files that the pod's containers see: {@code resolv.conf}, {@code hosts}, {@code hostname}.
     */
    public Path podFiles(PodSandboxId id) {
        return podRunDir(id).resolve("files");
    }
}
