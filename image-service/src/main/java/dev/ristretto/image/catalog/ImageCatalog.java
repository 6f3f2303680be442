// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.catalog;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.content.BlobStore;
import dev.ristretto.image.content.ImageIndex;
import dev.ristretto.image.content.ImageIndex.Entry;
import dev.ristretto.image.manifest.Manifest;
import dev.ristretto.image.manifest.Manifests;
import dev.ristretto.image.pull.ImageImport;
import dev.ristretto.image.pull.ImageImport.Publication;
import dev.ristretto.image.pull.ImageImports;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.reference.ImageReference;
import dev.ristretto.image.snapshot.LayerHolds;
import dev.ristretto.image.snapshot.LayerStore;
import dev.ristretto.image.snapshot.Snapshots;
import dev.ristretto.image.store.ImageId;
import dev.ristretto.image.store.Images;
import dev.ristretto.image.store.StoredImage;
import dev.ristretto.image.unpack.LayerUnpack;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * The images of this node over their stores. {@code index.json} says which there are; every change
 * goes to it first, then into memory. Changes wait for each other, readers for nobody.
 */
public final class ImageCatalog implements Images, ImageImports {
    private static final Logger LOG = Logger.getLogger(ImageCatalog.class);

    private final BlobStore blobs;
    private final LayerStore layers;
    private final ImageIndex index;
    private final LayerIntake intake;
    private final DiskSync sync;
    private final Inventory inventory;
    private final ReentrantLock changing = new ReentrantLock();

    /**
     * @param sync makes sure that all that was written before is on the disk
     */
    public ImageCatalog(Stores stores, LayerUnpack unpack, DiskSync sync, InstantSource clock) {
        this.blobs = stores.blobs;
        this.layers = stores.layers;
        this.index = stores.index;
        this.sync = sync;
        this.intake = new LayerIntake(blobs, layers, unpack);
        this.inventory =
                new Inventory(blobs, layers, clock, new CatalogView(List.of(), this::sizeBytes));
    }

    /** Who needs which layers; to be told before {@link #load}. */
    public LayerHolds holds() {
        return inventory;
    }

    /** Reads what there is, and deletes what nobody needs. */
    public void load() throws IOException {
        var images = new ArrayList<CatalogImage>();
        var entries = index.read();
        for (var entry : entries) {
            try {
                images.add(read(entry));
            } catch (RuntimeFault e) {
                LOG.warnf("image %s is forgotten: %s", entry.reference(), e.getMessage());
            }
        }
        for (var image : images) {
            for (int i = 0; i < image.content().layers().size(); i++) {
                intake.remember(
                        image.content().layers().get(i).digest(),
                        image.configuration().diffIds().get(i));
            }
        }
        var view = new CatalogView(images, this::sizeBytes);
        if (images.size() < entries.size()) {
            index.write(view.entries());
        }
        inventory.replaceView(view);
        inventory.collect(Inventory.Keep.ABANDONED);
    }

    private CatalogImage read(Entry entry) throws IOException {
        var manifest =
                Manifests.parse(
                        entry.manifest().mediaType(), small("manifest", entry.manifest().digest()));
        if (!(manifest instanceof Manifest.Image content)) {
            throw RuntimeFault.wrongState("%s is an index", entry.manifest().digest());
        }
        var configuration =
                Manifests.parseConfiguration(small("config", content.config().digest()));
        configuration.checkAgainst(content);
        for (var diffId : configuration.diffIds()) {
            if (!layers.contains(diffId)) {
                throw RuntimeFault.wrongState("layer %s is gone", diffId);
            }
        }
        return new CatalogImage(entry, content, configuration);
    }

    private byte[] small(String what, Digest digest) throws IOException {
        return blobs.readSmall(digest)
                .orElseThrow(
                        () -> RuntimeFault.wrongState("%s %s is damaged or gone", what, digest));
    }

    private long sizeBytes(CatalogImage image) {
        long bytes =
                BlobStore.onDisk(image.content().config().sizeBytes())
                        + BlobStore.onDisk(image.entry().manifest().sizeBytes());
        for (var diffId : new HashSet<>(image.configuration().diffIds())) {
            bytes += layers.summary(diffId).map(layer -> layer.bytes()).orElse(0L);
        }
        return bytes;
    }

    @Override
    public Optional<StoredImage> find(String idOrReference) {
        return inventory.view().find(idOrReference);
    }

    @Override
    public List<StoredImage> list() {
        return inventory.view().list();
    }

    @Override
    public ImageImport begin() {
        return new StoreImport(this, blobs, intake, inventory);
    }

    /** Makes an image visible whose parts are here and held. */
    ImageId publish(Publication image, Parts parts) throws IOException {
        var added = names(image);
        boolean named = inventory.view().has(added);
        // Parts that were found may have been brought by another import a moment ago; but whoever
        // gave the image a name that it has already has waited for the disk.
        if (parts == Parts.WRITTEN || !named) {
            sync.run();
        }
        if (!named) {
            change(view -> view.with(added));
        }
        return added.getFirst().id();
    }

    private static List<CatalogImage> names(Publication image) {
        var reference = image.reference();
        var byDigest =
                new ImageReference(
                        reference.host(),
                        reference.repository(),
                        Optional.empty(),
                        Optional.of(image.root().digest()));
        var names = new ArrayList<CatalogImage>();
        // The digest stays with the image when its tag moves on to another.
        names.add(named(byDigest, image));
        if (reference.repoTag().isPresent()) {
            names.add(named(reference, image));
        }
        return names;
    }

    private void change(UnaryOperator<CatalogView> change) throws IOException {
        changing.lock();
        try {
            var view = change.apply(inventory.view());
            if (!view.entries().equals(inventory.view().entries())) {
                index.write(view.entries());
                inventory.replaceView(view);
            }
        } finally {
            changing.unlock();
        }
    }

    private static CatalogImage named(ImageReference reference, Publication image) {
        var path =
                image.path().subList(0, image.path().size() - 1).stream()
                        .map(descriptor -> descriptor.digest())
                        .toList();
        return new CatalogImage(
                new Entry(reference, image.manifest(), path),
                image.content(),
                image.configuration());
    }

    /** Takes away all names of an image, and what nobody else needs. One that is gone is fine. */
    public void remove(ImageId image) throws IOException {
        if (inventory.view().find(image).isEmpty()) {
            return;
        }
        change(view -> view.without(image));
        inventory.collect(Inventory.Keep.NOTHING);
    }

    /** What images take on the disk: layers, blobs, downloads that broke off. */
    public Snapshots.Usage usage() throws IOException {
        var unpacked = layers.usage();
        return new Snapshots.Usage(
                unpacked.bytes() + blobs.bytesOnDisk(), unpacked.inodes() + blobs.count());
    }

    /** Where an import has the parts of an image from. */
    enum Parts {
        FOUND,
        WRITTEN
    }

    /** Where things are. */
    public record Stores(BlobStore blobs, LayerStore layers, ImageIndex index) {}

    /** Waits until all that was written is on the disk. */
    @FunctionalInterface
    public interface DiskSync {
        void run() throws IOException;
    }
}
