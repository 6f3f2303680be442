// SPDX-License-Identifier: Apache-2.0
/**
 * Suites that look at Ristretto from outside: real crictl, real registry, real daemon, real kernel.
 * Each class is one promise; {@link dev.ristretto.conformance.stand.Stand} is what it is tried on.
 */
@NullMarked
package dev.ristretto.conformance;

import org.jspecify.annotations.NullMarked;
