// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.runtime.app.FakeImages;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.explain.Explanation;
import dev.ristretto.runtime.flight.Call;
import dev.ristretto.runtime.flight.Entry;
import dev.ristretto.runtime.flight.Step;
import dev.ristretto.runtime.shim.ExitStatus;
import dev.ristretto.runtime.shim.FakeShim;
import dev.ristretto.runtime.shim.ShimOp;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;

import io.grpc.StatusRuntimeException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import runtime.v1.ContainerConfig;
import runtime.v1.ContainerMetadata;
import runtime.v1.CreateContainerRequest;
import runtime.v1.ImageSpec;
import runtime.v1.LinuxContainerConfig;
import runtime.v1.LinuxContainerSecurityContext;
import runtime.v1.SecurityProfile;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What is recorded of calls, and how it is explained. */
class ExplainComponentTest {
    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private ServedNode served;
    private CriCalls calls;
    private String pod;

    @BeforeEach
    void start() throws IOException {
        served = new ServedNode(directory);
        calls = new CriCalls(served.stub());
        pod = calls.runPod();
    }

    @AfterEach
    void stop() throws IOException {
        served.close();
    }

    @Test
    void podThatRuns_isExplainedStepByStep() {
        var id = calls.createContainer(pod);
        calls.startContainer(id);

        var explained = explain("p");

        assertThat(explained.failed()).isFalse();
        assertThat(explained.cause())
                .isEqualTo(
                        "nothing failed: pod default/p (%s) is ready"
                                .formatted(pod.substring(0, 13)));
        assertThat(entryNames(explained))
                .containsExactly("RunPodSandbox", "CreateContainer", "StartContainer");
        assertThat(steps(explained, "RunPodSandbox"))
                .startsWith(
                        "make its directories",
                        "have the zygote make its podshim",
                        "attach its network")
                .endsWith("write its files");
        assertThat(steps(explained, "CreateContainer"))
                .contains("plan its start", "write its limits", "write its record");
        assertThat(program(explained, "StartContainer")).last().asString().startsWith("EXEC: exec");
        assertThat(steps(explained, "StartContainer"))
                .last()
                .asString()
                .startsWith("it runs as pid");
    }

    @Test
    void failedStart_isExplainedByItsOperation() {
        var id = calls.createContainer(pod);
        shim().failing(ShimOp.Exec.class, Errno.ENOENT);
        assertThatThrownBy(() -> calls.startContainer(id))
                .isInstanceOf(StatusRuntimeException.class);

        var explained = explain("web");

        assertThat(explained.failed()).isTrue();
        assertThat(explained.state()).isEqualTo("exited with code 128 (StartError)");
        assertThat(explained.cause()).startsWith("start container web: exec \"/bin/web\":");
        assertThat(explain(pod).cause()).isEqualTo(explained.cause());
        var failed =
                entries(explained).stream()
                        .filter(Call.class::isInstance)
                        .map(Call.class::cast)
                        .flatMap(call -> call.steps().stream())
                        .filter(step -> step.failure().isPresent())
                        .findFirst()
                        .orElseThrow();
        var program = failed.program().orElseThrow();
        assertThat(program.failedAt()).isEqualTo(program.words().get().size() - 1);
    }

    @Test
    void containerThatWasNeverMade_isExplainedWithItsPodAndByItsName() {
        assertThatThrownBy(() -> create("nothing", "absent.example/none:1", 0))
                .isInstanceOf(StatusRuntimeException.class);

        assertThat(explain(pod).cause())
                .isEqualTo(
                        "image absent.example/none:1 of container nothing is not on this node; pull"
                                + " it first");
        assertThat(explain("nothing").state()).isEqualTo("never came to be");
    }

    @Test
    void failedPod_isExplainedByItsName_andGoodOnceItRuns() {
        calls.removePod(pod);
        time();
        served.node.faults.armFor("attach network");
        assertThatThrownBy(() -> calls.runPod()).isInstanceOf(StatusRuntimeException.class);

        assertThat(explain("default/p").failed()).isTrue();
        assertThat(explain("default/p").state()).isEqualTo("never came to be");

        served.node.faults.disarm();
        time();
        calls.runPod();
        assertThat(explain("default/p").failed()).isFalse();
    }

    @Test
    void podThatHangs_isExplainedByItsNameBeforeItHasAnId() throws Exception {
        calls.removePod(pod);
        time();
        var release = new CountDownLatch(1);
        var zygote = served.node.zygote;
        served.node.makingPodsWith(
                (id, run, program) -> {
                    awaitQuietly(release);
                    return zygote.createPod(id, run, program);
                });
        var run = CompletableFuture.supplyAsync(() -> calls.runPod());
        TestNode.await(() -> goesOn("have the zygote make its podshim"));

        var explained = explain("default/p");
        assertThat(explained.state()).isEqualTo("being made");
        assertThat(explained.failed()).isFalse();
        assertThat(explained.cause())
                .startsWith("RunPodSandbox of pod default/p has gone on for ")
                .endsWith(" it is about to have the zygote make its podshim");
        assertThat(explained.running().getFirst().steps())
                .extracting(Step::what)
                .contains("make its directories");

        release.countDown();
        var id = run.get(60, TimeUnit.SECONDS);
        assertThat(explain("default/p").subject().id()).isEqualTo(id);
        assertThat(explain("default/p").running()).isEmpty();
    }

