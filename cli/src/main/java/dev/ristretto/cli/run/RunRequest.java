// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.run;

import runtime.v1.KeyValue;
import runtime.v1.Mount;
import runtime.v1.PortMapping;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a user asked to run, parsed.
 *
 * @param entrypoint in place of the image's; empty for the image's
 * @param command in place of the image's; empty for the image's
 * @param memoryBytes 0 for no limit
 * @param cpus cores; 0 for no limit
 * @param cgroupParent empty for the runtime's default
 */
public record RunRequest(
        String image,
        List<String> entrypoint,
        List<String> command,
        List<KeyValue> envs,
        List<Mount> mounts,
        List<PortMapping> ports,
        Map<String, String> labels,
        UserSpec user,
        String workingDir,
        long memoryBytes,
        double cpus,
        String cgroupParent,
        boolean hostNetwork,
        boolean readOnly) {
    public RunRequest {
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        envs = List.copyOf(envs);
        mounts = List.copyOf(mounts);
        ports = List.copyOf(ports);
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    }
}
