// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.network.cni.CniNetworks;
import dev.ristretto.runtime.network.cni.CniSettings;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which of both networks a pod gets, and which is touched at all. */
class NetworkSwitchComponentTest {
    private static final String CONFIG =
            "{\"cniVersion\": \"1.0.0\", \"name\": \"n\", \"type\": \"absent\"}";

    @TempDir private Path directory;
    private final List<String> builtIn = new ArrayList<>();
    private PodNetworks networks = new HostNetwork();

    @AfterEach
    void close() {
        networks.close();
    }

    @Test
    void auto_withoutConfiguration_isTheBuiltInNetwork() throws IOException {
        networks = open(NetworkSwitch.Choice.AUTO);
        networks.retain(Set.of());

        assertThat(networks.attach(pod()).ipTexts()).containsExactly("10.0.0.1");
        networks.detach("p");

        assertThat(builtIn).containsExactly("open", "retain []", "attach p", "detach p");
        assertThat(networks.readiness().ready()).isTrue();
    }

    @Test
    void auto_withConfiguration_leavesTheBuiltInNetworkAlone() throws IOException {
        configure();
        networks = open(NetworkSwitch.Choice.AUTO);
        networks.retain(Set.of());

        assertThatThrownBy(() -> networks.attach(pod())).hasMessageContaining("plugin absent");

        assertThat(builtIn).isEmpty();
        assertThat(networks.readiness().reason()).isEqualTo("NetworkPluginNotReady");
    }

    @Test
    void configurationThatComesLater_isForNewPodsAndStays() throws IOException {
        networks = open(NetworkSwitch.Choice.AUTO);
        networks.retain(Set.of());
        networks.attach(pod());

        configure();
        assertThat(networks.readiness().message()).contains("plugin absent");
        Files.delete(directory.resolve("net.d/10.conf"));

        assertThat(networks.readiness().message()).contains("no CNI configuration");
        networks.detach("p");
        assertThat(builtIn)
                .containsExactly("open", "retain []", "attach p", "detach p", "dismantle");
    }

    @Test
    void podsOfTheBuiltInNetwork_areRecoveredThoughNewOnesGetAnother() throws IOException {
        Files.createDirectories(directory.resolve("leases"));
        Files.writeString(directory.resolve("leases/p.json"), "{}");
        networks = open(NetworkSwitch.Choice.CNI);

        networks.retain(Set.of("p"));

        assertThat(builtIn).containsExactly("open", "retain [p]");
    }

    @Test
    void builtIn_ignoresConfigurationOfCni() throws IOException {
        configure();
        networks = open(NetworkSwitch.Choice.BUILT_IN);
        networks.retain(Set.of());

        assertThat(networks.attach(pod()).ipTexts()).containsExactly("10.0.0.1");
    }

    private NetworkSwitch open(NetworkSwitch.Choice choice) throws IOException {
        var settings =
                new CniSettings(
                        directory.resolve("net.d"),
                        List.of(directory.resolve("bin")),
                        Duration.ofSeconds(30),
                        directory.resolve("state"));
        return new NetworkSwitch(
                choice,
                new CniNetworks(LinuxSyscalls.load(), settings),
                () -> {
                    builtIn.add("open");
                    return new Recording();
                },
                directory.resolve("leases"));
    }

    private void configure() throws IOException {
        Files.createDirectories(directory.resolve("net.d"));
        Files.writeString(directory.resolve("net.d/10.conf"), CONFIG);
    }

    private static PodAttachment pod() {
        return new PodAttachment("p", "ns/p", Path.of("/proc/self/ns/net"), List.of());
    }

    private final class Recording implements PodNetworks {
        @Override
        public PodNetwork attach(PodAttachment attachment) {
            builtIn.add("attach " + attachment.podSandboxId());
            return new PodNetwork(List.of(InetAddress.ofLiteral("10.0.0.1")), "", List.of(), "");
        }

        @Override
        public void detach(String podSandboxId) {
            builtIn.add("detach " + podSandboxId);
        }

        @Override
        public void retain(Set<String> podSandboxIds) {
            builtIn.add("retain " + podSandboxIds);
        }

        @Override
        public void dismantle() {
            builtIn.add("dismantle");
        }

        @Override
        public NetworkReadiness readiness() {
            return NetworkReadiness.ready(List.of());
        }
    }
}
