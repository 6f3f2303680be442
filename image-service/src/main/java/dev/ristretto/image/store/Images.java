// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.store;

import java.util.List;
import java.util.Optional;

/** The images of this node, for those who only look. Answers from memory; safe from any thread. */
public interface Images {
    /**
     * Finds an image by anything the kubelet or crictl may say: an id with or without {@code
     * sha256:}, a unique prefix of one of at least 3 hex digits, a tag or digest reference in short
     * or full form.
     *
     * @throws dev.ristretto.fault.RuntimeFault {@code INVALID_ARGUMENT} if it is none of these or
     *     the prefix is ambiguous
     */
    Optional<StoredImage> find(String idOrReference);

    /** All images, ordered by id. */
    List<StoredImage> list();
}
