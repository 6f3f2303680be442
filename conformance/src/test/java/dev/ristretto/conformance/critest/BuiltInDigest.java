// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.critest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.conformance.stand.Checkout;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/**
 * The one digest that the suites of cri-tools have built in. An image with it cannot be made again,
 * so the copy of a suite that runs has the digest of the image that is here in its place.
 */
final class BuiltInDigest {
    private static final String HEX =
            "9700f9a2f5bf2c45f2f605a0bd3bce7cf37420ec9d3ed50ac2758413308766bf";

    private BuiltInDigest() {}

    /**
     * Writes the copy.
     *
     * @param suite name of the program
     * @param digest {@code sha256:…}
     */
    static Path replaced(String suite, Path copy, String digest) throws IOException {
        var bytes = Files.readAllBytes(Checkout.tool(suite, "conformance/tools/build.sh"));
        var from = HEX.getBytes(StandardCharsets.US_ASCII);
        var to = digest.substring("sha256:".length()).getBytes(StandardCharsets.US_ASCII);
        int found = 0;
        for (int at = 0; at <= bytes.length - from.length; at++) {
            if (Arrays.equals(bytes, at, at + from.length, from, 0, from.length)) {
                System.arraycopy(to, 0, bytes, at, to.length);
                found++;
            }
        }
        assertThat(found).as("digest %s in %s", HEX, suite).isPositive();
        Files.write(copy, bytes);
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
        return copy;
    }
}
