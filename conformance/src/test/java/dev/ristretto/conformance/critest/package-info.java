// SPDX-License-Identifier: Apache-2.0
/**
 * Kubernetes SIG Node's validation suite of container runtimes, run whole: {@link
 * dev.ristretto.conformance.critest.CritestSuite} drives it, {@link
 * dev.ristretto.conformance.critest.CritestReport} reads what it found and {@link
 * dev.ristretto.conformance.critest.Floor} holds it against what passed before. See
 * docs/conformance.md.
 */
@NullMarked
package dev.ristretto.conformance.critest;

import org.jspecify.annotations.NullMarked;
