// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.critest;

import dev.ristretto.conformance.image.CritestImages;
import dev.ristretto.conformance.stand.Command;
import dev.ristretto.conformance.stand.Stand;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs critest and fails if a spec of the floor does; see {@link GinkgoSuite} for its settings.
 * {@code critest.break=exit-code} puts a fault before the daemon, to see that the run fails.
 */
@Tag("root")
class CritestSuite {
    /** The suite wants a container that names no profile unconfined, as containerd has it. */
    private static final String SETTINGS = "unsetSeccompProfile: \"Unconfined\"\n";

    private final String fault = System.getProperty("critest.break", "");

    @Test
    void specsOfTheFloor_pass() throws Exception {
        var suite = new GinkgoSuite("critest");
        try (var stand = Stand.start(fault.isEmpty() ? "critest" : "critest-broken", SETTINGS)) {
            if (fault.isEmpty()) {
                run(suite, stand, stand.paths().socket(), List.of());
            } else {
                var socket = stand.paths().runDir().resolve("broken.sock");
                try (var daemon = BrokenDaemon.start(fault, stand.paths().socket(), socket)) {
                    run(suite, stand, daemon.socket(), List.of());
                }
            }
        }
        suite.holdAgainstFloor();
    }

    /** The suite speaks SPDY by itself; what streams is asked for once more. */
    @Test
    @EnabledIf("isWhole")
    void streamingSpecs_passOverWebSockets() throws Exception {
        var suite = new GinkgoSuite("critest-websocket", "Streaming");
        try (var stand = Stand.start("critest-websocket", SETTINGS)) {
            run(
                    suite,
                    stand,
                    stand.paths().socket(),
                    List.of("-websocket-exec", "-websocket-attach", "-websocket-portforward"));
        }
        suite.holdAgainstFloor();
    }

    static boolean isWhole() {
        return System.getProperty("critest.focus", "").isEmpty()
                && System.getProperty("critest.break", "").isEmpty();
    }

    private static void run(GinkgoSuite suite, Stand stand, Path socket, List<String> flags)
            throws IOException, InterruptedException {
        var images = new CritestImages(stand.registry(), stand.scratch("images"));
        var critest = BuiltInDigest.replaced("critest", stand.scratch("critest"), images.push());
        for (var host : CritestImages.HOSTS) {
            stand.mirror(host);
        }
        var endpoint = "unix://" + socket;
        var program =
                new ArrayList<>(
                        List.of(
                                critest.toString(),
                                "-runtime-endpoint=" + endpoint,
                                "-image-endpoint=" + endpoint));
        program.addAll(flags);
        var segments = stand.scratch("segments");
        var path = recordingIpcmk(stand, segments) + ":" + System.getenv("PATH");
        try {
            suite.run(stand, program, Map.of("PATH", path));
        } finally {
            removeSegments(segments);
        }
    }

    /**
     * The suite makes System V shared memory on the host and leaves it: a directory with an
     * ipcmk(1) that writes down what it made.
     */
    private static Path recordingIpcmk(Stand stand, Path segments) throws IOException {
        var directory = Files.createDirectories(stand.scratch("bin"));
        var ipcmk = directory.resolve("ipcmk");
        Files.writeString(
                ipcmk,
                "#!/bin/sh\nPATH=/usr/bin:/bin ipcmk \"$@\" | tee -a '%s'\n".formatted(segments));
        Files.setPosixFilePermissions(ipcmk, PosixFilePermissions.fromString("rwxr-xr-x"));
        return directory;
    }

    private static void removeSegments(Path segments) throws IOException {
        if (Files.exists(segments)) {
            for (var line : Files.readAllLines(segments)) {
                Command.of("ipcrm", "-m", line.substring(line.lastIndexOf(' ') + 1)).text();
            }
        }
    }
}
