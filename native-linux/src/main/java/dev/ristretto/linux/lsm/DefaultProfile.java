// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.lsm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The AppArmor profile of containers that name none. It is text that apparmor_parser(8) compiles
 * and puts into the kernel. Safe from any thread.
 */
public final class DefaultProfile {
    /** Its name in the kernel. */
    public static final String NAME = "ristretto-default";

    private static final String RESOURCE = "default-profile.apparmor";
    private static final String PARSER = "apparmor_parser";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_OUTPUT_BYTES = 4096;

    /** A label may hold what has a meaning in profiles; then it is left out. */
    private static final Pattern PLAIN_LABEL = Pattern.compile("[A-Za-z0-9_./:+-]+");

    private final AppArmor kernel;
    private final List<Path> directories;

    /** With the parser that PATH leads to, or that is where Debian has it. */
    public DefaultProfile(AppArmor kernel) {
        this(kernel, directories(System.getenv().getOrDefault("PATH", "")));
    }

    DefaultProfile(AppArmor kernel, List<Path> directories) {
        this.kernel = kernel;
        this.directories = List.copyOf(directories);
    }

    private static List<Path> directories(String path) {
        return Stream.concat(Arrays.stream(path.split(":")), Stream.of("/usr/sbin", "/sbin"))
                .filter(directory -> directory.startsWith("/"))
                .map(Path::of)
                .distinct()
                .toList();
    }

    /**
     * Puts it into the kernel, in place of one of an earlier version. What runs under that gets the
     * new rules at once.
     *
     * @throws IOException if it cannot be; its message says why and what to do
     */
    public void load() throws IOException {
        var parser =
                parser().orElseThrow(
                                () ->
                                        new IOException(
                                                PARSER
                                                        + " is not installed; apt-get install apparmor"));
        // No cache: it would have to be written, and compiling takes some hundredths of a second.
        var process =
                new ProcessBuilder(parser.toString(), "--replace", "--skip-cache")
                        .redirectErrorStream(true)
                        .start();
        try {
            run(process, parser);
        } finally {
            process.destroyForcibly();
        }
    }

    private void run(Process process, Path parser) throws IOException {
        var timer = Thread.ofVirtual().name("apparmor-parser").start(() -> end(process));
        boolean taken = write(process, text());
        var said = process.getInputStream().readNBytes(MOST_OUTPUT_BYTES);
        int exitCode = exitCode(process);
        timer.interrupt();
        if (exitCode != 0 || !taken) {
            throw new IOException(
                    "%s ended with code %d: %s"
                            .formatted(
                                    parser,
                                    exitCode,
                                    new String(said, StandardCharsets.UTF_8).strip()));
        }
    }

    /** What does not take it all has ended, and what it printed says why. */
    private static boolean write(Process process, String text) {
        try (var in = process.getOutputStream()) {
            in.write(text.getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void end(Process process) {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it has ended
        }
    }

    private static int exitCode(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while apparmor_parser ran", e);
        }
    }

    private Optional<Path> parser() {
        return directories.stream()
                .map(directory -> directory.resolve(PARSER))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The profile, in which the daemon may signal containers whatever it is confined by itself. */
    String text() throws IOException {
        var own = kernel.ownProfile();
        var peer =
                PLAIN_LABEL.matcher(own).matches()
                        ? "  signal (receive) peer=%s,\n".formatted(own)
                        : "";
        return template().replace("@PEERS@\n", peer);
    }

    private static String template() {
        try (var resource = DefaultProfile.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the application");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
