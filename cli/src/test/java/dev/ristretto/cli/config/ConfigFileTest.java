// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.cli.session.CommandFailure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import runtime.v1.NamespaceMode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

class ConfigFileTest {
    @TempDir Path dir;

    @Test
    void pod_isReadFromYaml_withFieldsInEitherCase_andEnumsAsNamesOrNumbers() throws Exception {
        var pod =
                file("""
                     metadata: {name: p, namespace: n, uid: u, attempt: 2}
                     logDirectory: /logs
                     port_mappings:
                       - {protocol: UDP, container_port: 53, hostPort: 5353}
                     labels: {any.thing/goes: here}
                     linux:
                       security_context:
                         namespace_options: {network: 2, pid: CONTAINER}
                     """)
                        .pod();

        assertThat(pod.getMetadata().getAttempt()).isEqualTo(2);
        assertThat(pod.getLogDirectory()).isEqualTo("/logs");
        assertThat(pod.getPortMappings(0).getHostPort()).isEqualTo(5353);
        assertThat(pod.getLabelsMap()).containsEntry("any.thing/goes", "here");
        var namespaces = pod.getLinux().getSecurityContext().getNamespaceOptions();
        assertThat(namespaces.getNetwork()).isEqualTo(NamespaceMode.NODE);
        assertThat(namespaces.getPid()).isEqualTo(NamespaceMode.CONTAINER);
    }

    @Test
    void container_isReadFromJson_withEnvironmentAsText() throws Exception {
        var container =
                file("""
                     {"metadata": {"name": "c"}, "image": {"image": "busybox"},
                      "envs": [{"key": "A", "value": "x=y é"}, {"key": "N", "value": 7}]}
                     """)
                        .container();

        assertThat(container.getEnvs(0).getValue().toStringUtf8()).isEqualTo("x=y é");
        assertThat(container.getEnvs(1).getValue().toStringUtf8()).isEqualTo("7");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"metadat\":{}} | unknown field 'metadat'; did you mean 'metadata'?",
                "{\"linux\":{\"securityContext\":{\"privilegd\":1}}} | unknown field"
                        + " 'linux.securityContext.privilegd'; did you mean 'privileged'?",
                "{\"port_mappings\":[{},{\"hostport\":1}]} | unknown field"
                        + " 'port_mappings[1].hostport'; did you mean 'host_port'?",
                "{\"metadata\":{\"namespace\":\"n\"}} | metadata.name is not set",
                "{\"metadata\":{\"name\":\"n\"}} | metadata.namespace is not set",
                "[] | not a config: an object with metadata is expected",
                "just text | not a config: an object with metadata is expected",
            })
    void aBadPod_isRefused_withThePathOfTheField(String text, String message) {
        assertThatThrownBy(() -> file(text).pod())
                .isInstanceOf(CommandFailure.class)
                .hasMessage("%s: %s", dir.resolve("config"), message);
    }

    @Test
    void brokenJson_isRefused_withItsPlace() {
        assertThatThrownBy(() -> file("{\n\"metadata\": }").pod())
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("line 2, column");
    }

    @Test
    void aFileThatIsNotThere_isNamed() {
        assertThatThrownBy(() -> new ConfigFile(dir.resolve("none")).pod())
                .isInstanceOf(NoSuchFileException.class);
    }

    private ConfigFile file(String text) throws IOException {
        return new ConfigFile(Files.writeString(dir.resolve("config"), text));
    }
}
