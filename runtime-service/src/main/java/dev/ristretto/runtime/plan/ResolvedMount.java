// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.runtime.spec.MountConfig;

/**
 * A mount of a host path that has been looked at.
 *
 * @param config as asked for
 * @param directory whether the host path is a directory, so that its target must be one
 */
public record ResolvedMount(MountConfig config, boolean directory) {}
