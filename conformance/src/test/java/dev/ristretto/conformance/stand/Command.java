// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.stand;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end. Immutable. */
public record Command(List<String> words, String input, Duration patience) {
    private static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(120);
    private static final Executor READERS =
            task -> Thread.ofVirtual().name("command-output").start(task);

    public Command {
        words = List.copyOf(words);
    }

    public static Command of(String... words) {
        return of(List.of(words));
    }

    public static Command of(List<String> words) {
        return new Command(words, "", DEFAULT_PATIENCE);
    }

    public Command withInput(String text) {
        return new Command(words, text, patience);
    }

    public Command within(Duration longest) {
        return new Command(words, input, longest);
    }

    /** The command with words before it, such as {@code nsenter}. */
    public Command after(List<String> prefix) {
        var all = new ArrayList<>(prefix);
        all.addAll(words);
        return new Command(all, input, patience);
    }

    /** What a program did. */
    public record Outcome(List<String> words, int exitCode, String stdout, String stderr) {
        /** Standard output without white space around it. */
        public String text() {
            return stdout.strip();
        }

        @Override
        public String toString() {
            return "%s: exit %d%nstdout: %s%nstderr: %s"
                    .formatted(String.join(" ", words), exitCode, stdout.strip(), stderr.strip());
        }
    }

    /**
     * Runs it, whatever it exits with.
     *
     * @throws AssertionError if it does not end in time; it is killed then
     */
    public Outcome run() throws IOException {
        var process = new ProcessBuilder(words).start();
        try {
            var stdout = read(process.getInputStream());
            var stderr = read(process.getErrorStream());
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It ended without reading; its exit code tells why.
                process.destroy();
            }
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(
                        "%s did not end within %s; stdout: %s; stderr: %s"
                                .formatted(words, patience, stdout.get(), stderr.get()));
            }
            return new Outcome(words, process.exitValue(), stdout.get(), stderr.get());
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while %s ran".formatted(words), e);
        } catch (ExecutionException e) {
            throw new IOException("read the output of %s".formatted(words), e);
        }
    }

    /**
     * Runs it and answers its standard output.
     *
     * @throws AssertionError with all that it printed, if it exits with anything but 0
     */
    public String text() throws IOException {
        var outcome = run();
        if (outcome.exitCode() != 0) {
            throw new AssertionError(outcome.toString());
        }
        return outcome.text();
    }

    private static CompletableFuture<String> read(InputStream stream) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (stream) {
                        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                READERS);
    }
}
