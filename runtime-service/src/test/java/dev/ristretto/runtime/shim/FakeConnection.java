// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.linux.syscall.Errno;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * The podshim's end of a connection, written from docs/wire.md and not from the code under test.
 */
public final class FakeConnection implements AutoCloseable {
    private final SocketChannel socket;

    /** A frame that came. */
    public record Frame(int type, ByteBuffer payload) {}

    FakeConnection(SocketChannel socket) {
        this.socket = socket;
    }

    /** Waits for a frame. */
    public Frame receive() throws IOException {
        var header = read(8);
        int length = header.getInt();
        int type = header.getShort();
        int version = header.getShort();
        if (version != 1) {
            throw new AssertionError("version " + version);
        }
        return new Frame(type, read(length));
    }

    /** Sends bytes as they are, whatever the protocol says. */
    public void sendRaw(byte[] bytes) throws IOException {
        var left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            socket.write(left);
        }
    }

    /** Sends a frame with this payload. */
    public void send(int type, byte[] payload) throws IOException {
        sendRaw(
                fields(8 + payload.length)
                        .putInt(payload.length)
                        .putShort((short) type)
                        .putShort((short) 1)
                        .put(payload)
                        .array());
    }

    /** What follows an attach request that is granted. */
    public void attached() throws IOException {
        send(42, new byte[0]);
    }

    void ok() throws IOException {
        send(32, new byte[0]);
    }

    void error(Errno errno, String what) throws IOException {
        var text = what.getBytes(StandardCharsets.UTF_8);
        send(33, text(fields(9 + text.length).putInt(errno.number()), text).array());
    }

    void refused(String what) throws IOException {
        var text = what.getBytes(StandardCharsets.UTF_8);
        send(34, text(fields(5 + text.length), text).array());
    }

    void failed(int step, int code, FakeFailure failure) throws IOException {
        var text = failure.kernelText().getBytes(StandardCharsets.UTF_8);
        var payload =
                fields(17 + text.length)
                        .putInt(step)
                        .putShort((short) code)
                        .putShort((short) failure.detail())
                        .putInt(failure.errno().number());
        send(36, text(payload, text).array());
    }

    public void started(int pid, Instant at) throws IOException {
        send(37, fields(12).putInt(pid).putLong(nanos(at)).array());
    }

    void exited(int waitStatus, Instant at) throws IOException {
        send(38, fields(12).putInt(waitStatus).putLong(nanos(at)).array());
    }

    static ByteBuffer fields(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static ByteBuffer text(ByteBuffer into, byte[] text) {
        return into.putInt(text.length).put(text).put((byte) 0);
    }

    static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }

    static int waitStatus(ExitStatus status) {
        return switch (status) {
            case ExitStatus.Exited(var code) -> code << 8;
            case ExitStatus.Signaled(var signal) -> signal;
        };
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    void readRaw(int bytes) throws IOException {
        var _ = read(bytes);
    }

    private ByteBuffer read(int bytes) throws IOException {
        var buffer = fields(bytes);
        while (buffer.hasRemaining()) {
            if (socket.read(buffer) < 0) {
                throw new EOFException();
            }
        }
        return buffer.flip();
    }
}
