// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.RuntimeFault;

import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import runtime.v1.RuntimeServiceGrpc.RuntimeServiceImplBase;
import runtime.v1.VersionRequest;
import runtime.v1.VersionResponse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Supplier;

class CriServerComponentTest {
    @TempDir Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "%2Frun%2Fristretto.sock", "ristretto.sock"})
    void call_withAnyAuthority_isAnsweredOnAVirtualThread(String authority) throws IOException {
        try (var server = serve(() -> "on virtual thread: " + Thread.currentThread().isVirtual());
                var client = new CriClient(socket(), authority)) {
            var answer = client.stub().version(VersionRequest.getDefaultInstance());

            assertThat(answer.getVersion()).isEqualTo("on virtual thread: true");
            assertThat(server).isNotNull();
        }
    }

    @Test
    void start_givesTheSocketMode0660() throws IOException {
        try (var _ = serve(() -> "")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
                    .isEqualTo("rw-rw----");
        }
        assertThat(socket()).doesNotExist();
    }

    @Test
    void start_overTheSocketOfADeadDaemon_replacesIt() throws IOException {
        Files.createFile(socket());

        try (var _ = serve(() -> "alive");
                var client = new CriClient(socket(), "localhost")) {
            assertThat(client.stub().version(VersionRequest.getDefaultInstance()).getVersion())
                    .isEqualTo("alive");
        }
    }

    @Test
    void start_besideALivingDaemon_isRefusedAndLeavesItsSocket() throws IOException {
        try (var _ = serve(() -> "first");
                var client = new CriClient(socket(), "localhost")) {
            assertThatThrownBy(() -> serve(() -> "second"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another daemon answers on it");

            assertThat(client.stub().version(VersionRequest.getDefaultInstance()).getVersion())
                    .isEqualTo("first");
        }
    }

    @Test
    void fault_reachesTheClientWithItsCodeAndWords() throws IOException {
        Supplier<String> failing =
                () -> {
                    throw RuntimeFault.wrongState("cannot start container c1: exited");
                };

        try (var _ = serve(failing);
                var client = new CriClient(socket(), "localhost")) {
            assertThatThrownBy(() -> client.stub().version(VersionRequest.getDefaultInstance()))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            e -> {
                                assertThat(e.getStatus().getCode())
                                        .isEqualTo(Status.Code.FAILED_PRECONDITION);
                                assertThat(e.getStatus().getDescription())
                                        .isEqualTo("cannot start container c1: exited");
                            });
        }
    }

    private Path socket() {
        return dir.resolve("r.sock");
    }

    private CriServer serve(Supplier<String> version) throws IOException {
        return CriServer.start(socket(), "", List.<BindableService>of(new Versions(version)));
    }

    private static final class Versions extends RuntimeServiceImplBase {
        private final Supplier<String> version;

        Versions(Supplier<String> version) {
            this.version = version;
        }

        @Override
        public void version(VersionRequest request, StreamObserver<VersionResponse> observer) {
            observer.onNext(VersionResponse.newBuilder().setVersion(version.get()).build());
            observer.onCompleted();
        }
    }
}
