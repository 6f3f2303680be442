// SPDX-License-Identifier: Apache-2.0
/**
 * What the host can do: {@link dev.ristretto.linux.probe.HostProbe} tries it once at start, {@link
 * dev.ristretto.linux.probe.HostFeatures} holds the answers.
 */
@NullMarked
package dev.ristretto.linux.probe;

import org.jspecify.annotations.NullMarked;
