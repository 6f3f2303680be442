// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.runtime.spec.PodSandboxId;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process that bears a podshim's command line and does nothing, so that what is done to podshims
 * as processes can be done to it. Ends with this JVM at the latest.
 */
public final class FakePodProcess implements AutoCloseable {
    private final Process process;

    private FakePodProcess(Process process) {
        this.process = process;
    }

    /** Starts it and waits until it is called {@code podshim <id>}. */
    public static FakePodProcess start(PodSandboxId id) throws IOException {
        var process =
                new ProcessBuilder("bash", "-c", "exec -a \"podshim $0\" cat", id.value())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        while (!Files.readString(commandLineOf(process), StandardCharsets.ISO_8859_1)
                .startsWith("podshim")) {
            if (!process.isAlive()) {
                throw new AssertionError("bash or cat is missing");
            }
            Thread.yield();
        }
        return new FakePodProcess(process);
    }

    public int pid() {
        return (int) process.pid();
    }

    /** Asks the kernel: this JVM learns of an end a moment later. */
    public boolean isAlive() {
        try {
            return !Files.readString(commandLineOf(process), StandardCharsets.ISO_8859_1).isEmpty();
        } catch (IOException e) {
            return false; // it has ended and was waited for
        }
    }

    private static Path commandLineOf(Process process) {
        return Path.of("/proc", Long.toString(process.pid()), "cmdline");
    }

    /** Ends it and waits for that. */
    @Override
    public void close() throws IOException {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a process ended");
        }
    }
}
