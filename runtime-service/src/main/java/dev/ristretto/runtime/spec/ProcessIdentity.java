// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import java.util.List;

/**
 * Whom a process runs as, resolved.
 *
 * @param groups supplementary groups, {@code gid} first, without duplicates
 */
public record ProcessIdentity(long uid, long gid, List<Long> groups) {
    public ProcessIdentity {
        groups = List.copyOf(groups);
    }
}
