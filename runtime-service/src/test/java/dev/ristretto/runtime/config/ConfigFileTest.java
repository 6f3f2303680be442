// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

class ConfigFileTest {
    @ParameterizedTest
    @CsvSource({"''", "'# only a comment'", "'---'"})
    void parse_ofNothing_givesTheDefaults(String text) {
        assertThat(ConfigFile.parse(text)).isEqualTo(RistrettoConfig.defaults());
    }

    @Test
    void parse_changesOnlyWhatIsGiven() {
        var config = ConfigFile.parse("network:\n  bridge: br7\nregistry:\n  plainHttp: [a:5000]");

        assertThat(config.network().bridge()).isEqualTo("br7");
        assertThat(config.network().ipv4Subnet())
                .isEqualTo(RistrettoConfig.defaults().network().ipv4Subnet());
        assertThat(config.registry().plainHttp()).isEqualTo(List.of("a:5000"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sokcet: /x|key 'sokcet' does not exist; did you mean 'socket'?",
                "network: {brigde: x}|key 'network.brigde' does not exist; did you mean 'network.bridge'?",
                "network: 3|network. is not a table of keys",
                "image: {maxLayerBytes: many}|image.maxLayerBytes is \"many\"; it must be a whole number, for example 68719476736",
                "image: {maxLayerBytes: 0}|image.maxLayerBytes is '0'; it must be more than 0",
                "runDir: run|runDir is 'run'; it must be an absolute path",
                "runDir: /run/0123456789/0123456789ab|runDir is '/run/0123456789/0123456789ab'; it must be at most 27 bytes, since a socket's name has 107 (unix(7))",
                "unsetSeccompProfile: unconfined|unsetSeccompProfile is 'unconfined'; it must be RuntimeDefault, Unconfined or the absolute path of a profile",
                "streaming: {address: localhost}|streaming.address is 'localhost'; it must be an IPv4 or IPv6 address, for example 127.0.0.1",
                "streaming: {port: 70000}|streaming.port is '70000'; it must be 0 to 65535",
                "streaming: {tlsCertificate: /c.pem}|streaming.tlsKey is ''; it must be an absolute path if streaming.tlsCertificate is set, else empty",
                "streaming: {idleTimeoutSeconds: 0}|streaming.idleTimeoutSeconds is '0'; it must be more than 0",
                "metrics: {address: all}|metrics.address is 'all'; it must be an IPv4 or IPv6 address, for example 127.0.0.1",
                "metrics: {port: -1}|metrics.port is '-1'; it must be 0 to 65535",
                "logging: {level: WARNING}|logging.level is 'WARNING'; it must be one of ERROR, WARN, INFO, DEBUG, TRACE",
                "logging: {format: xml}|logging.format is 'xml'; it must be text or json",
                "tracing: {endpoint: 'localhost:4317'}|tracing.endpoint is 'localhost:4317'; it must be empty or an http or https URL, for example http://127.0.0.1:4318/v1/traces",
                "tracing: {samplingRatePerMillion: 1000001}|tracing.samplingRatePerMillion is '1000001'; it must be 0 to 1000000",
                "network: {masquerade: 1}|network.masquerade is 1; it must be a yes-or-no value, for example true",
                "cgroupParent: ristretto|cgroupParent is 'ristretto'; it must be an absolute path below the cgroup root, for example /ristretto",
            })
    void parse_ofSomethingWrong_namesTheKey(String text, String message) {
        assertThatThrownBy(() -> ConfigFile.parse(text))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> {
                            assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT);
                            assertThat(fault).hasMessage(message);
                        });
    }

    @Test
    void read_namesTheFileInItsError(@TempDir Path dir) throws IOException {
        var file = Files.writeString(dir.resolve("config.yaml"), "a: [");

        assertThatThrownBy(() -> ConfigFile.read(file))
                .hasMessageStartingWith("read " + file + ": line 1: ");
    }

    @Test
    void print_isReadBackAsTheSame() {
        var config = ConfigFile.parse("stateDir: /srv/r\nimage: {parallelLayers: 3}");

        assertThat(ConfigFile.parse(ConfigFile.print(config))).isEqualTo(config);
    }

    @Test
    void documentation_namesEveryKeyWithItsDefault() throws IOException {
        var page = Files.readString(repositoryRoot().resolve("docs/configuration.md"));

        for (var key : ConfigFile.keys()) {
            int colon = key.indexOf(": ");
            assertThat(page)
                    .contains(
                            "| `%s` | `%s` |"
                                    .formatted(key.substring(0, colon), key.substring(colon + 2)));
        }
    }

    private static Path repositoryRoot() {
        var directory = Path.of("").toAbsolutePath();
        while (directory != null && !Files.exists(directory.resolve("mvnw"))) {
            directory = directory.getParent();
        }
        return Objects.requireNonNull(directory, "not run inside the repository");
    }
}
