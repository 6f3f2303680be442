// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * The pipes of a plugin, each served by a platform thread of its own: reading a pipe holds a
 * carrier thread, and hung plugins must not hold them all. What is kept is bounded.
 */
final class PluginOutput {
    /** More is no result. */
    static final int MOST = 1 << 20;

    private static final int LAST = 2 << 10;
    private static final int ROOM = 8 << 10;

    private PluginOutput() {}

    /** A plugin that prints without end. */
    static final class TooMuchException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** All of it; fails with {@link TooMuchException}. */
    static CompletableFuture<byte[]> first(InputStream stream) {
        return serve(
                "cni-stdout",
                () -> {
                    var content = stream.readNBytes(MOST + 1);
                    if (content.length > MOST) {
                        throw new TooMuchException();
                    }
                    return content;
                });
    }

    /** The end of it; what came before is let go. */
    static CompletableFuture<byte[]> last(InputStream stream) {
        return serve(
                "cni-stderr",
                () -> {
                    var kept = new byte[0];
                    var buffer = new byte[ROOM];
                    for (int n = stream.read(buffer); n > 0; n = stream.read(buffer)) {
                        var all = Arrays.copyOf(kept, kept.length + n);
                        System.arraycopy(buffer, 0, all, kept.length, n);
                        kept = Arrays.copyOfRange(all, Math.max(0, all.length - LAST), all.length);
                    }
                    return kept;
                });
    }

    /** Writes and closes. A plugin that does not read is known by what it does instead. */
    static void write(OutputStream stream, byte[] content) {
        var _ =
                serve(
                        "cni-stdin",
                        () -> {
                            try (stream) {
                                stream.write(content);
                            }
                            return content;
                        });
    }

    private static CompletableFuture<byte[]> serve(String name, Callable<byte[]> work) {
        var done = new CompletableFuture<byte[]>();
        Thread.ofPlatform()
                .daemon()
                .name(name)
                .start(
                        () -> {
                            try {
                                done.complete(work.call());
                            } catch (Exception e) {
                                done.completeExceptionally(e);
                            }
                        });
        return done;
    }
}
