// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import dev.ristretto.image.reference.Digest;

/**
 * A manifest or index as it came, for parsing and for keeping byte by byte.
 *
 * @param digest of the bytes, computed here
 * @param contentType as the registry declared it
 */
public record ManifestContent(Digest digest, String contentType, byte[] bytes) {}
