// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.runtime.observe.Exposition.Type;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The daemon's metrics over HTTP. */
@Timeout(60)
class MetricsListenerComponentTest {
    private final CallTimes calls = new CallTimes();

    private static HttpResponse<String> request(
            MetricsListener listener, String method, String path) throws Exception {
        var uri = URI.create("http://127.0.0.1:" + listener.address().getPort() + path);
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(uri)
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private MetricsListener start() throws IOException {
        return MetricsListener.start(
                "127.0.0.1",
                0,
                calls,
                List.of(
                        text ->
                                text.each(
                                        "pods",
                                        Type.GAUGE,
                                        "Pods.",
                                        "state",
                                        new TreeMap<>(Map.of("a\"b", 1, "c", 2)))));
    }

    @Test
    void metrics_areInPrometheusFormat() throws Exception {
        calls.add("Version", "OK", 2_000_000);
        calls.add("Version", "OK", 500_000_000_000L);
        try (var listener = start()) {
            var response = request(listener, "GET", "/metrics");

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type"))
                    .contains("text/plain; version=0.0.4; charset=utf-8");
            var name = "ristretto_rpc_duration_seconds";
            assertThat(response.body().lines())
                    .contains(
                            "# TYPE " + name + " histogram",
                            name + "_bucket{method=\"Version\",code=\"OK\",le=\"0.001\"} 0",
                            name + "_bucket{method=\"Version\",code=\"OK\",le=\"0.0025\"} 1",
                            name + "_bucket{method=\"Version\",code=\"OK\",le=\"120\"} 1",
                            name + "_bucket{method=\"Version\",code=\"OK\",le=\"+Inf\"} 2",
                            name + "_sum{method=\"Version\",code=\"OK\"} 500.002",
                            name + "_count{method=\"Version\",code=\"OK\"} 2",
                            "# HELP pods Pods.",
                            "# TYPE pods gauge",
                            "pods{state=\"a\\\"b\"} 1",
                            "pods{state=\"c\"} 2")
                    .anyMatch(line -> line.matches("process_cpu_seconds_total [0-9.]+"))
                    .anyMatch(line -> line.matches("process_resident_memory_bytes [1-9]\\d+"))
                    .anyMatch(line -> line.matches("jvm_threads [1-9]\\d*"));
        }
    }

    @Test
    void everyLine_isACommentOrASample() throws Exception {
        calls.add("Version", "OK", 1);
        try (var listener = start()) {
            assertThat(request(listener, "GET", "/metrics").body().lines())
                    .allMatch(
                            line ->
                                    line.startsWith("# ")
                                            || line.matches("[a-z_]+(\\{[^}]*})? [0-9.E+-]+"));
        }
    }

    @Test
    void health_isToldAndNothingElse() throws Exception {
        try (var listener = start()) {
            assertThat(request(listener, "GET", "/healthz").body()).isEqualTo("ok\n");
            assertThat(request(listener, "GET", "/").statusCode()).isEqualTo(404);
            assertThat(request(listener, "POST", "/metrics").statusCode()).isEqualTo(405);
        }
    }

    @Test
    void portThatIsTaken_isNamedWithWhatToDo() throws Exception {
        try (var listener = start()) {
            int port = listener.address().getPort();

            assertThatThrownBy(() -> MetricsListener.start("127.0.0.1", port, calls, List.of()))
                    .hasMessageStartingWith(
                            "listen on 127.0.0.1 port %d for metrics: ".formatted(port))
                    .hasMessageContaining("metrics.port");
        }
    }
}
