// SPDX-License-Identifier: Apache-2.0
/**
 * Speaks to registries (distribution-spec 1.1). {@link dev.ristretto.image.registry.RegistryClient}
 * opens a {@link dev.ristretto.image.registry.RegistrySession} for one pull; that one tries the
 * endpoints of {@code hosts.toml} in order and says in its fault what each of them answered.
 *
 * <p>Blocking code for virtual threads; a session may be used from several threads at once.
 * Credentials go only to the endpoint that asks for them and to the token server it names, never
 * along a redirect to another host, and never into a message.
 */
@NullMarked
package dev.ristretto.image.registry;

import org.jspecify.annotations.NullMarked;
