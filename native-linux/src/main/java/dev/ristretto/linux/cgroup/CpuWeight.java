// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

/**
 * CPU shares (cgroup v1, 2 to 262144, default 1024) and CPU weight (v2, 1 to 10000, default 100).
 *
 * <p>The conversion is the quadratic one of runc since 1.3.2 and crun since 1.23, which meets all
 * three points above: {@code weight = ceil(10^((l² + 125 l) / 612 - 7/34))} with {@code l =
 * log2(shares)}. The linear one before it made 39 of the default 1024.
 */
public final class CpuWeight {
    private static final long MIN_SHARES = 2;
    private static final long MAX_SHARES = 262_144;
    private static final long MAX_WEIGHT = 10_000;
    private static final double LINEAR = 125;
    private static final double DIVISOR = 612;
    private static final double OFFSET = 7.0 / 34;

    /** Undoes the rounding of log and pow where the exact result is a whole number. */
    private static final double EPSILON = 1e-6;

    private CpuWeight() {}

    /** The weight that shares are written as. Two shares are the same to the kernel if this is. */
    public static long ofShares(long shares) {
        if (shares <= MIN_SHARES) {
            return 1;
        }
        if (shares >= MAX_SHARES) {
            return MAX_WEIGHT;
        }
        double log = Math.log(shares) / Math.log(2);
        double exponent = (log * log + LINEAR * log) / DIVISOR - OFFSET;
        return (long) Math.ceil(Math.pow(10, exponent) - EPSILON);
    }

    /** The largest shares that are written as this weight. */
    public static long toShares(long weight) {
        if (weight <= 1) {
            return MIN_SHARES;
        }
        if (weight >= MAX_WEIGHT) {
            return MAX_SHARES;
        }
        double constant = DIVISOR * (Math.log10(weight) + OFFSET);
        double log = (Math.sqrt(LINEAR * LINEAR + 4 * constant) - LINEAR) / 2;
        return (long) Math.floor(Math.pow(2, log) + EPSILON);
    }
}
