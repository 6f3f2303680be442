// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/** A version of the CNI specification, for example 1.1.0. */
record CniVersion(int major, int minor, int patch) implements Comparable<CniVersion> {
    /** Chains of plugins and results with a list of addresses begin here. */
    static final CniVersion OLDEST = new CniVersion(0, 3, 0);

    /** CHECK, and the result given to DEL. */
    static final CniVersion CHECK = new CniVersion(0, 4, 0);

    /** Results without the family of each address. */
    static final CniVersion WITHOUT_FAMILY = new CniVersion(1, 0, 0);

    /** GC and STATUS; also the newest that is spoken here. */
    static final CniVersion NEWEST = new CniVersion(1, 1, 0);

    private static final Pattern TEXT =
            Pattern.compile("(\\d{1,6})\\.(\\d{1,6})(?:\\.(\\d{1,6}))?(?:[-+].*)?");

    private static final Comparator<CniVersion> ORDER =
            Comparator.comparingInt(CniVersion::major)
                    .thenComparingInt(CniVersion::minor)
                    .thenComparingInt(CniVersion::patch);

    /** Reads one; empty if the text is none. */
    static Optional<CniVersion> parse(String text) {
        var match = TEXT.matcher(text);
        if (!match.matches()) {
            return Optional.empty();
        }
        var patch = match.group(3);
        return Optional.of(
                new CniVersion(
                        Integer.parseInt(match.group(1)),
                        Integer.parseInt(match.group(2)),
                        patch == null ? 0 : Integer.parseInt(patch)));
    }

    /** The highest of these that is spoken here. */
    static Optional<CniVersion> highestSpoken(Collection<CniVersion> offered) {
        return offered.stream()
                .filter(version -> version.isAtLeast(OLDEST) && NEWEST.isAtLeast(version))
                .max(Comparator.naturalOrder());
    }

    boolean isAtLeast(CniVersion other) {
        return compareTo(other) >= 0;
    }

    @Override
    public int compareTo(CniVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "%d.%d.%d".formatted(major, minor, patch);
    }
}
