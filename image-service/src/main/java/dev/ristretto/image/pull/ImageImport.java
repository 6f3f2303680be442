// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.pull;

import dev.ristretto.image.manifest.Descriptor;
import dev.ristretto.image.manifest.ImageConfiguration;
import dev.ristretto.image.manifest.Manifest;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.reference.ImageReference;
import dev.ristretto.image.store.ImageId;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * An image on its way into the stores. Until {@link #publish} nothing of it can be seen, and until
 * {@link #close} nothing that it found or added is collected as garbage. Adding is idempotent; the
 * same content may be added by several imports at the same time. Safe from several threads.
 */
public interface ImageImport extends AutoCloseable {
    /** A small blob (manifest, index, config) that is whole in the store already. */
    Optional<byte[]> find(Digest digest) throws IOException;

    /** Adds a small blob whose digest the caller has checked. */
    void add(Digest digest, byte[] content) throws IOException;

    /**
     * Makes sure that a layer is unpacked and its blob is in the store: in one pass over the
     * source, from where an earlier attempt broke off; opens it not at all if both are there.
     *
     * @throws dev.ristretto.fault.RuntimeFault {@code WRONG_STATE} if the blob's digest or size,
     *     its tar or its diffID is not right; {@code EXHAUSTED} if it is over a limit or the disk
     *     is full
     */
    void addLayer(Descriptor layer, Digest diffId, BlobSource source) throws IOException;

    /**
     * Makes the image visible under a reference, durably. All that it names has been found or
     * added.
     *
     * @return the image's id, the digest of its config
     */
    ImageId publish(Publication image) throws IOException;

    @Override
    void close();

    /**
     * What becomes visible.
     *
     * @param reference its tag, if no digest decides, moves here from the image that had it
     * @param path what the reference pointed to first, the manifest chosen last: one descriptor, or
     *     an index and a manifest (or more, if an index leads to another)
     */
    record Publication(
            ImageReference reference,
            List<Descriptor> path,
            Manifest.Image content,
            ImageConfiguration configuration) {
        public Publication {
            path = List.copyOf(path);
        }

        /** What {@code repoDigests} names. */
        public Descriptor root() {
            return path.getFirst();
        }

        public Descriptor manifest() {
            return path.getLast();
        }
    }
}
