// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

/**
 * What the kernel's security modules are told of a container; decided once, when it is created.
 *
 * @param appArmor the profile of its processes; empty for none
 * @param process the SELinux context of its processes; empty for that of the daemon
 * @param mount the SELinux context of its files; empty for what they have
 */
public record SecurityLabels(String appArmor, String process, String mount) {
    /** No module has a say. */
    public static SecurityLabels none() {
        return new SecurityLabels("", "", "");
    }
}
