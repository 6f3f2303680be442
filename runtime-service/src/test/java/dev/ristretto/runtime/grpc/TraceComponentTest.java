// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.config.RistrettoConfig;
import dev.ristretto.runtime.observe.CallTimes;
import dev.ristretto.runtime.shim.ShimOp;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.trace.Tracing;

import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import runtime.v1.StatusRequest;
import runtime.v1.VersionRequest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;

/** What a collector gets of RPCs, over real sockets on both sides. */
@Timeout(120)
class TraceComponentTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CALLER = "b7ad6b7169203331";

    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private FakeCollector collector;

    @BeforeEach
    void start() throws IOException {
        collector = new FakeCollector();
    }

    @AfterEach
    void stop() {
        collector.close();
    }

    private static Tracing tracing(String endpoint, int perMillion) {
        return Tracing.start(new RistrettoConfig.Tracing(endpoint, perMillion), "9.8.7", "node7");
    }

    private ServedNode served(Tracing tracing) throws IOException {
        return new ServedNode(directory, new CriServer.Watchers(new CallTimes(), tracing));
    }

    /** A client whose calls carry a trace, as the kubelet's do. */
    private static CriCalls calls(ServedNode served, String flags) {
        var headers = new Metadata();
        headers.put(
                Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
                "00-%s-%s-%s".formatted(TRACE, CALLER, flags));
        return new CriCalls(
                served.stub().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers)));
    }

    @Test
    void sampledTrace_goesOnWithAServersSpanAndOneForEachStep() throws IOException {
        try (var tracing = tracing(collector.endpoint(), 0);
                var served = served(tracing)) {
            var calls = calls(served, "01");
            var pod = calls.runPod();
            var container = calls.createContainer(pod);
            calls.startContainer(container);

            var span = collector.awaitRpc("StartContainer");
            assertThat(span.traceId()).isEqualTo(TRACE);
            assertThat(span.parentSpanId()).isEqualTo(CALLER);
            assertThat(span.kind()).isEqualTo(2); // SPAN_KIND_SERVER
            assertThat(span.statusCode()).isZero();
            assertThat(span.attributes())
                    .containsEntry("rpc.system", "grpc")
                    .containsEntry("rpc.service", "runtime.v1.RuntimeService")
                    .containsEntry("rpc.method", "StartContainer")
                    .containsEntry("rpc.grpc.status_code", "0")
                    .containsEntry("k8s.namespace.name", "default")
                    .containsEntry("k8s.pod.name", "p")
                    .containsEntry("cri.pod_sandbox.id", pod)
                    .containsEntry("k8s.container.name", "web")
                    .containsEntry("container.id", container);
            assertThat(span.events()).anyMatch(event -> event.startsWith("it runs as pid"));
            assertThat(span.resource())
                    .containsEntry("service.name", "ristrettod")
                    .containsEntry("service.version", "9.8.7")
                    .containsEntry("host.name", "node7");
            var steps = collector.children(span);
            assertThat(steps)
                    .extracting(FakeCollector.Span::name)
                    .contains("plan its start", "have its podshim start it");
            assertThat(steps)
                    .allSatisfy(
                            step -> {
                                assertThat(step.traceId()).isEqualTo(TRACE);
                                assertThat(step.kind()).isEqualTo(1); // SPAN_KIND_INTERNAL
                                assertThat(step.begin()).isBetween(span.begin(), step.end());
                                assertThat(step.end()).isLessThanOrEqualTo(span.end());
                            });
            assertThat(collector.awaitRpc("RunPodSandbox").attributes())
                    .containsEntry("cri.pod_sandbox.id", pod)
                    .containsEntry("k8s.pod.name", "p");
            assertThat(collector.awaitRpc("CreateContainer").attributes())
                    .containsEntry("container.id", container);
        }
    }

    @Test
    void failedStep_saysWhyAndAtWhichOperation() throws IOException {
        try (var tracing = tracing(collector.endpoint(), 0);
                var served = served(tracing)) {
            var calls = calls(served, "01");
            var pod = calls.runPod();
            var container = calls.createContainer(pod);
            served.node.shim(new PodSandboxId(pod)).failing(ShimOp.Exec.class, Errno.ENOENT);
            assertThatThrownBy(() -> calls.startContainer(container))
                    .isInstanceOf(StatusRuntimeException.class);

            var span = collector.awaitRpc("StartContainer");
            var failed =
                    collector.children(span).stream()
                            .filter(s -> s.statusCode() == 2)
                            .findFirst()
                            .orElseThrow();
            assertThat(failed.name()).isEqualTo("have its podshim start it");
            assertThat(failed.statusMessage()).contains("EXEC").contains("ENOENT");
            assertThat(failed.attributes().get("ristretto.program.failed_operation_text"))
                    .startsWith("EXEC: exec");
            assertThat(span.attributes().get("rpc.grpc.status_code")).isNotEqualTo("0");
            assertThat(span.attributes().get("error.message")).contains("exec \"/bin/web\"");
        }
    }

    @Test
    void unsampledTrace_sendsNothing() throws IOException {
        try (var tracing = tracing(collector.endpoint(), 1_000_000);
                var served = served(tracing)) {
            calls(served, "00").runPod();
            // What was offered before this one would have arrived with it.
            var _ = served.stub().status(StatusRequest.getDefaultInstance());

            assertThat(collector.awaitRpc("Status").parentSpanId()).isEmpty();
            assertThat(collector.spans()).noneMatch(span -> span.traceId().equals(TRACE));
        }
    }

    @Test
    void callWithoutATrace_isSampledByTheConfiguredShareOnly() throws IOException {
        try (var tracing = tracing(collector.endpoint(), 0);
                var served = served(tracing)) {
            var _ = served.stub().version(VersionRequest.getDefaultInstance());
            calls(served, "01").runPod();

            collector.awaitRpc("RunPodSandbox");
            assertThat(collector.spans())
                    .noneMatch(span -> span.name().endsWith("/Version"))
                    .allMatch(span -> span.traceId().equals(TRACE));
        }
    }

    @Test
    void damagedTraceparent_isNone() throws IOException {
        try (var tracing = tracing(collector.endpoint(), 0);
                var served = served(tracing)) {
            calls(served, "01").createContainer(calls(served, "zz").runPod());

            collector.awaitRpc("CreateContainer");
            assertThat(collector.spans()).noneMatch(s -> s.name().endsWith("/RunPodSandbox"));
        }
    }

    @Test
    void collectorThatTakesButNeverAnswers_delaysNobody() throws Exception {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var tracing =
                        tracing("http://127.0.0.1:" + silent.getLocalPort() + "/v1/traces", 0);
                var served = served(tracing)) {
            var headers = new Metadata();
            headers.put(
                    Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
                    "00-%s-%s-01".formatted(TRACE, CALLER));
            var stub =
                    served.stub()
                            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
            long begun = System.nanoTime();

            IntStream.range(0, 2000)
                    .forEach(_ -> stub.version(VersionRequest.getDefaultInstance()));

            // One request alone would wait ten seconds for its answer, and there were thirty.
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isLessThan(Duration.ofSeconds(60));
            TestNode.await(() -> tracing.counts().dropped() > 0);
            assertThat(tracing.counts().exported()).isZero();
        }
    }

    @Test
    void collectorThatIsNotThere_isCounted() throws Exception {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (var tracing = tracing("http://127.0.0.1:" + port + "/v1/traces", 0);
                var served = served(tracing)) {
            calls(served, "01").runPod();

            TestNode.await(() -> tracing.counts().failed() == 1);
            assertThat(tracing.counts().exported()).isZero();
        }
    }
}
