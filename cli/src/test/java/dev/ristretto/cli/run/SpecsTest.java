// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import runtime.v1.Protocol;

import java.nio.file.Path;
import java.util.Map;

class SpecsTest {
    @ParameterizedTest
    @CsvSource({
        "8080:80, '', 8080, 80, TCP",
        "127.0.0.1:53:5353/udp, 127.0.0.1, 53, 5353, UDP",
        "[::1]:1:2/sctp, ::1, 1, 2, SCTP"
    })
    void port(String text, String ip, int host, int container, Protocol protocol) {
        var port = Specs.port(text);

        assertThat(port.getHostIp()).isEqualTo(ip);
        assertThat(port.getHostPort()).isEqualTo(host);
        assertThat(port.getContainerPort()).isEqualTo(container);
        assertThat(port.getProtocol()).isEqualTo(protocol);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "80", "a:b", "0:80", "80:65536", "80:999999", "1:2/icmp", "x:1:2"})
    void port_thatIsNone_isRefused(String text) {
        assertThatThrownBy(() -> Specs.port(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("port '" + text + "'");
    }

    @Test
    void mount_ofARelativePath_isTheCallers() {
        var mount = Specs.mount("./a/../b:/c:ro");

        assertThat(mount.getHostPath()).isEqualTo(Path.of("b").toAbsolutePath().toString());
        assertThat(mount.getContainerPath()).isEqualTo("/c");
        assertThat(mount.getReadonly()).isTrue();
        assertThat(Specs.mount("/a:/b").getReadonly()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "/a:b", ":/b", "/a:/b:rx", "/a:/b:ro:x"})
    void mount_thatIsNone_isRefused(String text) {
        assertThatThrownBy(() -> Specs.mount(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void env_withoutAValue_isTakenFromHere() {
        var here = Map.of("HOME", "/root");

        assertThat(Specs.env("A=b=c", here).getValue().toStringUtf8()).isEqualTo("b=c");
        assertThat(Specs.env("HOME", here).getValue().toStringUtf8()).isEqualTo("/root");
        assertThat(Specs.env("NONE", here).getValue().toStringUtf8()).isEmpty();
        assertThatThrownBy(() -> Specs.env("=x", here)).hasMessage("env '=x' is not KEY=VALUE");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1048576, 1048576", "64m, 67108864", "1G, 1073741824", "2KiB, 2048"})
    void bytes(String text, long bytes) {
        assertThat(Specs.bytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "m", "-1", "1.5g", "1t"})
    void bytes_thatAreNone_areRefused(String text) {
        assertThatThrownBy(() -> Specs.bytes(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":1", "a:b", "1:2:3"})
    void user_thatIsNone_isRefused(String text) {
        assertThatThrownBy(() -> UserSpec.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not name, uid, name:gid or uid:gid");
    }
}
