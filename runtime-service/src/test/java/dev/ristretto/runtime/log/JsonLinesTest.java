// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.ristretto.runtime.flight.Subject;
import dev.ristretto.runtime.flight.Task;

import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.logging.Level;

class JsonLinesTest {
    private static ExtLogRecord line(String message) {
        return new ExtLogRecord(Level.WARNING, message, JsonLinesTest.class.getName());
    }

    @Test
    void line_isOneObjectWithTimeLevelAndMessage() throws IOException {
        var text = new JsonLines().format(line("a \"quoted\"\nsecond line"));

        assertThat(text).endsWith("}\n").hasLineCount(1);
        var read = new ObjectMapper().readTree(text);
        assertThat(read.get("message").asText()).isEqualTo("a \"quoted\"\nsecond line");
        assertThat(read.get("level").asText()).isEqualTo("WARN");
        assertThat(read.get("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]{15}Z");
        assertThat(read.has("rpc")).isFalse();
        assertThat(read.has("exception")).isFalse();
    }

    @Test
    void exception_isAMemberWithItsStack() throws IOException {
        var thrown = line("x");
        thrown.setThrown(new IllegalStateException("why"));

        var read = new ObjectMapper().readTree(new JsonLines().format(thrown));

        assertThat(read.get("exception").asText())
                .startsWith("java.lang.IllegalStateException: why")
                .contains("at dev.ristretto.runtime.log.JsonLinesTest");
    }

    @Test
    void textLine_endsWithWhomItIsAbout() {
        var task = Task.ofSubject(Subject.container("c1", "web", "p1"));
        var text = new StringBuilder();

        task.run(() -> text.append(new TextLines().format(line("gone"))));

        assertThat(text.toString())
                .endsWith(
                        "gone {podSandboxId=p1 containerName=web containerId=c1}"
                                + System.lineSeparator());
        assertThat(new TextLines().format(line("gone"))).endsWith("gone" + System.lineSeparator());
    }
}
