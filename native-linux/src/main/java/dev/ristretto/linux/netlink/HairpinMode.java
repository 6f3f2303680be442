// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

/** Whether a bridge sends a frame back through the port it came from. */
public enum HairpinMode {
    /** The kernel's default. */
    OFF,
    /** A pod reaches itself through an address that leads to it. */
    ON
}
