// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Files that are either their old or their new content, whatever is killed in between.
 *
 * <p>A write goes to a temporary neighbour ({@code .<name>.<random>.tmp}) and is renamed over the
 * target, see rename(2). {@link #replaceAndSync} also survives a power cut: the file is synced
 * before the rename and the directory after it. Neighbours left by a crash are removed by whoever
 * owns the directory; their names start with a dot and end in {@code .tmp}.
 */
public final class DurableFile {
    private DurableFile() {}

    /** Replaces atomically; survives the end of this process but not a power cut. For tmpfs. */
    public static void replace(Path target, byte[] content) throws IOException {
        write(target, content, false);
    }

    /** Replaces atomically and durably: on return the content is on the disk, under its name. */
    public static void replaceAndSync(Path target, byte[] content) throws IOException {
        write(target, content, true);
        syncDirectory(parentOf(target));
    }

    /** Forces a directory's entries to the disk, see fsync(2). */
    public static void syncDirectory(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Whether a file name is that of an unfinished write. */
    public static boolean isTemporary(Path file) {
        var name = String.valueOf(file.getFileName());
        return name.startsWith(".") && name.endsWith(".tmp");
    }

    private static void write(Path target, byte[] content, boolean sync) throws IOException {
        var temporary =
                parentOf(target)
                        .resolve(
                                ".%s.%016x.tmp"
                                        .formatted(
                                                target.getFileName(),
                                                ThreadLocalRandom.current().nextLong()));
        try {
            writeNew(temporary, content, sync);
            Files.move(
                    temporary,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    private static void writeNew(Path file, byte[] content, boolean sync) throws IOException {
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (var channel = FileChannel.open(file, options)) {
            var buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            if (sync) {
                channel.force(true);
            }
        }
    }

    private static Path parentOf(Path target) throws NoSuchFileException {
        var parent = target.toAbsolutePath().getParent();
        if (parent == null) {
            throw new NoSuchFileException(target.toString(), null, "has no parent directory");
        }
        return parent;
    }
}
