// SPDX-License-Identifier: Apache-2.0
/**
 * What a test of the whole needs: {@link dev.ristretto.conformance.stand.Stand} is a private
 * network namespace with a real registry, a real daemon and the real crictl in it, and {@link
 * dev.ristretto.conformance.stand.Residue} tells what is left of it on the host.
 *
 * <p>Needs root, a build ({@code make build}) and the tools that {@code packaging/setup test}
 * brings. Everything is below directories and cgroups of the stand's own; processes are ended by
 * the ids that were started.
 */
@NullMarked
package dev.ristretto.conformance.stand;

import org.jspecify.annotations.NullMarked;
