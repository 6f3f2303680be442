// SPDX-License-Identifier: Apache-2.0
/**
 * Control groups v1, hybrid and v2 behind {@link dev.ristretto.linux.cgroup.Cgroups}. Plain file
 * operations, no locks; callers serialise what they do to one cgroup.
 */
@NullMarked
package dev.ristretto.linux.cgroup;

import org.jspecify.annotations.NullMarked;
