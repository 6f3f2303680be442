// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.reference;

import dev.ristretto.fault.RuntimeFault;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The hash that names a piece of content, {@code sha256:<64 hex>} or {@code sha512:<128 hex>}
 * (image-spec, descriptor.md). Always well formed, so its hex is safe as a file name.
 */
public record Digest(Algorithm algorithm, String hex) {
    public Digest {
        if (!isHex(hex, algorithm.hexLength)) {
            throw RuntimeFault.invalidArgument(
                    "digest '%s:%s' has no %d lowercase hex digits after the colon",
                    algorithm, shortened(hex), algorithm.hexLength);
        }
    }

    /**
     * Reads {@code algorithm:hex}.
     *
     * @throws RuntimeFault {@code INVALID_ARGUMENT} if it has another form or algorithm
     */
    public static Digest parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw RuntimeFault.invalidArgument(
                    "digest '%s' has no algorithm; write sha256:<64 hex>", shortened(text));
        }
        var name = text.substring(0, colon);
        var algorithm =
                Algorithm.named(name)
                        .orElseThrow(
                                () ->
                                        RuntimeFault.invalidArgument(
                                                "digest '%s' uses algorithm '%s'; sha256 and sha512"
                                                        + " are known",
                                                shortened(text), shortened(name)));
        return new Digest(algorithm, text.substring(colon + 1));
    }

    /** The SHA-256 of some bytes. */
    public static Digest sha256(byte[] content) {
        return of(Algorithm.SHA256, Algorithm.SHA256.newMessageDigest().digest(content));
    }

    /** Names the outcome of a {@link MessageDigest} made by {@link Algorithm#newMessageDigest}. */
    public static Digest of(Algorithm algorithm, byte[] hash) {
        return new Digest(algorithm, HexFormat.of().formatHex(hash));
    }

    /** Whether this is the digest of these bytes. */
    public boolean matches(byte[] content) {
        return equals(of(algorithm, algorithm.newMessageDigest().digest(content)));
    }

    @Override
    public String toString() {
        return algorithm + ":" + hex;
    }

    private static boolean isHex(String text, int length) {
        return text.length() == length
                && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    private static String shortened(String text) {
        return text.length() <= 160 ? text : text.substring(0, 160) + "…";
    }

    /** The hash functions of the image specification. */
    public enum Algorithm {
        SHA256("sha256", "SHA-256", 64),
        SHA512("sha512", "SHA-512", 128);

        private final String label;
        private final String javaName;
        private final int hexLength;

        Algorithm(String label, String javaName, int hexLength) {
            this.label = label;
            this.javaName = javaName;
            this.hexLength = hexLength;
        }

        /** The algorithm of that name in a digest, for example {@code sha256}. */
        public static Optional<Algorithm> named(String label) {
            return Arrays.stream(values()).filter(a -> a.label.equals(label)).findFirst();
        }

        /** A fresh computation; feed its result to {@link Digest#of}. */
        public MessageDigest newMessageDigest() {
            try {
                return MessageDigest.getInstance(javaName);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has " + javaName, e);
            }
        }

        @Override
        public String toString() {
            return label;
        }
    }
}
