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
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * What crictl shows in all its forms and under all its filters, of two pods that stay as they are.
 */
@Tag("root")
class CrictlOutputE2eTest {
    private static Stand stand;
    private static Crictl crictl;
    private static String busybox;
    private static String alphaPod;
    private static String betaPod;
    private static String alpha;
    private static String beta;

    @BeforeAll
    static void start() throws IOException {
        stand = Stand.start("crictl-output");
        crictl = stand.crictl();
        var archive = TestImages.busybox(stand.scratch("busybox.tar"));
        busybox = stand.registry().push(archive, "e2e/busybox:1");
        crictl.call("pull", busybox);
        alphaPod = crictl.runPod(pod("alpha"));
        alpha = run(alphaPod, "alpha", "runs", "sleep", "3600");
        betaPod = crictl.runPod(pod("beta"));
        beta = run(betaPod, "beta", "ended", "sh", "-c", "echo one; echo two >&2; echo three");
        Await.until(
                "container %s ends".formatted(beta),
                Duration.ofSeconds(60),
                () -> state(beta).equals("CONTAINER_EXITED"));
    }

    @AfterAll
    static void stop() {
        stand.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ps -q --no-trunc|alpha",
                "ps -a -q --no-trunc|beta alpha",
                "ps -a -q --no-trunc --state running|alpha",
                "ps -a -q --no-trunc --state exited|beta",
                "ps -a -q --no-trunc --state created|",
                "ps -a -q --no-trunc --name ^run|alpha",
                "ps -a -q --no-trunc --name nobody|",
                "ps -a -q --no-trunc --label role=runs|alpha",
                "ps -a -q --no-trunc --label role=runs --label other=label|",
                "ps -a -q --no-trunc --pod $alphaPod|alpha",
                "ps -a -q --no-trunc --image $image|beta alpha",
                "ps -a -q --no-trunc --image no-such-image|",
                "ps -a -q --no-trunc --namespace ^e2e$|beta alpha",
                "ps -a -q --no-trunc --id $alpha|alpha",
                "ps -q --no-trunc --latest|beta",
                "ps -q --no-trunc --last 2|beta alpha",
                "pods -q --no-trunc|betaPod alphaPod",
                "pods -q --no-trunc --name alpha|alphaPod",
                "pods -q --no-trunc --label app=beta|betaPod",
                "pods -q --no-trunc --label app=gamma|",
                "pods -q --no-trunc --state Ready|betaPod alphaPod",
                "pods -q --no-trunc --state NotReady|",
                "pods -q --no-trunc --namespace nowhere|",
                "pods -q --no-trunc --id $alphaPod|alphaPod",
                "pods -q --no-trunc --latest|betaPod",
            })
    void listing_answersWhatTheFilterLeaves_newestFirst(String arguments, String expected)
            throws IOException {
        assertThat(stand.listed(words(arguments)))
                .containsExactlyElementsOf(
                        expected == null
                                ? List.of()
                                : Arrays.stream(expected.split(" "))
                                        .map(CrictlOutputE2eTest::idOf)
                                        .toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ps -a|CONTAINER +IMAGE +CREATED +STATE +NAME +ATTEMPT +POD ID",
                "pods|POD ID +CREATED +STATE +NAME +NAMESPACE +ATTEMPT",
                "images|IMAGE +TAG +IMAGE ID +SIZE",
                "images --digests --pinned|IMAGE +TAG +DIGEST +IMAGE ID +SIZE +PINNED",
                "stats|CONTAINER +NAME +CPU % +MEM +DISK +INODES",
                "imagefsinfo -o table|Image Filesystem",
                "inspect -o table $alpha|ID: $alpha",
                "inspectp -o table $alphaPod|ID: $alphaPod",
                "inspecti -o table $image|Tag: $image",
                "ps -a -v|ID: $alpha",
                "pods -v|ID: $alphaPod",
                "images -v|ID: sha256:",
                "ps -a -o yaml|containers:",
                "pods -o yaml|items:",
                "images -o yaml|images:",
                "info -o yaml|status:",
                "imagefsinfo -o yaml|status:",
                "inspect -o yaml $alpha|state: CONTAINER_RUNNING",
                "inspectp -o yaml $alphaPod|state: SANDBOX_READY",
                "inspecti -o yaml $image|repoTags:",
                "stats -o yaml|stats:",
            })
    void tablesAndYaml_areFilled(String arguments, String pattern) throws IOException {
        var shown = crictl.call(words(arguments));

        assertThat(shown)
                .containsPattern(filled(pattern).replace("sha256:", "sha256:[0-9a-f]{64}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "inspect -o go-template --template {{.status.state}} $alpha|CONTAINER_RUNNING",
                "inspect -o go-template --template {{.status.exitCode}} $beta|0",
                "inspectp -o go-template --template {{.status.metadata.name}} $alphaPod|alpha",
                "inspecti -o go-template --template {{index\u00a0.status.repoTags\u00a00}} $image|$image",
                "info -o go-template --template {{.status.conditions}}|RuntimeReady",
            })
    void goTemplates_findTheirFields(String arguments, String expected) throws IOException {
        var words = words(arguments);
        for (int i = 0; i < words.length; i++) {
            words[i] = words[i].replace('\u00a0', ' ');
        }

        assertThat(crictl.call(words)).contains(filled(expected));
    }

    @Test
    void json_hasTheSameContainerInAllForms() throws IOException {
        var listed = crictl.json("ps", "-a", "-o", "json", "--id", beta).path("containers").get(0);

        assertThat(listed.path("id").asText()).isEqualTo(beta);
        assertThat(listed.path("podSandboxId").asText()).isEqualTo(betaPod);
        assertThat(listed.path("metadata").path("name").asText()).isEqualTo("ended");
        assertThat(listed.path("labels").path("role").asText()).isEqualTo("ended");
        assertThat(listed.path("state").asText()).isEqualTo("CONTAINER_EXITED");
        var status = crictl.containerStatus(beta);
        assertThat(status.path("metadata")).isEqualTo(listed.path("metadata"));
        assertThat(status.path("labels")).isEqualTo(listed.path("labels"));
        assertThat(status.path("image").path("image"))
                .isEqualTo(listed.path("image").path("image"));
    }

    @Test
    void inspectOfTwo_answersBoth() throws IOException {
        var both = crictl.json("inspect", "-o", "json", alpha, beta);

        assertThat(both).hasSize(2);
        assertThat(both.get(0).path("status").path("id").asText()).isEqualTo(alpha);
        assertThat(both.get(1).path("status").path("id").asText()).isEqualTo(beta);
    }

    @Test
    void prefixOfAnId_isEnough() throws IOException {
        var prefix = alpha.substring(0, 12);

        assertThat(crictl.containerStatus(prefix).path("id").asText()).isEqualTo(alpha);
        assertThat(crictl.call("exec", "-s", prefix, "echo", "hi")).isEqualTo("hi");
    }

    @Test
    void logs_takeStreamsTimesAndBytes() throws IOException {
        assertThat(crictl.call("logs", "--stream", "stdout", beta)).isEqualTo("one\nthree");
        assertThat(crictl.attempt("logs", "--stream", "stderr", beta).stderr()).isEqualTo("two\n");
        assertThat(crictl.call("logs", "--since", "1h", "--stream", "stdout", beta))
                .isEqualTo("one\nthree");
        var later = "2100-01-01T00:00:00Z";
        assertThat(crictl.attempt("logs", "--since", later, beta).stdout()).isEmpty();
        assertThat(crictl.call("logs", "--limit-bytes", "2", "--stream", "stdout", beta))
                .isEqualTo("on");
        assertThat(crictl.call("logs", "--tail", "0", beta)).isEmpty();
    }

    @Test
    void runtimeConfig_tellsTheCgroupDriver() throws IOException {
        assertThat(crictl.call("runtime-config")).containsIgnoringCase("cgroupfs");
    }

    @Test
    void imagefsinfo_namesAFileSystemOfThisHost() throws IOException {
        var images = crictl.json("imagefsinfo", "-o", "json").path("status");

        var imageFilesystem = images.path("imageFilesystems").get(0);
        assertThat(imageFilesystem.path("fsId").path("mountpoint").asText())
                .startsWith(stand.paths().stateDir().toString());
        assertThat(imageFilesystem.path("usedBytes").path("value").asLong()).isPositive();
        assertThat(imageFilesystem.path("inodesUsed").path("value").asLong()).isPositive();
    }

    @Test
    void stats_showWhatRuns_andAllOnRequest() throws IOException {
        var ofPod = crictl.json("stats", "-o", "json", "--pod", alphaPod).path("stats");
        var byLabel = crictl.json("stats", "-o", "json", "--label", "role=runs").path("stats");

        assertThat(crictl.call("stats"))
                .contains(alpha.substring(0, 13))
                .doesNotContain(beta.substring(0, 13));
        assertThat(crictl.call("stats", "-a"))
                .contains(alpha.substring(0, 13), beta.substring(0, 13));
        assertThat(ofPod.findValuesAsText("id")).containsExactly(alpha);
        assertThat(byLabel.findValuesAsText("id")).containsExactly(alpha);
    }

    @Test
    void images_areFilteredByReference() throws IOException {
        assertThat(crictl.call("images", "-f", "reference=e2e/busy")).contains("e2e/busybox");
        assertThat(crictl.call("images", "-q", "-f", "reference=nothing")).isEmpty();
        assertThat(crictl.call("images", "-q", "-f", "dangling=true")).isEmpty();
    }

    @Test
    void rmiPrune_removesWhatNoContainerUses_andNothingElse() throws IOException {
        var archive = TestImages.nginx(stand.scratch("nginx.tar"));
        var unused = stand.registry().push(archive, "e2e/unused:1");
        crictl.call("pull", unused);

        crictl.call("rmi", "--prune");

        assertThat(crictl.call("images")).doesNotContain("e2e/unused").contains("e2e/busybox");
    }

    @Test
    void update_setsEveryLimitThatItHasAFlagFor() throws IOException {
        var name = "limits";
        var pod = crictl.runPod(pod(name));
        var container = run(pod, name, name, "sleep", "3600");

        crictl.call(
                words(
                        "update --cpu-period 50000 --cpu-quota 20000 --cpu-share 512 --cpuset-cpus"
                                + " 0 --memory 67108864 "
                                + container));

        var linux = crictl.containerStatus(container).path("resources").path("linux");
        assertThat(linux.path("cpuPeriod").asLong()).isEqualTo(50_000);
        assertThat(linux.path("cpuQuota").asLong()).isEqualTo(20_000);
        assertThat(linux.path("cpuShares").asLong()).isEqualTo(512);
        assertThat(linux.path("cpusetCpus").asText()).isEqualTo("0");
        assertThat(linux.path("memoryLimitInBytes").asLong()).isEqualTo(67_108_864);
        crictl.call("rmp", "-f", pod);
    }

    @Test
    void run_makesPodAndContainer_andRmForceRemovesWhatRuns() throws IOException {
        var json = Configs.container("both", busybox, "sleep", "3600");
        var container = crictl.call("run", crictl.file(json), crictl.file(pod("at-once")));
        var pod = crictl.containerStatus(container);

        assertThat(pod.path("state").asText()).isEqualTo("CONTAINER_RUNNING");
        crictl.call("rm", "-f", container);
        assertThat(stand.listed("ps", "-a", "-q", "--name", "both")).isEmpty();
        var podId = crictl.call("pods", "-q", "--no-trunc", "--name", "at-once");
        crictl.call("rmp", "-f", podId);
        assertThat(stand.listed("pods", "-q", "--name", "at-once")).isEmpty();
    }

    private static String[] words(String line) {
        return filled(line).split(" ");
    }

    private static String filled(String text) {
        return text.replace("$alphaPod", alphaPod)
                .replace("$alpha", alpha)
                .replace("$beta", beta)
                .replace("$image", busybox);
    }

    private static String idOf(String name) {
        return switch (name) {
            case "alpha" -> alpha;
            case "beta" -> beta;
            case "alphaPod" -> alphaPod;
            default -> betaPod;
        };
    }

    private static String pod(String name) {
        return Configs.pod(name, stand.paths().podLogs(), "");
    }

    private static String run(String pod, String podName, String name, String... command)
            throws IOException {
        var labels =
                ", \"labels\": {\"role\": \"%s\", \"io.kubernetes.pod.namespace\": \"e2e\"}"
                        .formatted(name);
        var json = Configs.containerWith(labels, name, busybox, command);
        return crictl.runContainer(pod, json, pod(podName));
    }

    private static String state(String container) throws IOException {
        return crictl.containerStatus(container).path("state").asText();
    }
}
