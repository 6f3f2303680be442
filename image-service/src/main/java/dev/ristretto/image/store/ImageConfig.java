// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.store;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an image says about the processes made from it: the {@code config} object of the OCI image
 * configuration (image-spec, config.md). Absent strings are empty.
 *
 * @param user {@code User}: uid, name, uid:gid, name:group, or empty for root
 * @param env {@code Env}, each {@code NAME=value}
 * @param entrypoint {@code Entrypoint}
 * @param cmd {@code Cmd}
 * @param workingDir {@code WorkingDir}, or empty
 * @param volumes the keys of {@code Volumes}: absolute paths
 * @param stopSignal {@code StopSignal}, for example {@code SIGTERM} or {@code 15}, or empty
 * @param labels {@code Labels}
 * @param os {@code os}, for example {@code linux}
 * @param architecture {@code architecture}, for example {@code amd64}
 */
public record ImageConfig(
        String user,
        List<String> env,
        List<String> entrypoint,
        List<String> cmd,
        String workingDir,
        Set<String> volumes,
        String stopSignal,
        Map<String, String> labels,
        String os,
        String architecture) {

    public ImageConfig {
        env = List.copyOf(env);
        entrypoint = List.copyOf(entrypoint);
        cmd = List.copyOf(cmd);
        volumes = Set.copyOf(volumes);
        labels = Map.copyOf(labels);
    }
}
