// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.snapshot;

import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.store.ImageId;

import java.io.IOException;
import java.util.List;

/** Who needs which layers; what nobody needs goes. Safe from any thread. */
public interface LayerHolds {
    /**
     * Holds an image's layers for a container, so that they stay when the image goes.
     *
     * @return its diffIDs, base first
     * @throws dev.ristretto.fault.RuntimeFault {@code NOT_FOUND} if the image is gone
     */
    List<Digest> holdImage(String containerId, ImageId image);

    /** Holds layers for a container that an earlier process has prepared. */
    void holdLayers(String containerId, List<Digest> diffIds);

    /** Lets go of what a container held. */
    void release(String containerId) throws IOException;
}
