// SPDX-License-Identifier: Apache-2.0
/**
 * Looks at the host for the plans, which do not: {@link dev.ristretto.runtime.host.MountSources} at
 * host paths, {@link dev.ristretto.runtime.host.HostDevices} at devices, {@link
 * dev.ristretto.runtime.host.Confinements} at seccomp profiles and at the capabilities there are.
 * Safe from any thread.
 */
@NullMarked
package dev.ristretto.runtime.host;

import org.jspecify.annotations.NullMarked;
