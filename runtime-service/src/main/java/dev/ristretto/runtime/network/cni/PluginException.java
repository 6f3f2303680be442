// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A plugin that did not do what it was asked to. The message names it and says what it said. */
final class PluginException extends IOException {
    private static final long serialVersionUID = 1L;

    /** See "Error" in the specification. */
    static final int INCOMPATIBLE_VERSION = 1;

    static final int UNKNOWN_CONTAINER = 3;
    static final int TRY_AGAIN = 11;
    private static final int UNSUPPORTED_FIELD = 2;
    private static final int INVALID_CONFIG = 7;
    private static final int NOT_AVAILABLE = 50;
    private static final int LIMITED_CONNECTIVITY = 51;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** How it failed. */
    enum How {
        /** Its program is not there. */
        MISSING,
        /** It did not end in time, and was killed. */
        HUNG,
        /** It said so itself. */
        REFUSED
    }

    private final How how;
    private final int code;

    private PluginException(How how, int code, String message) {
        super(message);
        this.how = how;
        this.code = code;
    }

    static PluginException missing(String message) {
        return new PluginException(How.MISSING, 0, message);
    }

    static PluginException hung(String message) {
        return new PluginException(How.HUNG, 0, message);
    }

    static PluginException refused(String message) {
        return new PluginException(How.REFUSED, 0, message);
    }

    /**
     * From what it printed before it exited with something but 0.
     *
     * @param plugin its type
     * @param stderr the end of what it wrote there
     */
    static PluginException of(String plugin, int exitCode, byte[] stdout, String stderr) {
        var text = new StringBuilder("plugin ").append(plugin).append(": ");
        int code = 0;
        try {
            var error = JSON.readTree(stdout);
            code = error.path("code").asInt();
            text.append(error.path("msg").asText("exit code " + exitCode));
            var details = error.path("details").asText();
            if (!details.isBlank()) {
                text.append(": ").append(details.strip());
            }
            if (code != 0) {
                text.append(" (code ").append(code).append(')');
            }
        } catch (JsonProcessingException e) {
            text.append("exit code ").append(exitCode);
            var said = new String(stdout, 0, Math.min(stdout.length, 512), StandardCharsets.UTF_8);
            if (!said.isBlank()) {
                text.append(": ").append(said.strip());
            }
        } catch (IOException e) {
            throw new AssertionError("a byte array that cannot be read", e);
        }
        return new PluginException(How.REFUSED, code, text + spoken(stderr) + hint(code));
    }

    /** What a plugin wrote to its standard error, as the end of a sentence. */
    static String spoken(String stderr) {
        return stderr.isBlank()
                ? ""
                : "; it wrote: " + stderr.strip().replaceAll("\\s*\\R\\s*", " | ");
    }

    private static String hint(int code) {
        return switch (code) {
            case INCOMPATIBLE_VERSION ->
                    "; the plugin does not speak the configuration's cniVersion: update it, or lower"
                            + " cniVersion";
            case UNSUPPORTED_FIELD, INVALID_CONFIG -> "; correct the CNI configuration";
            case TRY_AGAIN -> "; it asks to be tried again later";
            case NOT_AVAILABLE, LIMITED_CONNECTIVITY ->
                    "; look at the network's own pods and their logs";
            default -> "";
        };
    }

    How how() {
        return how;
    }

    /** Its error code; 0 if it named none. */
    int code() {
        return code;
    }
}
