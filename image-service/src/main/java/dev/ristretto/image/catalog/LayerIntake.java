// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.catalog;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.content.BlobStore;
import dev.ristretto.image.content.KeyedLocks;
import dev.ristretto.image.content.VerifiedStream;
import dev.ristretto.image.manifest.Descriptor;
import dev.ristretto.image.pull.BlobSource;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.snapshot.LayerStore;
import dev.ristretto.image.unpack.BadLayerException;
import dev.ristretto.image.unpack.LayerLimitException;
import dev.ristretto.image.unpack.LayerUnpack;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.SyscallException;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Brings layers in: blob and files in one pass over the bytes, and nothing twice. Two that want the
 * same blob or the same layer wait for each other; the second finds it done.
 */
final class LayerIntake {
    private static final Logger LOG = Logger.getLogger(LayerIntake.class);

    private final BlobStore blobs;
    private final LayerStore layers;
    private final LayerUnpack unpack;
    private final KeyedLocks<Digest> blobLocks = new KeyedLocks<>();
    private final KeyedLocks<Digest> layerLocks = new KeyedLocks<>();

    /** Which blob was seen to inflate to which layer: true for ever. */
    private final ConcurrentMap<Digest, Digest> diffIds = new ConcurrentHashMap<>();

    LayerIntake(BlobStore blobs, LayerStore layers, LayerUnpack unpack) {
        this.blobs = blobs;
        this.layers = layers;
        this.unpack = unpack;
    }

    /** What an image in the store shows. */
    void remember(Digest blob, Digest diffId) {
        diffIds.put(blob, diffId);
    }

    /**
     * Makes sure that a blob and its layer are here. They are held by the caller.
     *
     * @return whether anything was written that may not be on the disk yet
     */
    boolean add(Descriptor blob, Digest diffId, BlobSource source) throws IOException {
        diffIds.keySet().removeIf(known -> !blobs.contains(known));
        // Always in this order, and never two of a kind: nobody can wait in a circle.
        try (var _ = blobLocks.lock(blob.digest());
                var _ = layerLocks.lock(diffId)) {
            boolean layerHere = layers.contains(diffId);
            if (blobs.contains(blob.digest()) && addFromStore(blob, diffId)) {
                return !layerHere;
            }
            if (!addFromSource(blob, diffId, source)) {
                // What an earlier attempt had left was wrong, and is gone now.
                addFromSource(blob, diffId, source);
            }
            return true;
        }
    }

    private boolean addFromStore(Descriptor blob, Digest diffId) throws IOException {
        if (blobs.sizeOf(blob.digest()) != blob.sizeBytes()) {
            throw RuntimeFault.wrongState(
                    "read blob %s: it has %d bytes, not the %d that its manifest says",
                    blob.digest(), blobs.sizeOf(blob.digest()), blob.sizeBytes());
        }
        if (layers.contains(diffId) && diffId.equals(diffIds.get(blob.digest()))) {
            return true;
        }
        try (var stream = new VerifiedStream(blob, blobs.open(blob.digest()))) {
            try {
                pass(stream, blob, diffId, () -> {});
                return true;
            } catch (RuntimeFault e) {
                if (!stream.isWrong()) {
                    throw e;
                }
            }
        }
        LOG.warnf("blob %s is damaged on the disk and is fetched again", blob.digest());
        blobs.discard(blob.digest());
        return false;
    }

    /** Returns false if it should be tried once more, from the first byte. */
    private boolean addFromSource(Descriptor blob, Digest diffId, BlobSource source)
            throws IOException {
        try (var intake = blobs.take(blob);
                var stream = intake.stream(source)) {
            try {
                pass(stream, blob, diffId, intake::publish);
                return true;
            } catch (RuntimeFault e) {
                if (stream.isWrong() && intake.resumedBytes() > 0) {
                    return false;
                }
                throw e;
            }
        }
    }

    private void pass(VerifiedStream in, Descriptor blob, Digest diffId, Publishing publishing)
            throws IOException {
        try {
            if (layers.contains(diffId)) {
                var found = unpack.digest(in, diffId.algorithm());
                in.verify();
                check(blob, diffId, found);
                publishing.run();
            } else {
                unpack(in, blob, diffId, publishing);
            }
            diffIds.put(blob.digest(), diffId);
        } catch (BadLayerException e) {
            in.verify(); // other bytes than wanted would be the cause of all that is wrong in them
            throw RuntimeFault.wrongState("unpack layer %s: %s", blob.digest(), e.getMessage());
        } catch (LayerLimitException e) {
            throw RuntimeFault.exhausted(e, "unpack layer %s: %s", blob.digest(), e.getMessage());
        } catch (SyscallException e) {
            throw fault(blob, e);
        }
    }

    private void unpack(VerifiedStream in, Descriptor blob, Digest diffId, Publishing publishing)
            throws IOException {
        try (var staging = layers.stage()) {
            var unpacked = unpack.unpack(in, staging.path(), diffId.algorithm());
            in.verify();
            check(blob, diffId, unpacked.diffId());
            publishing.run();
            staging.publish(diffId, unpacked.summary());
        }
    }

    private static void check(Descriptor blob, Digest diffId, Digest found) {
        if (!found.equals(diffId)) {
            throw RuntimeFault.wrongState(
                    "unpack layer %s: its diffID is %s, but the image config says %s; the image"
                            + " was built wrongly",
                    blob.digest(), found, diffId);
        }
    }

    private static RuntimeFault fault(Descriptor blob, SyscallException e) {
        if (e.is(Errno.ENOSPC) || e.is(Errno.EDQUOT)) {
            return RuntimeFault.exhausted(
                    e,
                    "unpack layer %s: %s; remove images or free space in the state directory",
                    blob.digest(),
                    e.getMessage());
        }
        return RuntimeFault.internal(e, "unpack layer %s: %s", blob.digest(), e.getMessage());
    }

    @FunctionalInterface
    private interface Publishing {
        void run() throws IOException;
    }
}
