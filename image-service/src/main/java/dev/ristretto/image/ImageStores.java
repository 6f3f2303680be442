// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image;

import dev.ristretto.image.catalog.ImageCatalog;
import dev.ristretto.image.content.BlobStore;
import dev.ristretto.image.content.ImageIndex;
import dev.ristretto.image.grpc.FilesystemUse;
import dev.ristretto.image.grpc.ImageGrpcService;
import dev.ristretto.image.grpc.RistrettoGrpcService;
import dev.ristretto.image.load.LoadImages;
import dev.ristretto.image.manifest.Platform;
import dev.ristretto.image.pull.ImageImports;
import dev.ristretto.image.snapshot.Directories;
import dev.ristretto.image.snapshot.LayerStore;
import dev.ristretto.image.snapshot.SnapshotStore;
import dev.ristretto.image.snapshot.Snapshots;
import dev.ristretto.image.store.Images;
import dev.ristretto.image.unpack.LayerUnpack;
import dev.ristretto.image.unpack.UnpackLimits;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The stores of image-service in one state directory:
 *
 * <pre>
 * images/      an OCI image layout: oci-layout, index.json, blobs/; and ingest/, our own
 * layers/      each layer unpacked once: sha256/&lt;diffID&gt;/{diff,layer.json}; staging/, trash/
 * snapshots/   each container's changes: &lt;containerId&gt;/{upper,work,snapshot.json}; staging/, trash/
 * images.lock  held while the stores are open
 * </pre>
 *
 * <p>All of it may be used from any thread, and blocks the caller's.
 */
public final class ImageStores implements AutoCloseable {
    private final StateLock lock;
    private final Path stateDir;
    private final ImageCatalog catalog;
    private final SnapshotStore snapshots;
    private final LoadImages load;

    private ImageStores(
            StateLock lock,
            Path stateDir,
            ImageCatalog catalog,
            SnapshotStore snapshots,
            LoadImages load) {
        this.lock = lock;
        this.stateDir = stateDir;
        this.catalog = catalog;
        this.snapshots = snapshots;
        this.load = load;
    }

    /**
     * Opens the stores, making what is missing, and deletes what nobody needs. What was removed is
     * deleted by a thread of their own, which lives while there is something to delete.
     *
     * @throws dev.ristretto.fault.RuntimeFault {@code BUSY} if another process has them open
     */
    public static ImageStores open(LinuxSyscalls linux, Settings settings, InstantSource clock)
            throws IOException {
        return open(linux, settings, clock, cleaner());
    }

    private static Executor cleaner() {
        var threads =
                new ThreadPoolExecutor(
                        1,
                        1,
                        1,
                        TimeUnit.SECONDS,
                        // Both directories ask once more while they are being cleaned.
                        new ArrayBlockingQueue<>(2),
                        Thread.ofPlatform().daemon().name("cleaner").factory());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /**
     * The same.
     *
     * @param cleaner where what was removed is deleted
     */
    static ImageStores open(
            LinuxSyscalls linux, Settings settings, InstantSource clock, Executor cleaner)
            throws IOException {
        var lock = StateLock.take(linux, settings.stateDir);
        try {
            return open(linux, settings, clock, cleaner, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static ImageStores open(
            LinuxSyscalls linux,
            Settings settings,
            InstantSource clock,
            Executor cleaner,
            StateLock lock)
            throws IOException {
        var layout = settings.stateDir.resolve("images");
        var blobs = BlobStore.open(linux, layout, clock);
        var layers =
                LayerStore.open(
                        linux,
                        Directories.open(linux, settings.stateDir.resolve("layers"), cleaner));
        var limits = new UnpackLimits(settings.maxLayerBytes, settings.maxLayerEntries);
        var catalog =
                new ImageCatalog(
                        new ImageCatalog.Stores(blobs, layers, new ImageIndex(layout)),
                        new LayerUnpack(linux, limits),
                        new FileSystemSync(linux, settings.stateDir),
                        clock);
        var snapshots =
                SnapshotStore.open(
                        linux,
                        Directories.open(linux, settings.stateDir.resolve("snapshots"), cleaner),
                        layers,
                        catalog.holds(),
                        clock);
        catalog.load();
        var load =
                new LoadImages(
                        catalog,
                        catalog,
                        new LoadImages.Settings(
                                settings.platform, blobs.scratch(), settings.maxLayerBytes));
        return new ImageStores(lock, settings.stateDir, catalog, snapshots, load);
    }

    public Images images() {
        return catalog;
    }

    public Snapshots snapshots() {
        return snapshots;
    }

    public ImageImports imports() {
        return catalog;
    }

    public ImageGrpcService.Removal removal() {
        return catalog::remove;
    }

    public RistrettoGrpcService.Loading loading() {
        return load::run;
    }

    /**
     * What is stored. Images and containers name the same directory: they are on one file system,
     * and the kubelet takes different names for different file systems.
     */
    public ImageGrpcService.Usage usage() {
        return new ImageGrpcService.Usage() {
            @Override
            public List<FilesystemUse> images() throws IOException {
                return use(catalog.usage());
            }

            @Override
            public List<FilesystemUse> containers() throws IOException {
                return use(snapshots.total());
            }
        };
    }

    private List<FilesystemUse> use(Snapshots.Usage usage) {
        return List.of(new FilesystemUse(stateDir, usage.bytes(), usage.inodes()));
    }

    /** Lets another process open them. What runs is not waited for. */
    @Override
    public void close() throws IOException {
        lock.close();
    }

    /**
     * @param stateDir an absolute path; made if it is missing
     * @param platform which image of several an archive's index is asked for
     * @param maxLayerBytes {@code image.maxLayerBytes}, of one layer's tar
     * @param maxLayerEntries {@code image.maxLayerEntries}, of one layer
     */
    public record Settings(
            Path stateDir, Platform platform, long maxLayerBytes, long maxLayerEntries) {}
}
