// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.stand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A program that runs beside the test, its output in a file. */
public final class BackgroundCommand implements AutoCloseable {
    private final Command command;
    private final Process process;
    private final Path output;

    private BackgroundCommand(Command command, Process process, Path output) {
        this.command = command;
        this.process = process;
        this.output = output;
    }

    /** Starts it. */
    public static BackgroundCommand start(Command command, Path output) throws IOException {
        var process =
                new ProcessBuilder(command.words())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        process.getOutputStream().close();
        return new BackgroundCommand(command, process, output);
    }

    /** Its process, if the words that it begins with replace themselves by it as nsenter does. */
    public long pid() {
        return process.pid();
    }

    /** What it has printed so far, on both streams. */
    public String printed() throws IOException {
        return Files.readString(output);
    }

    /** Waits until it has printed this. */
    public void awaitPrinted(String text, Duration patience) throws IOException {
        Await.until(
                "%s prints '%s'".formatted(command.words(), text),
                patience,
                () -> printed().contains(text));
    }

    /** Waits for its end; answers its exit code. */
    public int awaitEnd(Duration patience) throws IOException {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(
                        "%s did not end within %s: %s"
                                .formatted(command.words(), patience, printed()));
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + command.words(), e);
        }
    }

    /** Ends it, as the one who closes its window would. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
