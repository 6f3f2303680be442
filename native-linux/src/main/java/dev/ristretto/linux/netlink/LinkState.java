// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

/** Whether an interface is set up ({@code IFF_UP}) by its administrator. */
public enum LinkState {
    DOWN,
    UP
}
