// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.log;

import dev.ristretto.cli.log.LogLine.Stream;
import dev.ristretto.cli.session.Terminal;

import java.io.PrintStream;
import java.util.EnumSet;

/**
 * Writes a container's output where it wrote it: standard output or standard error. Parts of a line
 * are written as they come, so a line of any length needs no memory.
 */
final class LogPrinter {
    private final Terminal terminal;
    private final LogOptions options;
    private final EnumSet<Stream> withinLine = EnumSet.noneOf(Stream.class);
    private long bytesLeft;

    LogPrinter(Terminal terminal, LogOptions options) {
        this.terminal = terminal;
        this.options = options;
        this.bytesLeft = options.limitBytes().orElse(Long.MAX_VALUE);
    }

    /** Takes a line of the file, without its line feed. */
    void line(byte[] bytes, int end) {
        var parsed = LogLine.parse(bytes, end);
        if (parsed.isEmpty()) {
            // Torn by a crash, or of another format: better shown than lost.
            terminal.out().write(bytes, 0, end);
            terminal.out().write('\n');
            return;
        }
        var line = parsed.get();
        if (isWanted(line.stream()) && line.isSince(options.since())) {
            print(line, streamOf(line.stream()));
        }
    }

    private void print(LogLine line, PrintStream out) {
        if (withinLine.add(line.stream()) && options.timestamps()) {
            out.print(line.timestamp());
            out.print(' ');
        }
        int length = (int) Math.min(line.end() - line.from(), bytesLeft);
        out.write(line.line(), line.from(), length);
        bytesLeft -= length;
        if (!line.partial()) {
            out.write('\n');
            withinLine.remove(line.stream());
        }
    }

    /** Whether more is wanted: not after the limit, nor when nobody reads any more. */
    boolean wantsMore() {
        return bytesLeft > 0 && !terminal.out().checkError();
    }

    void flush() {
        terminal.out().flush();
        terminal.err().flush();
    }

    private boolean isWanted(Stream stream) {
        return switch (options.streams()) {
            case BOTH -> true;
            case STDOUT -> stream == Stream.STDOUT;
            case STDERR -> stream == Stream.STDERR;
        };
    }

    private PrintStream streamOf(Stream stream) {
        return stream == Stream.STDOUT ? terminal.out() : terminal.err();
    }
}
