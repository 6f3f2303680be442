// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

class HookStateTest {
    @Test
    void text_isJson_whateverIsInIt() throws IOException {
        var bytes = "q\" b\\ \n\t\u0001 \u00fc \ud83d\ude00";
        var state = new HookState("c1", Map.of("a/" + bytes, bytes, "b", ""));

        var json = new ObjectMapper().readTree(state.text("running", 42, Path.of("/a\"b")));

        assertThat(json.path("ociVersion").asText()).isEqualTo("1.2.0");
        assertThat(json.path("id").asText()).isEqualTo("c1");
        assertThat(json.path("status").asText()).isEqualTo("running");
        assertThat(json.path("pid").asInt()).isEqualTo(42);
        assertThat(json.path("bundle").asText()).isEqualTo("/a\"b");
        assertThat(json.path("annotations").path("a/" + bytes).asText()).isEqualTo(bytes);
        assertThat(json.path("annotations")).hasSize(2);
    }
}
