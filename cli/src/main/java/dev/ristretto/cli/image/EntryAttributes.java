// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.image;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a layer's entry has beside its content.
 *
 * @param mode permission bits, with setuid, setgid and sticky: 0 to 07777
 * @param modified kept to the second
 * @param xattrs value by full name, such as {@code user.note} or {@code security.capability}
 */
public record EntryAttributes(
        int mode, long uid, long gid, Instant modified, Map<String, byte[]> xattrs) {
    public EntryAttributes {
        if (mode < 0 || mode > 07777) {
            throw new IllegalArgumentException("mode %o is not within 07777".formatted(mode));
        }
        if (uid < 0 || gid < 0) {
            throw new IllegalArgumentException("owner %d:%d is negative".formatted(uid, gid));
        }
        var copy = new TreeMap<String, byte[]>();
        xattrs.forEach((name, value) -> copy.put(name, value.clone()));
        xattrs = Collections.unmodifiableMap(copy);
    }

    /** Owned by root, modified at the epoch, without extended attributes. */
    public static EntryAttributes mode(int mode) {
        return new EntryAttributes(mode, 0, 0, Instant.EPOCH, Map.of());
    }

    public EntryAttributes ownedBy(long newUid, long newGid) {
        return new EntryAttributes(mode, newUid, newGid, modified, xattrs);
    }

    public EntryAttributes modifiedAt(Instant time) {
        return new EntryAttributes(mode, uid, gid, time, xattrs);
    }

    public EntryAttributes withXattr(String name, byte[] value) {
        var more = new TreeMap<>(xattrs);
        more.put(name, value);
        return new EntryAttributes(mode, uid, gid, modified, more);
    }
}
