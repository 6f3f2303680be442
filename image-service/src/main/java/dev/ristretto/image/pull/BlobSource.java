// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.pull;

import java.io.IOException;
import java.io.InputStream;

/** Where a blob's bytes come from. May be opened again, from another offset. */
@FunctionalInterface
public interface BlobSource {
    /**
     * The bytes from an offset to the end. The caller closes the stream, and checks the digest as
     * it reads.
     *
     * @throws IOException if they cannot be read; also {@link dev.ristretto.fault.RuntimeFault}
     *     with a registry's answer
     */
    InputStream open(long offset) throws IOException;
}
