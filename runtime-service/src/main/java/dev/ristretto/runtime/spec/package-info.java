// SPDX-License-Identifier: Apache-2.0
/**
 * What a client asks for, in the CRI's words, as checked records: {@link
 * dev.ristretto.runtime.spec.SandboxConfig} and {@link dev.ristretto.runtime.spec.ContainerConfig}
 * with their parts. The edge makes them of protocol buffers, plans turn them into programs, the
 * store keeps them as JSON (so a component that is renamed needs a new schema version). Immutable;
 * depends on nothing that acts.
 */
@NullMarked
package dev.ristretto.runtime.spec;

import org.jspecify.annotations.NullMarked;
