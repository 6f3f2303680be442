// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.namespace;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Which ids of the host those of a user namespace are, for users and for groups alike; see
 * user_namespaces(7).
 *
 * @param ranges none if there is no such namespace: then an id is itself
 */
public record IdMap(List<Range> ranges) {
    /** Everybody is who he is. */
    public static final IdMap HOST = new IdMap(List.of());

    /** Who is not mapped looks as if he were this one: the last id that is one. */
    private static final long NOBODY = 0xffff_fffeL;

    /**
     * Ids in a row.
     *
     * @param containerId the first, inside
     * @param hostId the first, on the host
     * @param length how many
     */
    public record Range(long containerId, long hostId, long length) {
        private boolean holds(long id) {
            return id >= containerId && id - containerId < length;
        }
    }

    public IdMap {
        ranges = List.copyOf(ranges);
    }

    /** Whether there is no user namespace but the host's. */
    public boolean isHost() {
        return ranges.isEmpty();
    }

    /** Who this is on the host; empty if nobody. */
    public OptionalLong find(long id) {
        if (isHost()) {
            return OptionalLong.of(id);
        }
        return ranges.stream()
                .filter(range -> range.holds(id))
                .mapToLong(range -> range.hostId + (id - range.containerId))
                .findFirst();
    }

    /** Who this is on the host; who is not mapped becomes an id that nobody has. */
    public long onHost(long id) {
        return find(id).orElse(NOBODY);
    }

    /** First id inside, first id on the host, how many; and again. */
    public List<Long> numbers() {
        return ranges.stream().flatMap(r -> Stream.of(r.containerId, r.hostId, r.length)).toList();
    }
}
