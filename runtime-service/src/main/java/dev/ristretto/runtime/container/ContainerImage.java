// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.image.store.ImageId;

import java.util.Set;

/**
 * What a container remembers of its image, which may lose its names or be removed while the
 * container lives.
 *
 * @param name the first tag it had, or what the client called it
 * @param ref a reference with its digest, or its id if it has none
 * @param volumes paths that stay writable
 */
public record ContainerImage(ImageId id, String name, String ref, Set<String> volumes) {
    public ContainerImage {
        volumes = Set.copyOf(volumes);
    }
}
