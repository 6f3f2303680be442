// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * A root file system of one static busybox with a link per applet, as Debian's package {@code
 * busybox-static} brings it.
 */
public final class BusyboxImage {
    /** Where Debian puts it. */
    public static final Path HOST_BUSYBOX = Path.of("/bin/busybox");

    private static final List<String> DIRECTORIES =
            List.of(
                    "bin",
                    "dev",
                    "etc",
                    "home",
                    "lib",
                    "mnt",
                    "proc",
                    "run",
                    "sbin",
                    "srv",
                    "sys",
                    "usr",
                    "usr/bin",
                    "usr/sbin",
                    "var",
                    "var/log");

    private final Path busybox;

    public BusyboxImage(Path busybox) {
        this.busybox = busybox;
    }

    /**
     * The entries of its layer; callers add theirs behind.
     *
     * @throws IOException when there is no busybox, or one that cannot run alone in a container
     */
    public List<LayerEntry> entries() throws IOException {
        var entries = new ArrayList<LayerEntry>();
        for (var directory : DIRECTORIES) {
            entries.add(LayerEntry.directory(directory, 0755));
        }
        entries.add(LayerEntry.directory("root", 0700));
        entries.add(LayerEntry.directory("tmp", 01777));
        entries.add(LayerEntry.file("bin/busybox", checked(), 0755));
        for (var applet : applets(busybox)) {
            entries.add(LayerEntry.symlink(applet, "/bin/busybox"));
        }
        entries.add(
                LayerEntry.file(
                        "etc/passwd",
                        """
                        root:x:0:0:root:/root:/bin/sh
                        daemon:x:1:1:daemon:/usr/sbin:/bin/false
                        barista:x:1000:1000:barista:/home:/bin/sh
                        nobody:x:65534:65534:nobody:/home:/bin/false
                        """,
                        0644));
        entries.add(
                LayerEntry.file(
                        "etc/group",
                        """
                        root:x:0:
                        daemon:x:1:
                        coffee:x:100:barista
                        barista:x:1000:
                        nogroup:x:65534:
                        """,
                        0644));
        return entries;
    }

    private Path checked() throws IOException {
        if (!Files.isExecutable(busybox)) {
            throw new IOException(missing("there is none"));
        }
        if (!isStatic(Files.readAllBytes(busybox))) {
            throw new IOException(missing("it needs shared libraries"));
        }
        return busybox;
    }

    private String missing(String why) {
        return "a static busybox is needed at %s and %s; run 'apt-get install busybox-static'"
                .formatted(busybox, why);
    }

    /** Whether an ELF file names no dynamic loader: see elf(5), PT_INTERP. */
    static boolean isStatic(byte[] elf) {
        if (elf.length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[4] != 2) {
            return false;
        }
        var header = ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN);
        long table = header.getLong(32);
        int size = header.getShort(54) & 0xffff;
        int count = header.getShort(56) & 0xffff;
        for (int i = 0; i < count; i++) {
            long at = table + (long) i * size;
            if (at < 0 || at + 4 > elf.length || header.getInt((int) at) == 3) {
                return false;
            }
        }
        return true;
    }

    /** Paths of the applets, as {@code bin/ls}; only those the build at hand has. */
    static SortedSet<String> applets(Path busybox) throws IOException {
        var process =
                new ProcessBuilder(busybox.toString(), "--list-full")
                        .redirectErrorStream(true)
                        .start();
        try (var output = process.getInputStream()) {
            process.getOutputStream().close();
            var text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("%s --list-full: %s".formatted(busybox, text.strip()));
            }
            var paths = new TreeSet<>(text.lines().map(String::strip).toList());
            paths.removeIf(path -> path.isEmpty() || path.equals("bin/busybox"));
            return paths;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while %s listed its applets".formatted(busybox), e);
        } finally {
            process.destroyForcibly();
        }
    }
}
