// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

/** The transports that can be mapped, as the CRI's {@code Protocol} names them. */
public enum PortProtocol {
    TCP,
    UDP,
    SCTP
}
