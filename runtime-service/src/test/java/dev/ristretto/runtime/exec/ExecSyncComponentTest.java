// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.image.registry.Cancellation;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.runtime.app.Refusal;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.shim.ExitStatus;
import dev.ristretto.runtime.shim.FakeExec;
import dev.ristretto.runtime.shim.FakeFailure;
import dev.ristretto.runtime.shim.FakeRequest;
import dev.ristretto.runtime.shim.ShimOp;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;

@Timeout(60)
class ExecSyncComponentTest {
    private static final List<String> COMMAND = List.of("cat", "/x");

    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private final CountDownLatch hungUp = new CountDownLatch(1);
    private TestNode node;
    private PodSandboxId pod;
    private ContainerId container;

    /** Runs until the daemon hangs up. */
    private final FakeExec endless =
            (_, connection) -> {
                try {
                    connection.receive();
                } finally {
                    hungUp.countDown();
                }
                return new ExitStatus.Exited(0);
            };

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(directory);
        pod = node.runPod("p");
        container = node.start(pod, "c");
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    @Test
    void result_isWhatItPrintedAndItsExitCode() throws IOException {
        node.shim(pod).executing(FakeExec.printing("out", "err", 3));

        var result = run(Duration.ZERO);

        assertThat(result.stdout()).isEqualTo(bytes("out"));
        assertThat(result.stderr()).isEqualTo(bytes("err"));
        assertThat(result.exitCode()).isEqualTo(3);
    }

    @Test
    void commandThatASignalEnded_hasAnExitCodeAndIsNoFailure() throws IOException {
        node.shim(pod).executing((_, _) -> new ExitStatus.Signaled(11));

        assertThat(run(Duration.ZERO).exitCode()).isEqualTo(139);
    }

    @Test
    void command_isWhatThePodshimRunsWithoutInput() throws IOException {
        run(Duration.ZERO);

        var exec = node.shim(pod).requests(FakeRequest.Exec.class).getFirst();
        assertThat(exec.containerId()).isEqualTo(container);
        assertThat(exec.stdioFlags()).isZero();
        assertThat(((ShimOp.Exec) exec.program().getLast()).argv()).isEqualTo(COMMAND);
    }

    @Test
    void commandThatTakesTooLong_isEndedAndTimedOut() throws Exception {
        node.shim(pod).executing(endless);

        var refusal = Refusal.of(() -> run(Duration.ofMillis(50)));

        assertThat(refusal)
                .isEqualTo(
                        new Refusal(
                                FaultKind.TIMED_OUT,
                                "exec in pod sandbox %s: not done within 50 ms".formatted(pod)));
        hungUp.await();
        assertThat(node.container(container).state()).isInstanceOf(ContainerState.Running.class);
    }

    @Test
    void commandThatPrintsTooMuch_isEndedAndRefused() throws Exception {
        var chunk = new byte[64 << 10];
        node.shim(pod)
                .executing(
                        (_, connection) -> {
                            try {
                                while (true) {
                                    connection.send(64, chunk);
                                }
                            } finally {
                                hungUp.countDown();
                            }
                        });

        assertThat(Refusal.of(() -> run(Duration.ZERO)))
                .isEqualTo(
                        new Refusal(
                                FaultKind.EXHAUSTED,
                                "the command printed more than 16711680 bytes, the most that"
                                        + " ExecSync can answer; use Exec, or print to a file"));
        hungUp.await();
    }

    @Test
    void outputUpToTheLimit_isWhole() throws IOException {
        var chunk = new byte[64 << 10];
        node.shim(pod)
                .executing(
                        (_, connection) -> {
                            for (int i = 0; i < 254; i++) {
                                connection.send(i % 2 == 0 ? 64 : 65, chunk);
                            }
                            return new ExitStatus.Exited(0);
                        });

        var result = run(Duration.ZERO);

        assertThat(result.stdout()).hasSize(127 * chunk.length);
        assertThat(result.stderr()).hasSize(127 * chunk.length);
    }

    @Test
    void callerThatLeaves_endsTheCommand() throws Exception {
        node.shim(pod).executing(endless);
        var caller = new Cancellation();
        var running = new FutureTask<>(() -> run(Duration.ZERO, caller));
        Thread.startVirtualThread(running);
        TestNode.await(() -> !node.shim(pod).requests(FakeRequest.Exec.class).isEmpty());

        caller.cancel();

        assertThatThrownBy(running::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(CancellationException.class);
        hungUp.await();
    }

    @Test
    void callerThatHasLeftAlready_runsNothingToItsEnd() throws Exception {
        node.shim(pod).executing(endless);
        var caller = new Cancellation();
        caller.cancel();

        assertThatThrownBy(() -> run(Duration.ZERO, caller))
                .isInstanceOf(CancellationException.class);

        hungUp.await();
    }

    @Test
    void commandThatIsNotThere_isAnInvalidArgument() {
        node.shim(pod).failing(new FakeFailure(ShimOp.Exec.class, Errno.ENOENT, 0, ""));

        var refusal = Refusal.of(() -> run(Duration.ZERO));

        assertThat(refusal.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT);
        assertThat(refusal.message())
                .startsWith("exec in container c: ")
                .contains("executable file not found in $PATH (ENOENT)");
    }

    @Test
    void containerThatDoesNotRun_isRefused() throws IOException {
        var created = node.create(pod, "created");

        assertThat(
                        Refusal.of(
                                () ->
                                        new ExecSync(node.exec())
                                                .run(
                                                        created,
                                                        COMMAND,
                                                        Duration.ZERO,
                                                        new Cancellation())))
                .isEqualTo(
                        new Refusal(
                                FaultKind.WRONG_STATE,
                                "exec in container created: it does not run"));
    }

    @Test
    void containerThatEndsAsItIsAsked_isRefusedAlike() throws IOException {
        node.stopListening(); // its end is not known yet
        node.shim(pod).end(container, new ExitStatus.Exited(0));

        var refusal = Refusal.of(() -> run(Duration.ZERO));

        assertThat(refusal.kind()).isEqualTo(FaultKind.WRONG_STATE);
        assertThat(refusal.message())
                .isEqualTo("exec in container c: no such running container: %s", Errno.ESRCH);
    }

    @Test
    void podshimThatGoesMeanwhile_isTold() throws Exception {
        node.shim(pod).executing(endless);
        var running = new FutureTask<>(() -> Refusal.of(() -> run(Duration.ZERO)));
        Thread.startVirtualThread(running);
        TestNode.await(() -> !node.shim(pod).requests(FakeRequest.Exec.class).isEmpty());

        node.shim(pod).kill();

        assertThat(running.get().kind()).isEqualTo(FaultKind.WRONG_STATE);
        assertThat(running.get().message())
                .contains("the pod is over: its processes have ended with its podshim");
        node.awaitStopped(pod);
    }

    @Test
    void execs_ofManyAtOnce_areAllAnswered() throws Exception {
        node.shim(pod).executing(FakeExec.printing("x", "", 0));
        var tasks =
                IntStream.range(0, 50)
                        .mapToObj(_ -> new FutureTask<>(() -> run(Duration.ofSeconds(30))))
                        .toList();
        tasks.forEach(Thread::startVirtualThread);

        for (var task : tasks) {
            assertThat(task.get().stdout()).isEqualTo(bytes("x"));
        }
    }

    private ExecSync.Result run(Duration timeout) throws IOException {
        return run(timeout, new Cancellation());
    }

    private ExecSync.Result run(Duration timeout, Cancellation caller) throws IOException {
        return new ExecSync(node.exec()).run(container, COMMAND, timeout, caller);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
