// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * What CDI devices bring into a container ({@code containerEdits}), in the order of the request.
 *
 * @param additionalGids supplementary groups of its process
 * @param hooks programs of the host that have a hand in its life
 */
public record CdiEdits(
        List<EnvironmentVariable> env,
        List<CdiDeviceNode> deviceNodes,
        List<MountConfig> mounts,
        List<Long> additionalGids,
        List<CdiHook> hooks) {

    public CdiEdits {
        env = List.copyOf(env);
        deviceNodes = List.copyOf(deviceNodes);
        mounts = List.copyOf(mounts);
        additionalGids = List.copyOf(additionalGids);
        hooks = List.copyOf(hooks);
    }

    /** Nothing. */
    public static CdiEdits none() {
        return new CdiEdits(List.of(), List.of(), List.of(), List.of(), List.of());
    }

    /** These and then others. */
    public CdiEdits and(CdiEdits others) {
        return new CdiEdits(
                joined(env, others.env),
                joined(deviceNodes, others.deviceNodes),
                joined(mounts, others.mounts),
                joined(additionalGids, others.additionalGids),
                joined(hooks, others.hooks));
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        var all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
