// SPDX-License-Identifier: Apache-2.0
/**
 * What containers use: {@link dev.ristretto.runtime.stats.ContainerUsage} reads cgroups when asked
 * and walks writable layers now and then. Takes no lock of anybody else.
 */
@NullMarked
package dev.ristretto.runtime.stats;

import org.jspecify.annotations.NullMarked;
