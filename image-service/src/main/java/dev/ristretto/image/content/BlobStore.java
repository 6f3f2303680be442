// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.content;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.file.DurableFile;
import dev.ristretto.image.manifest.Descriptor;
import dev.ristretto.image.manifest.Manifests;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.reference.Digest.Algorithm;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The blobs of an OCI image layout (image-spec, image-layout.md): {@code blobs/<algorithm>/<hex>},
 * each whole and verified when it was put there. What is not whole yet is in {@code ingest/}, which
 * readers of the layout do not look at. Which blobs there are is known from memory.
 */
public final class BlobStore {
    private static final Logger LOG = Logger.getLogger(BlobStore.class);
    private static final String LAYOUT = "{\"imageLayoutVersion\":\"1.0.0\"}";
    private static final String PARTIAL = ".partial";

    private static final long BLOCK = 4096;

    private final LinuxSyscalls linux;
    private final Path layout;
    private final Path ingest;
    private final InstantSource clock;
    private final ConcurrentMap<Digest, Long> known = new ConcurrentHashMap<>();
    private final AtomicLong temporaries = new AtomicLong();
    private final ReentrantLock partials = new ReentrantLock();

    @GuardedBy("partials")
    private final Set<Path> written = new HashSet<>();

    private BlobStore(LinuxSyscalls linux, Path layout, InstantSource clock) {
        this.linux = linux;
        this.layout = layout;
        this.ingest = layout.resolve("ingest");
        this.clock = clock;
    }

    /** Opens a layout, or makes one; forgets what an earlier process left unfinished. */
    public static BlobStore open(LinuxSyscalls linux, Path layout, InstantSource clock)
            throws IOException {
        var store = new BlobStore(linux, layout, clock);
        makePrivate(layout);
        makePrivate(store.ingest);
        for (var algorithm : Algorithm.values()) {
            Files.createDirectories(store.directoryOf(algorithm));
            store.readNames(algorithm);
        }
        var marker = layout.resolve("oci-layout");
        if (!Files.exists(marker)) {
            DurableFile.replaceAndSync(marker, LAYOUT.getBytes(US_ASCII));
        }
        store.deleteLeftovers();
        return store;
    }

