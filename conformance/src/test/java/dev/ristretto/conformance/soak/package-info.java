// SPDX-License-Identifier: Apache-2.0
/**
 * A node under load for a while: at the end everything is as it was at the beginning. {@link
 * dev.ristretto.conformance.soak.Load} is what it has to do, {@link
 * dev.ristretto.conformance.soak.Footprint} what it takes.
 */
@NullMarked
package dev.ristretto.conformance.soak;

import org.jspecify.annotations.NullMarked;
