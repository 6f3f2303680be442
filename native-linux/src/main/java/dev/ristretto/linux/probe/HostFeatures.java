// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.probe;

import dev.ristretto.linux.cgroup.Cgroups;

/**
 * What the kernel of this host can do, found by trying it, not by its version.
 *
 * @param overlay how an overlay of many layers can be mounted
 * @param recursiveReadOnly whether mount_setattr(2) reaches the mounts below a mount (Linux 5.12)
 * @param seccompFilter whether a seccomp(2) filter can be installed
 * @param seccompLibrary whether libseccomp is here to compile one
 * @param sysResource whether this process has CAP_SYS_RESOURCE: without it {@code oom_score_adj}
 *     cannot be lowered and hard limits cannot be raised
 * @param cgroupMode how controllers are mounted
 */
public record HostFeatures(
        OverlayMount overlay,
        boolean recursiveReadOnly,
        boolean seccompFilter,
        boolean seccompLibrary,
        boolean sysResource,
        Cgroups.Mode cgroupMode) {

    /** How an overlay can be mounted. */
    public enum OverlayMount {
        /** fsconfig(2) {@code lowerdir+}, a layer at a time, without limit (Linux 6.7). */
        LOWERDIR_PLUS,
        /** mount(2), all layers in one page. */
        ONE_PAGE,
        /** Not at all: the kernel has no overlayfs. */
        NONE
    }
}
