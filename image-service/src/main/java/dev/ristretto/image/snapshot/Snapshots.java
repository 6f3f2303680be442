// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.snapshot;

import dev.ristretto.image.store.ImageId;
import dev.ristretto.linux.namespace.IdMap;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * The writable layers of containers, and thereby what holds images' layers. A layer is kept while
 * an image or a snapshot uses it, also across a restart of the daemon. Safe from any thread.
 */
public interface Snapshots {
    /**
     * Makes the directories for a container over an image's layers and holds those layers. The same
     * call again answers the same.
     *
     * @param owners who the owners of the image's files are on the host: the upper directory is
     *     made with their ids, and the layers are to be mounted id-mapped
     * @throws dev.ristretto.fault.RuntimeFault {@code NOT_FOUND} if the image is gone
     */
    Rootfs prepare(String containerId, ImageId image, IdMap owners) throws IOException;

    /** Likewise, for a container in the host's user namespace. */
    default Rootfs prepare(String containerId, ImageId image) throws IOException {
        return prepare(containerId, image, IdMap.HOST);
    }

    /** The directories of a prepared container. */
    Optional<Rootfs> find(String containerId);

    /**
     * Makes the container's changes disappear and lets go of its layers. Their files are deleted
     * soon, however many there are. Unknown is fine.
     */
    void remove(String containerId) throws IOException;

    /** The containers that have a snapshot; for recovery, which removes those nobody owns. */
    Set<String> containerIds();

    /** Bytes and inodes that the container's own changes take, walked now. */
    Usage usage(String containerId) throws IOException;

    /** What a directory tree takes on the disk. */
    record Usage(long bytes, long inodes) {}
}
