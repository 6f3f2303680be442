// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.content;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.manifest.Descriptor;
import dev.ristretto.image.reference.Digest;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** The bytes of a blob, counted and hashed as they pass; {@link #verify} ends it. */
public final class VerifiedStream extends InputStream {
    private static final int BUFFER = 64 * 1024;

    private final Descriptor blob;
    private final InputStream in;
    private final MessageDigest digest;
    private long length;
    private boolean wrong;

    /** Over the bytes of a blob, which are closed with it. */
    public VerifiedStream(Descriptor blob, InputStream in) {
        this.blob = blob;
        this.in = in;
        this.digest = blob.digest().algorithm().newMessageDigest();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
        if (length > blob.sizeBytes()) {
            return -1; // too long already, however much there is
        }
        int n = in.read(into, offset, count);
        if (n > 0) {
            digest.update(into, offset, n);
            length += n;
        }
        return n;
    }

    /**
     * Reads what is left, and checks. Once.
     *
     * @throws RuntimeFault {@code WRONG_STATE} that says what the blob should have been
     * @throws IOException if the source fails
     */
    public void verify() throws IOException {
        var rest = new byte[BUFFER];
        while (read(rest, 0, rest.length) > 0) {
            // hashed as it passes
        }
        var found = Digest.of(blob.digest().algorithm(), digest.digest());
        wrong = length != blob.sizeBytes() || !found.equals(blob.digest());
        if (length > blob.sizeBytes()) {
            throw RuntimeFault.wrongState(
                    "read blob %s: it has more than the %d bytes that its manifest says",
                    blob.digest(), blob.sizeBytes());
        }
        if (length < blob.sizeBytes()) {
            throw RuntimeFault.wrongState(
                    "read blob %s: it ended after %d of the %d bytes that its manifest says",
                    blob.digest(), length, blob.sizeBytes());
        }
        if (!found.equals(blob.digest())) {
            throw RuntimeFault.wrongState(
                    "read blob %s: what came has digest %s; it was changed where it is kept or on"
                            + " the way",
                    blob.digest(), found);
        }
    }

    /** Whether {@link #verify} found that this is not the blob. */
    public boolean isWrong() {
        return wrong;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
