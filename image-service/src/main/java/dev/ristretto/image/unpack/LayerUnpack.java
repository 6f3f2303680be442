// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import dev.ristretto.file.DeleteTree;
import dev.ristretto.file.DiskUsage;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One pass over a layer: inflate, hash for the diffID, read the tar, make the files. Works on the
 * caller's thread, which should be a platform thread: it computes and waits for the disk.
 */
public final class LayerUnpack {
    private static final String ROOT = "diff";

    private final LinuxSyscalls linux;
    private final UnpackLimits limits;

    public LayerUnpack(LinuxSyscalls linux, UnpackLimits limits) {
        this.linux = linux;
        this.limits = limits;
    }

    /** The directory with the layer's files, below the one it was unpacked into. */
    public static Path rootOf(Path layer) {
        return layer.resolve(ROOT);
    }

    /**
     * Unpacks into {@code diff} below a directory, which belongs to the caller whatever happens.
     *
     * @param blob compressed or not; read to its end, not closed
     * @param staging an empty directory of mode 0700
     * @throws BadLayerException if the content is broken or leads out of the layer
     * @throws LayerLimitException if a limit is exceeded
     */
    public Unpacked unpack(InputStream blob, Path staging, Digest.Algorithm algorithm)
            throws IOException {
        var digest = algorithm.newMessageDigest();
        var input = new TarInput(Decompression.open(blob), digest, limits);
        var summary = write(new TarReader(input), staging);
        input.drain();
        return new Unpacked(Digest.of(algorithm, digest.digest()), summary);
    }

    /** Only the diffID, without any file. */
    public Digest digest(InputStream blob, Digest.Algorithm algorithm) throws IOException {
        var digest = algorithm.newMessageDigest();
        new TarInput(Decompression.open(blob), digest, limits).drain();
        return Digest.of(algorithm, digest.digest());
    }

    private LayerSummary write(TarReader reader, Path staging) throws IOException {
        int directory = FileFlags.O_RDONLY | FileFlags.O_DIRECTORY;
        var rootPath = Files.createDirectory(rootOf(staging));
        LayerSummary summary;
        boolean mustBeCounted;
        try (var attic = Fd.open(linux, staging, directory);
                var root = Fd.open(linux, rootPath, directory)) {
            linux.fchmod(root.number(), 0700);
            try (var writer = new LayerWriter(linux, root, attic, limits)) {
                for (var entry = reader.next(); entry != null; entry = reader.next()) {
                    writer.write(entry, reader);
                }
                summary = writer.finish();
                mustBeCounted = writer.mustBeCounted();
            }
        }
        if (!mustBeCounted) {
            return summary;
        }
        deleteReplaced(staging);
        var usage = DiskUsage.of(linux, rootPath);
        return new LayerSummary(
                usage.bytes(), usage.inodes(), summary.opaqueRoot(), summary.implicitDirs());
    }

    private void deleteReplaced(Path staging) throws IOException {
        try (var found = Files.list(staging)) {
            for (var path : found.filter(p -> !p.equals(rootOf(staging))).toList()) {
                DeleteTree.below(linux, staging, path);
            }
        }
    }

    /** What came out. */
    public record Unpacked(Digest diffId, LayerSummary summary) {}
}