    private static void makePrivate(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    private void readNames(Algorithm algorithm) throws IOException {
        try (var files = Files.newDirectoryStream(directoryOf(algorithm))) {
            for (var file : files) {
                digestOf(algorithm, file)
                        .ifPresentOrElse(
                                digest -> known.put(digest, sizeOf(file)),
                                () -> LOG.warnf("%s is no blob; it is left alone", file));
            }
        }
    }

    private static Optional<Digest> digestOf(Algorithm algorithm, Path file) {
        try {
            var name = String.valueOf(file.getFileName());
            return Files.isRegularFile(file)
                    ? Optional.of(new Digest(algorithm, name))
                    : Optional.empty();
        } catch (RuntimeFault e) {
            return Optional.empty();
        }
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Everything in {@code ingest/} but downloads that broke off, which may be taken up again. */
    private void deleteLeftovers() throws IOException {
        try (var files = Files.newDirectoryStream(ingest)) {
            for (var file : files) {
                if (!String.valueOf(file.getFileName()).endsWith(PARTIAL)) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Deletes what is left of downloads that broke off and that nobody has taken up for a time. */
    public void deletePartials(Set<Digest> inUse, Duration age) throws IOException {
        var oldest = clock.instant().minus(age);
        try (var files = Files.newDirectoryStream(ingest, "*" + PARTIAL)) {
            for (var file : files) {
                boolean used = inUse.stream().anyMatch(digest -> partialOf(digest).equals(file));
                if (!used) {
                    deletePartial(file, oldest);
                }
            }
        }
    }

    /** Unless somebody writes it: what was in use a moment ago is not what is in use now. */
    private void deletePartial(Path file, Instant oldest) throws IOException {
        partials.lock();
        try {
            if (!written.contains(file)
                    && !Files.getLastModifiedTime(file).toInstant().isAfter(oldest)) {
                Files.delete(file);
            }
        } catch (NoSuchFileException e) {
            LOG.debugf("%s became a blob, or was deleted, meanwhile", file);
        } finally {
            partials.unlock();
        }
    }

    private void beginWriting(Path partial) {
        partials.lock();
        try {
            written.add(partial);
        } finally {
            partials.unlock();
        }
    }

    /** The end of what {@link #take} began. */
    void endWriting(Path partial) {
        partials.lock();
        try {
            written.remove(partial);
        } finally {
            partials.unlock();
        }
    }

    /** Whether a blob is here, whole. */
    public boolean contains(Digest digest) {
        return known.containsKey(digest);
    }

    /** The blobs that are here now. */
    public Set<Digest> digests() {
        return Set.copyOf(known.keySet());
    }

    /** The length of a blob, 0 if it is not here. */
    public long sizeOf(Digest digest) {
        return known.getOrDefault(digest, 0L);
    }

    /** What all blobs and unfinished downloads take on the disk. */
    public long bytesOnDisk() throws IOException {
        long bytes = known.values().stream().mapToLong(BlobStore::onDisk).sum();
        try (var unfinished = Files.newDirectoryStream(ingest)) {
            for (var file : unfinished) {
                bytes += onDisk(sizeOf(file));
            }
        }
        return bytes;
    }

    /** A length in whole blocks of the disk. */
    public static long onDisk(long length) {
        return (length + BLOCK - 1) / BLOCK * BLOCK;
    }

    public int count() {
        return known.size();
    }

    /** Opens a blob that is here. Its bytes were right when it came; the disk may differ. */
    public InputStream open(Digest digest) throws IOException {
        return Files.newInputStream(pathOf(digest));
    }

    /** A manifest, index or config, if it is here and still what its digest says. */
    public Optional<byte[]> readSmall(Digest digest) throws IOException {
        if (!contains(digest) || sizeOf(digest) > Manifests.MAX_BYTES) {
            return Optional.empty();
        }
        var path = pathOf(digest);
        var content = Files.exists(path) ? Files.readAllBytes(path) : new byte[0];
        if (digest.matches(content)) {
            return Optional.of(content);
        }
        LOG.warnf("blob %s is damaged or gone; it will be fetched again when it is needed", digest);
        discard(digest);
        return Optional.empty();
    }

    /**
     * Adds a small blob whose digest has been checked. On the disk with the next sync.
     *
     * @return false if it was here
     */
    public boolean add(Digest digest, byte[] content) throws IOException {
        if (contains(digest)) {
            return false;
        }
        var temporary = ingest.resolve("small-" + temporaries.incrementAndGet());
        try {
            Files.write(temporary, content);
            publish(temporary, digest, content.length);
            return true;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * Begins or continues to take in a large blob. One at a time for each digest: the caller holds
     * a lock for it.
     */
    public BlobIntake take(Descriptor blob) throws IOException {
        var partial = partialOf(blob.digest());
        beginWriting(partial);
        try {
            return BlobIntake.open(linux, this, blob, partial);
        } catch (IOException | RuntimeException e) {
            endWriting(partial);
            throw e;
        }
    }

    /** For temporary files, which the next start deletes. */
    public Path scratch() {
        return ingest;
    }

    void publish(Path finished, Digest digest, long length) throws IOException {
        Files.move(
                finished,
                pathOf(digest),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        known.put(digest, length);
    }

    /** Takes a blob away. One that is gone is fine. */
    public void discard(Digest digest) throws IOException {
        known.remove(digest);
        Files.deleteIfExists(pathOf(digest));
    }

    private Path partialOf(Digest digest) {
        return ingest.resolve(digest.algorithm() + "-" + digest.hex() + PARTIAL);
    }

    private Path pathOf(Digest digest) {
        return directoryOf(digest.algorithm()).resolve(digest.hex());
    }

    private Path directoryOf(Algorithm algorithm) {
        return layout.resolve("blobs").resolve(algorithm.toString());
    }
}
