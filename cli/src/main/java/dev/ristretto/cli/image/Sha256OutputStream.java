// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.image;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Passes bytes on, counts and hashes them. */
final class Sha256OutputStream extends FilterOutputStream {
    private final MessageDigest sha256 = newDigest();
    private String digest = "";
    private long count;

    Sha256OutputStream(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int b) throws IOException {
        out.write(b);
        sha256.update((byte) b);
        count++;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        out.write(bytes, from, length);
        sha256.update(bytes, from, length);
        count += length;
    }

    long count() {
        return count;
    }

    /** {@code sha256:<hex>} of everything written so far; nothing may be written after it. */
    String digest() {
        if (digest.isEmpty()) {
            digest = "sha256:" + HexFormat.of().formatHex(sha256.digest());
        }
        return digest;
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
