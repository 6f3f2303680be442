// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.catalog;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.catalog.ImageCatalog.Parts;
import dev.ristretto.image.catalog.Inventory.Keep;
import dev.ristretto.image.content.BlobStore;
import dev.ristretto.image.manifest.Descriptor;
import dev.ristretto.image.pull.BlobSource;
import dev.ristretto.image.pull.ImageImport;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.store.ImageId;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.util.Optional;

/** One import into the stores; it holds what it has asked for or brought. */
final class StoreImport implements ImageImport {
    private static final Logger LOG = Logger.getLogger(StoreImport.class);

    private final ImageCatalog catalog;
    private final BlobStore blobs;
    private final LayerIntake intake;
    private final Inventory inventory;
    private volatile boolean published;

    /** Whether it has written what may not be on the disk yet. */
    private volatile boolean unsynced;

    private volatile boolean diskFull;

    /** Whether its content is wrong, so that another attempt would bring the same. */
    private volatile boolean refused;

    StoreImport(ImageCatalog catalog, BlobStore blobs, LayerIntake intake, Inventory inventory) {
        this.catalog = catalog;
        this.blobs = blobs;
        this.intake = intake;
        this.inventory = inventory;
    }

    @Override
    public Optional<byte[]> find(Digest digest) throws IOException {
        inventory.holdBlob(this, digest);
        return blobs.readSmall(digest);
    }

    @Override
    public void add(Digest digest, byte[] content) throws IOException {
        inventory.holdBlob(this, digest);
        if (blobs.add(digest, content)) {
            unsynced = true;
        }
    }

    @Override
    public void addLayer(Descriptor layer, Digest diffId, BlobSource source) throws IOException {
        inventory.holdBlob(this, layer.digest());
        inventory.holdLayer(this, diffId);
        try {
            if (intake.add(layer, diffId, source)) {
                unsynced = true;
            }
        } catch (RuntimeFault e) {
            if (e.kind() == FaultKind.EXHAUSTED) {
                diskFull = true;
            } else if (e.kind() == FaultKind.WRONG_STATE) {
                refused = true;
            }
            throw e;
        }
    }

    @Override
    public ImageId publish(Publication image) throws IOException {
        var id = catalog.publish(image, unsynced ? Parts.WRITTEN : Parts.FOUND);
        unsynced = false;
        published = true;
        return id;
    }

    /**
     * Keeps for a while what was brought, unless it became an image, must not become one, or there
     * is no space.
     */
    @Override
    public void close() {
        try {
            if (diskFull) {
                inventory.end(this, Keep.NOTHING);
            } else if (published || refused) {
                inventory.end(this, Keep.ABANDONED);
            } else {
                inventory.abandon(this);
            }
        } catch (IOException e) {
            LOG.warnf("garbage stays until the next time: %s", e.getMessage());
        }
    }
}
