// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.explain;

/**
 * Something of the host that was looked at.
 *
 * @param subject what was looked at
 * @param fact what was found
 * @param cost what does not work for it; empty if nothing
 * @param remedy what to do; empty if nothing
 */
public record Finding(Level level, String subject, String fact, String cost, String remedy) {
    /** How bad it is. */
    public enum Level {
        /** As it should be. */
        GOOD,
        /** Something works less well, or not at all for some pods. */
        LACKING,
        /** Pods cannot be run. */
        BROKEN
    }

    /** In one line: {@code seccomp: libseccomp is missing: ...; install libseccomp2}. */
    public String words() {
        return subject
                + ": "
                + fact
                + (cost.isEmpty() ? "" : ": " + cost)
                + (remedy.isEmpty() ? "" : "; " + remedy);
    }

    static Finding good(String subject, String fact) {
        return new Finding(Level.GOOD, subject, fact, "", "");
    }

    static Finding lacking(String subject, String fact, String cost, String remedy) {
        return new Finding(Level.LACKING, subject, fact, cost, remedy);
    }

    static Finding broken(String subject, String fact, String cost, String remedy) {
        return new Finding(Level.BROKEN, subject, fact, cost, remedy);
    }
}
