// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import dev.ristretto.file.KernelFile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A cgroup's directory in one hierarchy: its files by name, with errors that name the file. */
record CgroupDirectory(Path path) {
    /** What {@link #number} answers for {@code max} and for v1's largest limits. */
    static final long UNLIMITED = -1;

    /** LONG_MAX rounded down to a page, whatever the page size, is how v1 writes "no limit". */
    private static final long V1_UNLIMITED = Long.MAX_VALUE & ~0xffffL;

    boolean exists() {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    boolean has(String file) {
        return Files.exists(path.resolve(file), LinkOption.NOFOLLOW_LINKS);
    }

    /** The content without the last line break; empty if there is no such file or cgroup. */
    Optional<String> text(String file) throws CgroupException {
        try {
            return Optional.of(KernelFile.text(path.resolve(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            if (isGone(e)) {
                return Optional.empty();
            }
            throw failed("read " + path.resolve(file), e);
        }
    }

    /** A single number; {@link #UNLIMITED} for {@code max} and v1's "as much as there is". */
    OptionalLong number(String file) throws CgroupException {
        var text = text(file);
        return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(parse(file, text.get()));
    }

    /** A flat keyed file ({@code key number} per line); empty if there is no such file. */
    Map<String, Long> keyed(String file) throws CgroupException {
        Map<String, Long> values = new LinkedHashMap<>();
        for (var line : text(file).orElse("").lines().toList()) {
            int space = line.indexOf(' ');
            if (space > 0) {
                values.put(line.substring(0, space), parse(file, line.substring(space + 1)));
            }
        }
        return values;
    }

    /** The processes in this cgroup alone. */
    List<Integer> processes() throws CgroupException {
        try {
            return text("cgroup.procs")
                    .orElse("")
                    .lines()
                    .filter(line -> !line.isBlank())
                    .map(Integer::valueOf)
                    .toList();
        } catch (NumberFormatException e) {
            throw failed("read " + path.resolve("cgroup.procs"), e);
        }
    }

    /** The cgroups right below this one, sorted by name. */
    List<CgroupDirectory> children() throws CgroupException {
        if (isLeaf()) {
            return List.of();
        }
        return entries().stream()
                .map(CgroupDirectory::new)
                .filter(CgroupDirectory::exists)
                .toList();
    }

    /** kernfs counts a link for each directory below: one look instead of one for each file. */
    private boolean isLeaf() throws CgroupException {
        try {
            return Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS).equals(2);
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            throw failed("look at " + path, e);
        }
    }

    /** The names of everything in it, sorted. */
    List<String> files() throws CgroupException {
        return entries().stream().map(entry -> String.valueOf(entry.getFileName())).toList();
    }

    private List<Path> entries() throws CgroupException {
        try (var entries = Files.list(path)) {
            return entries.sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException | UncheckedIOException e) {
            throw failed("list " + path, e);
        }
    }

    /** One write(2) of the whole value, as cgroupfs wants it. Never creates a file. */
    void write(FileWrite write) throws CgroupException {
        var file = path.resolve(write.file());
        var value = ByteBuffer.wrap(write.value().getBytes(StandardCharsets.UTF_8));
        // Not Files.write: it fails with an unchecked exception where the kernel answers EAGAIN,
        // as memory.reclaim does. A channel answers that nothing was written.
        try (var channel =
                FileChannel.open(
                        file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            if (channel.write(value) == 0 && value.hasRemaining()) {
                throw new FileSystemException(
                        file.toString(), null, "Resource temporarily unavailable");
            }
        } catch (IOException e) {
            throw failed("write '%s' to %s".formatted(write.value(), file), e);
        }
    }

    static CgroupException failed(String what, Exception cause) {
        return new CgroupException("%s: %s".formatted(what, reason(cause)), cause);
    }

    /** The kernel's words for a failure. */
    static String reason(Exception failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "No such file or directory";
            case FileSystemException e when e.getReason() != null -> e.getReason();
            default -> String.valueOf(failure.getMessage());
        };
    }

    /** A cgroup that is removed while one of its files is open answers ENODEV. */
    private static boolean isGone(IOException e) {
        return reason(e).contains("No such device");
    }

    private long parse(String file, String text) throws CgroupException {
        try {
            if ("max".equals(text)) {
                return UNLIMITED;
            }
            long number = Long.parseLong(text.strip());
            return number >= V1_UNLIMITED ? UNLIMITED : number;
        } catch (NumberFormatException e) {
            throw new CgroupException(
                    "read %s: '%s' is not a number".formatted(path.resolve(file), text), e);
        }
    }
}
