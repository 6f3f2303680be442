// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.registry.Endpoint.Capability;
import dev.ristretto.image.registry.TlsSettings.ClientKey;
import dev.ristretto.image.registry.TlsSettings.Verification;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

class RegistryHostsTest {
    @TempDir Path certs;

    @ParameterizedTest
    @CsvSource({
        "docker.io, https://registry-1.docker.io/v2",
        "registry.example, https://registry.example/v2",
        "plain.example:5000, http://plain.example:5000/v2",
        "plain.example, https://plain.example/v2",
        "localhost:5000, https://localhost:5000/v2",
        "[::1]:5000, https://[::1]:5000/v2",
    })
    void endpoints_withoutDirectories_areTheRegistryItself(String host, String base) {
        var endpoints = new RegistryHosts(List.of(), List.of("plain.example:5000")).endpoints(host);

        assertThat(endpoints)
                .singleElement()
                .satisfies(
                        endpoint -> {
                            assertThat(endpoint.base()).hasToString(base);
                            assertThat(endpoint.namespace()).isEmpty();
                        });
    }

    @Test
    void endpoints_ofHostsToml_areItsHostsInOrderAndThenTheServer() throws IOException {
        write(
                "docker.io",
                """
                server = "https://registry-1.docker.io"

                [host."https://one.example"]
                  capabilities = ["pull", "resolve"]
                  ca = "ca.pem"
                  client = [["cert.pem", "/keys/key.pem"]]
                  [host."https://one.example".header]
                    x-one = "a"
                    x-two = ["b", "c"]

                [host."http://two.example:5000/cache"]
                  capabilities = ["pull"]
                  skip_verify = true

                [host."three.example/full/path"]
                  override_path = true
                """);

        var endpoints = endpoints("docker.io");

        assertThat(endpoints)
                .extracting(e -> e.base().toString())
                .containsExactly(
                        "https://one.example/v2",
                        "http://two.example:5000/cache/v2",
                        "https://three.example/full/path",
                        "https://registry-1.docker.io/v2");
        assertThat(endpoints)
                .extracting(Endpoint::namespace)
                .containsExactly("docker.io", "docker.io", "docker.io", "");
        assertThat(endpoints)
                .extracting(Endpoint::capabilities)
                .containsExactly(
                        EnumSet.of(Capability.PULL, Capability.RESOLVE),
                        EnumSet.of(Capability.PULL),
                        EnumSet.allOf(Capability.class),
                        EnumSet.allOf(Capability.class));
        var directory = certs.resolve("docker.io");
        assertThat(endpoints.get(0).tls())
                .isEqualTo(
                        new TlsSettings(
                                List.of(directory.resolve("ca.pem")),
                                List.of(
                                        new ClientKey(
                                                directory.resolve("cert.pem"),
                                                Path.of("/keys/key.pem"))),
                                Verification.ON));
        assertThat(endpoints.get(0).headers())
                .isEqualTo(Map.of("x-one", List.of("a"), "x-two", List.of("b", "c")));
        assertThat(endpoints.get(1).tls().verification()).isEqualTo(Verification.OFF);
    }

    @Test
    void endpoints_ofDefaultDirectory_endAtTheRegistryItself() throws IOException {
        write("_default", "[host.\"https://cache.example\"]\n");

        assertThat(endpoints("registry.example:5000"))
                .extracting(e -> e.uri("a/manifests/b").toString())
                .containsExactly(
                        "https://cache.example/v2/a/manifests/b?ns=registry.example%3A5000",
                        "https://registry.example:5000/v2/a/manifests/b");
    }

    @ParameterizedTest
    @CsvSource({"registry.example:5000", "registry.example_5000_"})
    void endpoints_findTheDirectoryOfHostAndPort(String name) throws IOException {
        write("_default", "server = \"https://wrong.example\"\n");
        write(name, "server = \"http://right.example\"\n");

        assertThat(endpoints("registry.example:5000"))
                .extracting(e -> e.base().toString())
                .containsExactly("http://right.example/v2");
    }

    @Test
    void endpoints_withoutHostsToml_takeDockersCertificateFiles() throws IOException {
        var directory = Files.createDirectory(certs.resolve("registry.example"));
        for (var name : List.of("ca.crt", "me.cert", "me.key")) {
            Files.writeString(directory.resolve(name), "");
        }

        assertThat(endpoints("registry.example").getFirst().tls())
                .isEqualTo(
                        new TlsSettings(
                                List.of(directory.resolve("ca.crt")),
                                List.of(
                                        new ClientKey(
                                                directory.resolve("me.cert"),
                                                directory.resolve("me.key"))),
                                Verification.ON));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "host = 5 | host is not a table",
                "[host.x]~capabilities = [\"fly\"] | capabilities has 'fly'",
                "[host.x]~skip_verify = \"yes\" | skip_verify is neither true nor false",
                "[host.x]~ca = 5 | ca is neither a string nor",
                "[host.x]~client = [[\"a\",\"b\",\"c\"]] | client has 3 files",
                "[host.\"https://\"] | is not an address",
                "[host.\"https://u:p@h\"] | is not an address",
                "server = 7 | server is not a string",
                "[host | hosts.toml",
            })
    void endpoints_ofBadFile_areRefusedAndNameItAndTheKey(String text, String expected)
            throws IOException {
        write("bad.example", text.replace('~', '\n'));

        assertThatThrownBy(() -> endpoints("bad.example"))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        f -> assertThat(f.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT))
                .hasMessageContaining("bad.example/hosts.toml")
                .hasMessageContaining(expected);
    }

    private List<Endpoint> endpoints(String host) {
        return new RegistryHosts(List.of(certs), List.of()).endpoints(host);
    }

    private void write(String host, String text) throws IOException {
        var directory = Files.createDirectory(certs.resolve(host));
        Files.writeString(directory.resolve("hosts.toml"), text);
    }
}
