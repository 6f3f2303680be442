// SPDX-License-Identifier: Apache-2.0
/**
 * Pods with random configurations that are valid: what was asked for is looked at from inside. A
 * pod is a {@link dev.ristretto.conformance.random.Draft}, to which each class of traits adds
 * something to ask for and what must be seen of it. All of it follows from a seed and a number.
 */
@NullMarked
package dev.ristretto.conformance.random;

import org.jspecify.annotations.NullMarked;