    private boolean goesOn(String step) {
        return served.node.flights().running().stream()
                .flatMap(call -> call.goingOn().stream())
                .anyMatch(now -> now.what().equals(step));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void killForMemory_isNamed_andStaysSoAfterRemoval() throws IOException {
        var id = calls.createContainer(pod);
        calls.startContainer(id);
        served.node.cgroups.killForMemory(served.node.container(new ContainerId(id)).cgroup());
        end(id, new ExitStatus.Signaled(9));

        var cause = "container web was killed for memory (OOMKilled): it has no limit of its own";
        assertThat(explain(id).cause()).startsWith(cause);

        time();
        calls.removeContainer(id);
        assertThat(explain(id).state()).isEqualTo("removed");
        assertThat(explain(pod).cause()).startsWith(cause);
    }

    @Test
    void failedAttempt_isMadeGoodByTheNext_thoughItIsRemovedAfterwards() throws IOException {
        var first = calls.createContainer(pod);
        calls.startContainer(first);
        end(first, new ExitStatus.Exited(3));
        time();
        var next = create("web", FakeImages.WEB.repoTags().getFirst(), 1);
        calls.startContainer(next);
        time();
        calls.removeContainer(first);

        assertThat(explain(pod).failed()).isFalse();
        assertThat(explain("web").subject().id()).isEqualTo(next);
    }

    @Test
    void endThatWasAskedFor_isNoFailure() {
        var id = calls.createContainer(pod);
        calls.startContainer(id);
        calls.stopContainer(id, 10);

        var explained = explain(id);
        assertThat(explained.failed()).isFalse();
        assertThat(explained.cause()).endsWith("is exited with code 143 (Error)");
        assertThat(steps(explained, "StopContainer"))
                .containsExactly("send it SIGTERM", "wait for its end");
    }

    @Test
    void endByItself_isAFailureWithItsExitCode() throws IOException {
        var id = calls.createContainer(pod);
        calls.startContainer(id);
        end(id, new ExitStatus.Exited(3));

        assertThat(explain(pod).cause())
                .startsWith("container web ended with exit code 3 after ")
                .endsWith("(Error); it printed nothing");
    }

    @Test
    void probes_areCountedOnly() {
        var id = calls.createContainer(pod);
        calls.startContainer(id);
        for (int i = 0; i < 50; i++) {
            calls.exec(id, 0);
        }

        var flight = explain(id).flights().getFirst();
        assertThat(flight.entries()).hasSize(2);
        assertThat(flight.repeats())
                .singleElement()
                .satisfies(
                        repeats -> {
                            assertThat(repeats.rpc()).isEqualTo("ExecSync");
                            assertThat(repeats.count()).isEqualTo(50);
                        });
    }

    @Test
    void afterARestart_theOutcomeIsKnown() throws IOException {
        var id = calls.createContainer(pod);
        shim().failing(ShimOp.Exec.class, Errno.ENOENT);
        assertThatThrownBy(() -> calls.startContainer(id))
                .isInstanceOf(StatusRuntimeException.class);

        served.node.restart();

        var explained = explain(pod);
        assertThat(explained.cause()).startsWith("start container web: exec \"/bin/web\":");
        assertThat(entryNames(explained))
                .anyMatch(what -> what.startsWith("a new daemon took over"))
                .contains("never ran (StartError)");
    }

    /** The fakes' clock stands still otherwise. */
    private void time() {
        served.node.clock.advance(Duration.ofSeconds(1));
    }

    private Explanation explain(String object) {
        return served.node.explain().run(object);
    }

    private void end(String id, ExitStatus status) throws IOException {
        var containerId = new ContainerId(id);
        shim().end(containerId, status);
        served.node.awaitExit(containerId);
        TestNode.await(() -> explain(id).failed());
    }

    private FakeShim shim() {
        return served.node.shim(new PodSandboxId(pod));
    }

    private String create(String name, String image, int attempt) {
        var metadata = ContainerMetadata.newBuilder().setName(name).setAttempt(attempt);
        var security =
                LinuxContainerSecurityContext.newBuilder()
                        .setSeccomp(
                                SecurityProfile.newBuilder()
                                        .setProfileType(SecurityProfile.ProfileType.Unconfined));
        var config =
                ContainerConfig.newBuilder()
                        .setMetadata(metadata)
                        .setImage(ImageSpec.newBuilder().setImage(image))
                        .setLinux(LinuxContainerConfig.newBuilder().setSecurityContext(security));
        return served.stub()
                .createContainer(
                        CreateContainerRequest.newBuilder()
                                .setPodSandboxId(pod)
                                .setConfig(config)
                                .build())
                .getContainerId();
    }

    private static List<Entry> entries(Explanation explained) {
        return explained.flights().stream().flatMap(f -> f.entries().stream()).toList();
    }

    private static List<String> entryNames(Explanation explained) {
        return entries(explained).stream().map(Entry::what).toList();
    }

    private static List<Step> stepsOf(Explanation explained, String rpc) {
        return entries(explained).stream()
                .filter(entry -> entry.what().equals(rpc))
                .map(Call.class::cast)
                .flatMap(call -> call.steps().stream())
                .toList();
    }

    private static List<String> steps(Explanation explained, String rpc) {
        return stepsOf(explained, rpc).stream().map(Step::what).toList();
    }

    private static List<String> program(Explanation explained, String rpc) {
        return stepsOf(explained, rpc).stream()
                .flatMap(step -> step.program().stream())
                .flatMap(program -> program.words().get().stream())
                .toList();
    }
}
