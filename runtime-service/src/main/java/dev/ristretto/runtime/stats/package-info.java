// SPDX-License-Identifier: Apache-2.0
/**
 * What containers and pods use: {@link dev.ristretto.runtime.stats.ContainerUsage} and {@link
 * dev.ristretto.runtime.stats.PodUsage} read cgroups and counters when asked, {@link
 * dev.ristretto.runtime.stats.LayerSizes} walks writable layers in a thread of its own. Takes no
 * lock of anybody else.
 */
@NullMarked
package dev.ristretto.runtime.stats;

import org.jspecify.annotations.NullMarked;
