// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

/**
 * Whether packets pass through an interface, in the words and the order of RFC 2863 ({@code
 * IF_OPER_*}). A veth is {@link #UP} when both ends are set up and the kernel has noticed.
 */
public enum OperState {
    UNKNOWN,
    NOT_PRESENT,
    DOWN,
    LOWER_LAYER_DOWN,
    TESTING,
    DORMANT,
    UP;

    private static final OperState[] VALUES = values();

    /** What a later kernel may add is unknown to us. */
    static OperState of(int number) {
        return number >= 0 && number < VALUES.length ? VALUES[number] : UNKNOWN;
    }
}
