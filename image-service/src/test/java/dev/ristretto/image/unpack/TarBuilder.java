// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/** Writes tars with another's code, so that a mistake in reading is not repeated in writing. */
public final class TarBuilder {
    public static final Instant TIME = Instant.parse("2001-02-03T04:05:06Z");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar =
            new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name());

    public TarBuilder() {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    public TarBuilder file(String name, String content) {
        return entry(name, TarConstants.LF_NORMAL, bytes(content), _ -> {});
    }

    public TarBuilder file(String name, byte[] content, Consumer<TarArchiveEntry> change) {
        return entry(name, TarConstants.LF_NORMAL, content, change);
    }

    public TarBuilder directory(String name) {
        return directory(name, 0755);
    }

    public TarBuilder directory(String name, int mode) {
        return entry(name, TarConstants.LF_DIR, new byte[0], entry -> entry.setMode(mode));
    }

    public TarBuilder symbolicLink(String name, String target) {
        return entry(name, TarConstants.LF_SYMLINK, new byte[0], e -> e.setLinkName(target));
    }

    public TarBuilder hardLink(String name, String target) {
        return entry(name, TarConstants.LF_LINK, new byte[0], e -> e.setLinkName(target));
    }

    public TarBuilder device(String name, int major, int minor) {
        return entry(
                name,
                TarConstants.LF_CHR,
                new byte[0],
                entry -> {
                    entry.setDevMajor(major);
                    entry.setDevMinor(minor);
                });
    }

    public TarBuilder entry(
            String name, byte type, byte[] content, Consumer<TarArchiveEntry> change) {
        try {
            var entry = new TarArchiveEntry(name, type, /* preserveAbsolutePath= */ true);
            entry.setMode(type == TarConstants.LF_DIR ? 0755 : 0644);
            entry.setUserId(owner("unix:uid"));
            entry.setGroupId(owner("unix:gid"));
            entry.setModTime(TIME.toEpochMilli());
            entry.setSize(content.length);
            change.accept(entry);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public byte[] build() {
        try {
            tar.finish();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] gzip(byte[] content) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Files get an owner that also a test without root may give them. */
    private static int owner(String attribute) throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), attribute);
    }
}
