// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static dev.ristretto.runtime.grpc.CriCalls.NOBODY;
import static dev.ristretto.runtime.grpc.CriCalls.fails;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.shim.ExitStatus;
import dev.ristretto.runtime.shim.FakeExec;
import dev.ristretto.runtime.shim.FakeRequest;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import runtime.v1.ExecRequest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Commands over a real socket, with the codes that the kubelet acts on. */
@Timeout(60)
class ExecCallsComponentTest {
    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private ServedNode served;
    private CriCalls calls;

    @BeforeEach
    void start() throws IOException {
        served = new ServedNode(directory);
        calls = new CriCalls(served.stub());
    }

    @AfterEach
    void stop() throws IOException {
        served.close();
    }

    @Test
    void execSync_answersOutputAndCode() throws IOException {
        var pod = calls.runPod();
        var container = calls.createContainer(pod);
        calls.startContainer(container);
        served.node.shim(new PodSandboxId(pod)).executing(FakeExec.printing("out", "err", 3));

        var answer = calls.exec(container, 0);

        assertThat(answer.getStdout().toStringUtf8()).isEqualTo("out");
        assertThat(answer.getStderr().toStringUtf8()).isEqualTo("err");
        assertThat(answer.getExitCode()).isEqualTo(3);
    }

    @Test
    void execSync_thatTakesTooLong_isADeadlineExceeded() {
        var pod = calls.runPod();
        var container = calls.createContainer(pod);
        calls.startContainer(container);
        served.node.shim(new PodSandboxId(pod)).executing(endless(new CountDownLatch(1)));

        fails(
                Status.Code.DEADLINE_EXCEEDED,
                "exec in pod sandbox " + pod + ": not done within 1000 ms",
                () -> calls.exec(container, 1));
    }

    @Test
    void execSync_whoseCallerLeaves_isEnded() throws Exception {
        var pod = calls.runPod();
        var container = calls.createContainer(pod);
        calls.startContainer(container);
        var ended = new CountDownLatch(1);
        var shim = served.node.shim(new PodSandboxId(pod)).executing(endless(ended));
        var caller = Context.current().withCancellation();
        var calling = new FutureTask<>(caller.wrap(() -> calls.exec(container, 0)));
        Thread.startVirtualThread(calling);
        TestNode.await(() -> !shim.requests(FakeRequest.Exec.class).isEmpty());

        caller.cancel(null);

        ended.await();
        assertThat(catchThrowableOfType(ExecutionException.class, calling::get))
                .hasCauseInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("CANCELLED");
    }

    @Test
    void execSync_withNegativeTimeout_isInvalid() {
        fails(
                Status.Code.INVALID_ARGUMENT,
                "timeout -1 is negative; 0 means none",
                () -> calls.exec(NOBODY, -1));
    }

    @Test
    void exec_isOnlyForWhatRuns() throws IOException {
        var pod = calls.runPod();
        var container = calls.createContainer(pod);
        var request =
                ExecRequest.newBuilder()
                        .setContainerId(container)
                        .addCmd("sh")
                        .setStdout(true)
                        .build();
        fails(
                Status.Code.FAILED_PRECONDITION,
                "exec in container web: it does not run",
                () -> served.stub().exec(request));

        calls.startContainer(container);
        assertThat(served.stub().exec(request).getUrl()).startsWith("http://127.0.0.1:");

        served.node
                .shim(new PodSandboxId(pod))
                .end(new ContainerId(container), new ExitStatus.Exited(0));
        served.node.awaitExit(new ContainerId(container));
        fails(
                Status.Code.FAILED_PRECONDITION,
                "exec in container web: it does not run",
                () -> served.stub().exec(request));
    }

    private static FakeExec endless(CountDownLatch ended) {
        return (_, connection) -> {
            try {
                connection.receive();
            } finally {
                ended.countDown();
            }
            return new ExitStatus.Exited(0);
        };
    }
}
