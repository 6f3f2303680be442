// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.conformance.image.TestImages;
import dev.ristretto.conformance.stand.Await;
import dev.ristretto.conformance.stand.Configs;
import dev.ristretto.conformance.stand.Crictl;
import dev.ristretto.conformance.stand.Stand;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.time.Duration;

/** A real web server in a pod of the built-in network, reached in every way there is. */
@Tag("root")
class NginxE2eTest {
    private static Stand stand;
    private static Crictl crictl;
    private static String pod;
    private static String container;
    private static String podConfig;

    @BeforeAll
    static void start() throws IOException {
        stand = Stand.start("nginx");
        crictl = stand.crictl();
        var archive = TestImages.nginx(stand.scratch("nginx.tar"));
        var image = stand.registry().push(archive, "e2e/nginx:1");
        crictl.call("pull", image);
        var ports = ", \"port_mappings\": [{\"container_port\": 80, \"host_port\": 8080}]";
        podConfig = Configs.pod("web", stand.paths().podLogs(), ports);
        pod = crictl.runPod(podConfig);
        var ownPids = ", \"linux\": {\"security_context\": {\"namespace_options\": {\"pid\": 1}}}";
        var nginx = Configs.containerWith(ownPids, "nginx", image);
        container = crictl.runContainer(pod, nginx, podConfig);
        Await.until(
                "nginx answers",
                Duration.ofSeconds(30),
                () -> curl("http://%s/".formatted(address())).equals(TestImages.NGINX_PAGE));
    }

    @AfterAll
    static void stop() {
        stand.close();
    }

    @Test
    void page_throughThePodsIpv6Address() throws IOException {
        var ipv6 = crictl.podStatus(pod).path("network").path("additionalIps").get(0);

        assertThat(curl("http://[%s]/".formatted(ipv6.path("ip").asText())))
                .isEqualTo(TestImages.NGINX_PAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.83.0.1"})
    void page_throughTheHostPort(String node) throws IOException {
        assertThat(curl("http://%s:8080/".formatted(node))).isEqualTo(TestImages.NGINX_PAGE);
    }

    @Test
    void page_fromAContainerOfThePodItself() throws IOException {
        assertThat(crictl.call("exec", "-s", container, "wget", "-q", "-O", "-", "127.0.0.1"))
                .isEqualTo(TestImages.NGINX_PAGE.strip());
    }

    @Test
    void page_fromAnotherPod_throughAddressAndHostPort() throws IOException {
        var otherConfig = Configs.pod("other", stand.paths().podLogs(), "");
        var other = crictl.runPod(otherConfig);
        var image = crictl.containerStatus(container).path("imageRef").asText();
        var client =
                crictl.runContainer(
                        other, Configs.container("client", image, "sleep", "600"), otherConfig);

        for (var url : new String[] {address(), "10.83.0.1:8080"}) {
            assertThat(crictl.call("exec", "-s", client, "wget", "-q", "-O", "-", url))
                    .as(url)
                    .isEqualTo(TestImages.NGINX_PAGE.strip());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"spdy", "websocket"})
    void portForward_bringsFiftyDownloadsAtOnceWhole(String transport) throws IOException {
        var file = "/usr/share/nginx/html/" + transport;
        var sum =
                crictl.call(
                        "exec",
                        "-s",
                        container,
                        "sh",
                        "-c",
                        "head -c 10485760 /dev/urandom >%1$s && sha256sum <%1$s".formatted(file));

        try (var forward = StreamsE2eTest.forward(stand, transport, pod, "18080:80")) {
            var downloads =
                    "for i in $(seq 50); do (curl -s -m 120 %s/%s | sha256sum) & done; wait"
                            .formatted("http://127.0.0.1:18080", transport);
            var sums = stand.network().command("bash", "-c", downloads).text();

            assertThat(sums.lines()).as(forward.printed()).hasSize(50).containsOnly(sum);
        }
    }

    @Test
    void log_holdsTheRequests() throws IOException {
        var before = crictl.call("logs", container).lines().count();

        assertThat(curl("http://%s/marked".formatted(address()))).contains("404 Not Found");

        Await.until(
                "the request is in the log",
                Duration.ofSeconds(5),
                () -> crictl.call("logs", container).lines().count() > before);
        assertThat(crictl.call("logs", "--tail", "1", container))
                .contains("\"GET /marked HTTP/1.1\"");
    }

    @Test
    void pidFile_holdsTheFirstProcess() throws IOException {
        assertThat(crictl.call("exec", "-s", container, "cat", "/var/run/nginx.pid"))
                .isEqualTo("1");
    }

    @Test
    void hostPort_isFreeAgainWhenThePodIsGone() throws IOException {
        var config =
                Configs.pod(
                        "brief",
                        stand.paths().podLogs(),
                        ", \"port_mappings\": [{\"container_port\": 80, \"host_port\": 8081}]");

        for (int attempt = 0; attempt < 2; attempt++) {
            var brief = crictl.runPod(config);
            assertThat(String.join("\n", stand.residue().nftables())).contains("8081");
            crictl.call("rmp", "-f", brief);
            assertThat(String.join("\n", stand.residue().nftables())).doesNotContain("8081");
        }
    }

    private static String address() throws IOException {
        return crictl.podStatus(pod).path("network").path("ip").asText();
    }

    private static String curl(String url) throws IOException {
        return stand.network().command("curl", "-s", "-m", "5", url).run().stdout();
    }
}
