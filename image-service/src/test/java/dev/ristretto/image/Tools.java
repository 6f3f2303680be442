// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Programs of others that our results are held against. */
public final class Tools {
    private Tools() {}

    /** Skips the test, visibly, if a program is not installed. */
    public static void assume(String... programs) {
        for (var program : programs) {
            assumeTrue(
                    Files.isExecutable(Path.of("/usr/bin", program)),
                    "skipped: Debian's package " + program + " is not installed");
        }
    }

    /** Runs a program to its end, which must be a success, and returns what it wrote. */
    public static String run(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), output).isZero();
        return output;
    }
}
