// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.conformance.image.TestImages;
import dev.ristretto.conformance.stand.CriClient;
import dev.ristretto.conformance.stand.Requests;
import dev.ristretto.conformance.stand.Residue;
import dev.ristretto.conformance.stand.Stand;

import io.grpc.StatusRuntimeException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import runtime.v1.StartContainerRequest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The daemon dies while twenty pods start at once; the next one finds no stranger on the host. */
@Tag("root")
class KillDuringStartE2eTest {
    private static final int PODS = 20;
    private static final Pattern ID = Pattern.compile("\\b[0-9a-f]{64}\\b");

    private static Stand stand;
    private static String busybox;
    private static Residue quiet;

    @BeforeAll
    static void start() throws IOException {
        stand = Stand.start("kill-during-start");
        var archive = TestImages.busybox(stand.scratch("busybox.tar"));
        busybox = stand.registry().push(archive, "e2e/busybox:1");
        stand.crictl().call("pull", busybox);
        quiet = stand.residue();
    }

    @AfterAll
    static void stop() {
        stand.close();
    }

    @AfterEach
    void removePods() throws IOException {
        stand.removePods();
    }

    /** Killed when so many of the forty steps (a pod, then its container) have been answered. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 9, 15, 22, 30})
    void kill9_thenANewDaemon_leavesNothingThatIsNotListed(int answers) throws Exception {
        startPodsAndKillAfter(answers);

        stand.daemon().startAgain();

        var pods = new TreeSet<>(stand.listed("pods", "-q", "--no-trunc"));
        var containers = new TreeSet<>(stand.listed("ps", "-a", "-q", "--no-trunc"));
        var running = stand.listed("ps", "-q", "--no-trunc");
        assertThatAllIsListed(stand.residue(), pods, containers);
        assertThat(stand.residue().veths()).as("veths").hasSameSizeAs(readyPods(pods));
        assertThatListedContainersAnswer(running);
        stand.removePods();
        assertThatNamesAreFree();
    }

    private static void startPodsAndKillAfter(int answers) throws Exception {
        var answered = new CountDownLatch(answers);
        var threads = new ArrayList<Thread>();
        try (var client = stand.connect()) {
            for (int i = 0; i < PODS; i++) {
                var name = "pod-" + i;
                threads.add(
                        Thread.ofVirtual()
                                .name(name)
                                .start(
                                        () -> {
                                            try {
                                                startPod(client, name, answered);
                                            } catch (StatusRuntimeException e) {
                                                // The daemon was killed under it: that is the test.
                                                return;
                                            }
                                        }));
            }
            assertThat(answered.await(60, TimeUnit.SECONDS)).as("answers").isTrue();
            stand.daemon().kill9();
            for (var thread : threads) {
                thread.join();
            }
        }
    }

    private static void startPod(CriClient client, String name, CountDownLatch answered) {
        var pod = Requests.pod(name, stand.paths().podLogs());
        var id = client.runtime().runPodSandbox(Requests.run(pod)).getPodSandboxId();
        answered.countDown();
        var container = Requests.container("main", busybox, "sleep", "3600");
        var containerId =
                client.runtime()
                        .createContainer(Requests.create(id, container, pod))
                        .getContainerId();
        client.runtime()
                .startContainer(
                        StartContainerRequest.newBuilder().setContainerId(containerId).build());
        answered.countDown();
    }

    /** Everything of the daemon's on the host carries the id of something that is listed. */
    private static void assertThatAllIsListed(
            Residue residue, Set<String> pods, Set<String> containers) throws IOException {
        var known = new TreeSet<>(pods);
        known.addAll(containers);
        for (var path : residue.cgroups()) {
            assertThat(idsIn(path)).as("cgroup " + path).isSubsetOf(known);
        }
        var files = new TreeSet<>(residue.files());
        files.removeAll(quiet.files());
        for (var path : files) {
            assertThat(idsIn(path)).as("file " + path).isSubsetOf(known);
        }
        var ready = readyPods(pods);
        var alive = new TreeSet<String>();
        for (var line : residue.processes()) {
            if (line.contains("podshim")) {
                alive.addAll(idsIn(line));
            }
        }
        // A pod whose containers share a process namespace has a second podshim, the reaper in it.
        assertThat(alive).as("pods with a podshim").containsExactlyInAnyOrderElementsOf(ready);
        assertThat(residue.networkNamespaces()).as("network namespaces").hasSameSizeAs(ready);
    }

    private static void assertThatListedContainersAnswer(List<String> running) throws IOException {
        for (var container : running) {
            assertThat(stand.crictl().call("exec", "-s", container, "echo", "alive"))
                    .isEqualTo("alive");
        }
    }

    /** Each of the twenty may be run again under the same name, and the pods are new ones. */
    private static void assertThatNamesAreFree() throws IOException {
        try (var client = stand.connect()) {
            var ids =
                    IntStream.range(0, PODS)
                            .mapToObj(i -> Requests.pod("pod-" + i, stand.paths().podLogs()))
                            .map(pod -> client.runtime().runPodSandbox(Requests.run(pod)))
                            .map(answer -> answer.getPodSandboxId())
                            .distinct();
            assertThat(ids).hasSize(PODS);
        }
    }

    private static List<String> readyPods(Set<String> pods) throws IOException {
        return stand.listed("pods", "-q", "--no-trunc", "--state", "ready").stream()
                .filter(pods::contains)
                .toList();
    }

    private static Set<String> idsIn(String text) {
        var ids = new TreeSet<String>();
        var matcher = ID.matcher(text);
        while (matcher.find()) {
            ids.add(matcher.group());
        }
        return ids;
    }
}
