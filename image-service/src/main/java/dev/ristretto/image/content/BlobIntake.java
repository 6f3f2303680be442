// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.content;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.manifest.Descriptor;
import dev.ristretto.image.pull.BlobSource;
import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SyscallException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A blob on its way in: what an earlier attempt left on the disk first, then the rest from its
 * source, kept on the disk as it passes. {@link #stream} is read once, by one thread.
 *
 * <p>Closing keeps what there is for the next attempt if it was the source that failed, and deletes
 * it otherwise.
 */
public final class BlobIntake implements AutoCloseable {
    private static final int BUFFER = 256 * 1024;

    private final LinuxSyscalls linux;
    private final BlobStore store;
    private final Descriptor blob;
    private final Path partial;
    private final Fd file;
    private final long resumedBytes;
    private boolean keepPartial;
    private boolean published;

    private BlobIntake(LinuxSyscalls linux, BlobStore store, Descriptor blob, Path partial, Fd file)
            throws SyscallException {
        this.linux = linux;
        this.store = store;
        this.blob = blob;
        this.partial = partial;
        this.file = file;
        this.resumedBytes = linux.statx(file.number(), "", FileFlags.AT_EMPTY_PATH).size();
    }

    static BlobIntake open(LinuxSyscalls linux, BlobStore store, Descriptor blob, Path partial)
            throws IOException {
        if (Files.exists(partial) && Files.size(partial) > blob.sizeBytes()) {
            Files.delete(partial);
        }
        int flags = FileFlags.O_RDWR | FileFlags.O_CREAT | FileFlags.O_CLOEXEC;
        var file =
                Fd.owned(linux, linux.openat(FileFlags.AT_FDCWD, partial.toString(), flags, 0644));
        try {
            return new BlobIntake(linux, store, blob, partial, file);
        } catch (SyscallException e) {
            file.close();
            Files.delete(partial);
            throw e;
        }
    }

    /** Bytes that an earlier attempt has left; they may be wrong. */
    public long resumedBytes() {
        return resumedBytes;
    }

    /** All bytes of the blob, from the first. */
    public VerifiedStream stream(BlobSource source) {
        return new VerifiedStream(blob, new Tee(source));
    }

    /** Puts the blob into the store; its stream was found right. */
    public void publish() throws IOException {
        store.publish(partial, blob.digest(), blob.sizeBytes());
        published = true;
    }

    @Override
    public void close() throws IOException {
        try {
            file.close();
            if (!published && !keepPartial) {
                Files.deleteIfExists(partial);
            }
        } finally {
            store.endWriting(partial);
        }
    }

    /** The bytes, unchecked. */
    private final class Tee extends InputStream {
        private final BlobSource source;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        private @Nullable InputStream rest;
        private long position;

        Tee(BlobSource source) {
            this.source = source;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int wanted = Math.min(length, BUFFER);
            if (wanted == 0) {
                return 0;
            }
            if (position < resumedBytes) {
                return fromDisk(into, offset, (int) Math.min(wanted, resumedBytes - position));
            }
            if (position == blob.sizeBytes() && rest == null) {
                return -1; // all was here; what more the source has is of no interest
            }
            int n = fromSource(into, offset, wanted);
            if (n > 0) {
                keep(into, offset, n);
            }
            return n;
        }

        private int fromDisk(byte[] into, int offset, int length) throws IOException {
            buffer.clear().limit(length);
            int n = linux.read(file.number(), buffer);
            if (n == 0) {
                throw RuntimeFault.internal(
                        null, "read %s: it has become shorter; is somebody changing it", partial);
            }
            buffer.flip().get(into, offset, n);
            position += n;
            return n;
        }

        private int fromSource(byte[] into, int offset, int length) throws IOException {
            try {
                var in = rest;
                if (in == null) {
                    in = source.open(position);
                    rest = in;
                }
                return in.read(into, offset, length);
            } catch (IOException | RuntimeException e) {
                // The bytes so far are good: the next attempt goes on from here.
                keepPartial = position > 0;
                throw e;
            }
        }

        private void keep(byte[] array, int offset, int length) throws SyscallException {
            position += length;
            if (position > blob.sizeBytes()) {
                return; // too long: nothing of it will be published
            }
            buffer.clear().put(array, offset, length).flip();
            while (buffer.hasRemaining()) {
                linux.write(file.number(), buffer);
            }
        }

        @Override
        public void close() throws IOException {
            var in = rest;
            if (in != null) {
                in.close();
            }
        }
    }
}
