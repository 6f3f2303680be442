// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.log;

import dev.ristretto.cli.session.Terminal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Reads one container's log file, and follows it: across rotation (the file is renamed and a new
 * one made), until the container is done and everything it wrote has been read.
 */
public final class LogReader {
    private final Path file;
    private final LogOptions options;
    private final LogPrinter printer;
    private final ByteBuffer block = ByteBuffer.allocate(1 << 16);
    private byte[] line = new byte[1 << 12];
    private int lineEnd;
    private Object openKey = "";

    /** Says whether the container may still write. Asked while nothing comes. */
    @FunctionalInterface
    public interface Liveness {
        boolean isAlive();
    }

    public LogReader(Path file, LogOptions options, Terminal terminal) {
        this.file = file;
        this.options = options;
        this.printer = new LogPrinter(terminal, options);
    }

    /** Prints what is there now. */
    public void read() throws IOException {
        try (var channel = open()) {
            drain(channel);
        }
        endOfLog();
    }

    /** Prints what is there and what comes, until the container is done or nobody reads. */
    public void follow(Liveness container) throws IOException, InterruptedException {
        var directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
        try (var watch = directory.getFileSystem().newWatchService()) {
            // Watching begins before reading: what is written in between is an event.
            var key =
                    directory.register(
                            watch,
                            StandardWatchEventKinds.ENTRY_CREATE,
                            StandardWatchEventKinds.ENTRY_MODIFY);
            assert key.isValid();
            var quiet = new Quiet(watch);
            while (!Files.exists(file) && container.isAlive()) {
                quiet.await();
            }
            var channel = open();
            try {
                channel = followFrom(channel, quiet, container);
            } finally {
                channel.close();
            }
        }
        endOfLog();
    }

    private FileChannel followFrom(FileChannel first, Quiet quiet, Liveness container)
            throws IOException, InterruptedException {
        var channel = first;
        boolean alive = true;
        while (true) {
            drain(channel);
            var next = rotated(channel);
            if (next != channel) {
                channel = next;
                continue;
            }
            if (!alive || !printer.wantsMore()) {
                return channel;
            }
            if (quiet.await()) {
                // Read once more after this: what was written before the end is in the file.
                alive = container.isAlive();
            }
        }
    }

    /** Waits for the file to change; each time longer while it does not. */
    private static final class Quiet {
        private static final long SHORTEST_MILLIS = 5;
        private static final long LONGEST_MILLIS = 100;

        private final WatchService watch;
        private long millis = SHORTEST_MILLIS;

        Quiet(WatchService watch) {
            this.watch = watch;
        }

        /** Whether nothing happened. */
        boolean await() throws InterruptedException {
            var key = watch.poll(millis, TimeUnit.MILLISECONDS);
            if (key == null) {
                millis = Math.min(2 * millis, LONGEST_MILLIS);
                return true;
            }
            key.pollEvents().clear();
            key.reset();
            millis = SHORTEST_MILLIS;
            return false;
        }
    }

    private FileChannel rotated(FileChannel channel) throws IOException {
        try {
            if (Objects.equals(fileKey(), openKey)) {
                return channel;
            }
        } catch (NoSuchFileException e) {
            // Renamed, and the new one is not there yet: its creation is an event.
            return channel;
        }
        drain(channel);
        channel.close();
        return openAgain();
    }

    private FileChannel open() throws IOException {
        var channel = openAgain();
        if (options.tailLines().isPresent()) {
            channel.position(TailStart.of(channel, options.tailLines().getAsLong()));
        }
        return channel;
    }

    private FileChannel openAgain() throws IOException {
        openKey = fileKey();
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    /** Device and inode, which stay when a file is renamed. */
    private Object fileKey() throws IOException {
        var key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return Objects.requireNonNull(key, "unix file systems have file keys");
    }

    private void drain(FileChannel channel) throws IOException {
        while (printer.wantsMore() && channel.read(block.clear()) > 0) {
            block.flip();
            while (block.hasRemaining()) {
                take(block);
            }
        }
        printer.flush();
    }

    /** Takes up to the end of a line, or what there is of one. */
    private void take(ByteBuffer bytes) {
        int start = bytes.position();
        int end = start;
        while (end < bytes.limit() && bytes.get(end) != '\n') {
            end++;
        }
        append(bytes, end - start);
        if (end < bytes.limit()) {
            bytes.position(end + 1);
            printer.line(line, lineEnd);
            lineEnd = 0;
        }
    }

    private void append(ByteBuffer bytes, int length) {
        if (lineEnd + length > line.length) {
            line = Arrays.copyOf(line, Math.max(lineEnd + length, 2 * line.length));
        }
        bytes.get(line, lineEnd, length);
        lineEnd += length;
    }

    /** A line without its end is one whose writer was killed. */
    private void endOfLog() {
        if (lineEnd > 0) {
            printer.line(line, lineEnd);
            lineEnd = 0;
        }
        printer.flush();
    }
}
