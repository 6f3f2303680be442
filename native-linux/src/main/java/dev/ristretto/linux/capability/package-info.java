// SPDX-License-Identifier: Apache-2.0
/**
 * Capabilities (capabilities(7)): {@link dev.ristretto.linux.capability.Capability} names them,
 * {@link dev.ristretto.linux.capability.HostCapabilities} turns a request into the sets of a
 * process. Values; safe from any thread.
 */
@NullMarked
package dev.ristretto.linux.capability;

import org.jspecify.annotations.NullMarked;
