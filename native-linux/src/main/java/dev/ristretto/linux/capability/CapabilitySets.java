// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.capability;

/**
 * The five capability sets of a process, see capabilities(7). Bits are {@link Capability#bit}.
 *
 * @param inheritable empty unless ambient capabilities need it: an inheritable set that is not
 *     asked for lets files of the image hand out capabilities (CVE-2022-24769)
 */
public record CapabilitySets(
        long bounding, long effective, long permitted, long inheritable, long ambient) {

    /** These capabilities, which execve(2) gives up if the user is not root. */
    static CapabilitySets of(long granted, long ambient) {
        long all = granted | ambient;
        return new CapabilitySets(all, all, all, ambient, ambient);
    }
}
