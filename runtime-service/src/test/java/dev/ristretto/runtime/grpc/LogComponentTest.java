// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;

import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.runtime.app.FakeImages;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.log.JsonLines;
import dev.ristretto.runtime.shim.ShimOp;
import dev.ristretto.runtime.spec.PodSandboxId;

import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;

import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import runtime.v1.ContainerConfig;
import runtime.v1.ContainerMetadata;
import runtime.v1.CreateContainerRequest;
import runtime.v1.ImageSpec;
import runtime.v1.KeyValue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;

/** The daemon's own lines about an RPC, as JSON. */
@Timeout(60)
class LogComponentTest {
    private static final String SECRET = "hunter2-in-the-environment";

    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private final Lines lines = new Lines();

    /** Forms each line on the thread that writes it, as the console's handler does. */
    private static final class Lines extends ExtHandler {
        final List<String> texts = new CopyOnWriteArrayList<>();

        Lines() {
            setFormatter(new JsonLines());
        }

        @Override
        protected void doPublish(ExtLogRecord line) {
            texts.add(getFormatter().format(line));
        }
    }

    @BeforeEach
    void listen() {
        Logger.getLogger("dev.ristretto").addHandler(lines);
    }

    @AfterEach
    void leave() {
        Logger.getLogger("dev.ristretto").removeHandler(lines);
    }

    private static String create(ServedNode served, String pod) {
        var config =
                ContainerConfig.newBuilder()
                        .setMetadata(ContainerMetadata.newBuilder().setName("web"))
                        .setImage(
                                ImageSpec.newBuilder()
                                        .setImage(FakeImages.WEB.repoTags().getFirst()))
                        .addEnvs(
                                KeyValue.newBuilder()
                                        .setKey("PASSWORD")
                                        .setValue(ByteString.copyFromUtf8(SECRET)))
                        .addArgs("--password=" + SECRET);
        return served.stub()
                .createContainer(
                        CreateContainerRequest.newBuilder()
                                .setPodSandboxId(pod)
                                .setConfig(config)
                                .build())
                .getContainerId();
    }

    @Test
    void failedStart_isOneLineWithAllItsIdsAndNoSecret() throws IOException {
        try (var served = new ServedNode(directory)) {
            var headers = new Metadata();
            headers.put(
                    Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
                    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
            var calls =
                    new CriCalls(
                            served.stub()
                                    .withInterceptors(
                                            MetadataUtils.newAttachHeadersInterceptor(headers)));
            var pod = calls.runPod();
            var container = create(served, pod);
            served.node.shim(new PodSandboxId(pod)).failing(ShimOp.Exec.class, Errno.ENOENT);
            assertThatThrownBy(() -> calls.startContainer(container))
                    .isInstanceOf(StatusRuntimeException.class);

            var line = lineOf("StartContainer");
            assertThat(line.get("podSandboxId").asText()).isEqualTo(pod);
            assertThat(line.get("podNamespace").asText()).isEqualTo("default");
            assertThat(line.get("podName").asText()).isEqualTo("p");
            assertThat(line.get("containerId").asText()).isEqualTo(container);
            assertThat(line.get("containerName").asText()).isEqualTo("web");
            assertThat(line.get("traceId").asText()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
            assertThat(line.get("message").asText()).contains("exec \"/bin/web\"");
            assertThat(lines.texts).noneMatch(text -> text.contains(SECRET));
        }
    }

    private JsonNode lineOf(String rpc) throws IOException {
        for (var text : lines.texts) {
            var line = new ObjectMapper().readTree(text);
            if (line.path("rpc").asText().equals(rpc)) {
                return line;
            }
        }
        throw new AssertionError("no line of " + rpc + " in " + lines.texts);
    }
}
