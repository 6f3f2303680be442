// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.ristretto.runtime.stream.wire.ClientStream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The sizes of the client's terminal as they come on the resize stream: JSON objects {@code
 * {"Width":80,"Height":24}} one after the other, cut anywhere. Confined to one thread.
 */
final class ResizeEvents {
    /** Far more than such an object has; what is longer is none. */
    private static final int MAX_BYTES = 1024;

    private static final int MAX_SIZE = 0xffff; // struct winsize has 16 bits
    private static final JsonMapper JSON = new JsonMapper();

    private final ClientStream stream;
    private final ByteArrayOutputStream object = new ByteArrayOutputStream();
    private final Deque<TerminalSize> complete = new ArrayDeque<>();

    ResizeEvents(ClientStream stream) {
        this.stream = stream;
    }

    /**
     * Waits for the next size; empty at the end of the stream.
     *
     * @throws IOException if what comes is not a size
     */
    Optional<TerminalSize> next() throws IOException {
        while (complete.isEmpty()) {
            var bytes = stream.read();
            if (bytes.length == 0) {
                return Optional.empty();
            }
            for (byte b : bytes) {
                take(b);
            }
        }
        return Optional.of(complete.remove());
    }

    private void take(byte b) throws IOException {
        object.write(b);
        if (b == '}') {
            complete.add(sizeIn(JSON.readTree(object.toByteArray())));
            object.reset();
        } else if (object.size() > MAX_BYTES) {
            throw new IOException("resize stream: no object ends within 1024 bytes");
        }
    }

    // The other servers are written in Go, whose JSON ignores case.
    private static TerminalSize sizeIn(JsonNode object) throws IOException {
        int rows = 0;
        int columns = 0;
        for (var field : object.properties()) {
            if (field.getKey().equalsIgnoreCase("height")) {
                rows = field.getValue().asInt();
            } else if (field.getKey().equalsIgnoreCase("width")) {
                columns = field.getValue().asInt();
            }
        }
        if (rows < 0 || rows > MAX_SIZE || columns < 0 || columns > MAX_SIZE) {
            throw new IOException(
                    "resize stream: %s is not the size of a terminal".formatted(object));
        }
        return new TerminalSize(rows, columns);
    }
}
