// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Optional;

/**
 * What a server answered. Whoever has it closes it, or hands its body on.
 *
 * @param uri who answered: after redirects not whom we asked first
 */
record Answer(URI uri, int status, HttpHeaders headers, InputStream body) implements AutoCloseable {
    private static final int MAX_ERROR_BYTES = 16 * 1024;
    private static final int MAX_SHOWN = 200;
    private static final JsonMapper MAPPER = new JsonMapper();

    Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    List<String> allHeaders(String name) {
        return headers.allValues(name);
    }

    /** The whole body. */
    byte[] bytes(int max) throws IOException {
        var bytes = body.readNBytes(max + 1);
        if (bytes.length > max) {
            throw new IOException("its answer is longer than the %d bytes allowed".formatted(max));
        }
        return bytes;
    }

    /** The status and, if the body has them, the words of the registry's own error. */
    String described() {
        var words = words();
        return words.isEmpty() ? "status " + status : "status " + status + " (" + words + ")";
    }

    private String words() {
        JsonNode json;
        try {
            json = MAPPER.readTree(body.readNBytes(MAX_ERROR_BYTES));
        } catch (IOException e) {
            return ""; // the status says enough
        }
        var error = json.path("errors").path(0);
        var code = error.path("code").asText(json.path("error").asText(""));
        var message = error.path("message").asText(json.path("details").asText(""));
        var separator = code.isEmpty() || message.isEmpty() ? "" : ": ";
        return printable(code + separator + message);
    }

    /** A stranger's text in our message: one short line. */
    private static String printable(String text) {
        var line = text.replaceAll("[^\\x20-\\x7e]+", " ").strip();
        return line.length() <= MAX_SHOWN ? line : line.substring(0, MAX_SHOWN) + "…";
    }

    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            // Closing what will not be read: there is nobody to tell.
            return;
        }
    }
}
