// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.cli.image.ImageConfig;
import dev.ristretto.cli.image.LayerEntry;
import dev.ristretto.conformance.image.HostileImages;
import dev.ristretto.conformance.stand.Await;
import dev.ristretto.conformance.stand.Checkout;
import dev.ristretto.conformance.stand.Configs;
import dev.ristretto.conformance.stand.Crictl;
import dev.ristretto.conformance.stand.Stand;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Images and volumes that are made to lead the runtime astray while it sets a container up. It may
 * refuse them or not, as long as the host stays whole and the container inside; each test says
 * which published advisory it stands for.
 */
@Tag("root")
class HostileImagesE2eTest {
    private static final Path CORE_PATTERN = Path.of("/proc/sys/kernel/core_pattern");

    private static Stand stand;
    private static Crictl crictl;
    private static HostileImages images;
    private static Path secrets;
    private static String corePattern;
    private static List<String> mounts;
    private static int pushed;

    @BeforeAll
    static void start() throws IOException {
        stand = Stand.start("hostile-images");
        crictl = stand.crictl();
        images = new HostileImages(stand.scratch("images"));
        secrets = Files.createDirectories(stand.scratch("secrets"));
        Files.writeString(secrets.resolve("key"), "of the host\n");
        corePattern = Files.readString(CORE_PATTERN);
        mounts = stand.residue().mounts();
    }

    @AfterAll
    static void stop() {
        stand.close();
    }

    @AfterEach
    void hostIsWhole() throws IOException {
        stand.removePods();
        assertThat(Files.readString(CORE_PATTERN)).isEqualTo(corePattern);
        assertThat(stand.residue().mounts()).isEqualTo(mounts);
        try (var files = Files.list(secrets)) {
            assertThat(files).containsExactly(secrets.resolve("key"));
        }
    }

    /** CVE-2019-16884: a volume of the image covers /proc, and with it every mask. */
    @Test
    void volumeOverProc_takesNoMaskAway() throws IOException {
        var image = push(List.of(), config().withVolumes("/proc"));

        started(image, "").ifPresent(HostileImagesE2eTest::assertProcIsGuarded);
    }

    /** CVE-2019-19921, CVE-2023-27561, CVE-2023-28642: proc is mounted where a link leads. */
    @Test
    void procAsALink_takesNoMaskAway() throws IOException {
        var image =
                push(
                        List.of(
                                LayerEntry.directory("fake", 0755),
                                LayerEntry.symlink("proc", "/fake")),
                        config());

        started(image, "").ifPresent(HostileImagesE2eTest::assertProcIsGuarded);
    }

    /** CVE-2025-31133, CVE-2025-52565: what masks and consoles are made of is a link. */
    @ParameterizedTest
    @CsvSource({"dev/null, false", "dev/console, true", "dev/ptmx, true", "dev/pts, true"})
    void deviceAsALinkToAFileOfTheKernel_opensNothing(String device, boolean terminal)
            throws IOException {
        var image = push(List.of(LayerEntry.symlink(device, CORE_PATTERN.toString())), config());

        started(image, ", \"tty\": " + terminal)
                .ifPresent(HostileImagesE2eTest::assertProcIsGuarded);
    }

    /** CVE-2022-23648: a volume's name climbs, and its content is copied from the host. */
    @Test
    void volumeThatClimbs_bringsNothingOfTheHost() throws IOException {
        var image = push(List.of(), config().withVolumes("/../../../../../.." + secrets));

        started(image, "").ifPresent(HostileImagesE2eTest::assertSecretIsNotThere);
    }

    /** CVE-2024-40635: a user id that overflows to root's. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "4294967296",
                "4294967296:4294967296",
                "-1",
                "18446744073709551616",
                "4294967295"
            })
    void userBeyondTheLast_isRefused(String user) throws IOException {
        assertThat(started(push(List.of(), config().withUser(user)), "")).isEmpty();
    }

    /** CVE-2024-21626: the working directory is a descriptor that the runtime left open. */
    @Test
    void workingDirectoryThroughADescriptor_isNotOutside() throws IOException {
        var image = push(List.of(), config());
        for (int fd = 3; fd < 13; fd++) {
            started(image, ", \"working_dir\": \"/proc/self/fd/%d\"".formatted(fd))
                    .ifPresent(HostileImagesE2eTest::assertSecretIsNotThere);
        }
    }

    /** CVE-2019-5736: the program of the container is whatever sets it up. */
    @Test
    void programThatIsTheRuntimes_isNotRun() throws IOException {
        var podshim = Files.readAllBytes(Checkout.podshim());
        var image = push(List.of(), ImageConfig.running("/proc/self/exe"));

        var started = started(image, "");

        Await.until(
                "it ends without having run",
                Duration.ofSeconds(30),
                () -> started.isEmpty() || !state(started.get()).equals("CONTAINER_RUNNING"));
        assertThat(Files.readAllBytes(Checkout.podshim())).isEqualTo(podshim);
    }

    /** CVE-2021-30465: a mount's target is a link that leads to the host's path. */
    @Test
    void mountTargetThroughALink_staysInTheContainer() throws IOException {
        var image =
                push(
                        List.of(
                                LayerEntry.symlink("absolute", secrets.toString()),
                                LayerEntry.symlink("climbing", "../../../../.." + secrets)),
                        config());
        var given = Files.createDirectories(stand.scratch("given"));

        started(image, mountedAt(given, "/absolute/new"), mountedAt(given, "/climbing/new"))
                .ifPresent(HostileImagesE2eTest::assertSecretIsNotThere);
    }

    /** CVE-2025-52881: what is written to proc goes where a mount over it leads. */
    @ParameterizedTest
    @ValueSource(strings = {"/proc", "/proc/self/attr", "/proc/sys", "/proc/self/oom_score_adj"})
    void mountOverProc_writesNothingElsewhere(String target) throws IOException {
        var given = Files.createDirectories(stand.scratch("given"));
        var image = push(List.of(), config());

        started(image, mountedAt(given, target))
                .ifPresent(HostileImagesE2eTest::assertSecretIsNotThere);

        assertThat(given).isEmptyDirectory();
    }

    /** CVE-2022-0811 ("cr8escape"): one sysctl is smuggled in with another's value or name. */
    @ParameterizedTest
    @CsvSource({
        "kernel.shm_rmid_forced, 1+kernel.core_pattern=|/evil",
        "kernel.core_pattern, |/evil",
        "kernel/core_pattern, |/evil",
        "net.ipv4/../../kernel/core_pattern, |/evil",
        "net.ipv4.....kernel.core_pattern, |/evil",
    })
    void sysctlOfTheHost_isRefused(String name, String value) throws IOException {
        var sysctls = ", \"linux\": {\"sysctls\": {\"%s\": \"%s\"}}".formatted(name, value);
        var json = Configs.pod("sysctls", stand.paths().podLogs(), sysctls);

        assertThat(crictl.attempt("runp", crictl.file(json)).exitCode()).isNotZero();
    }

    /**
     * CVE-2021-30465, CVE-2024-45310: a container of the pod swaps a directory of a shared volume
     * for a link to the host's path, again and again, while another starts that mounts there.
     */
    @Test
    void mountTargetThatIsSwapped_neverLeadsToTheHost() throws IOException {
        var image = push(List.of(), config());
        var shared = Files.createDirectories(stand.scratch("shared"));
        Files.createDirectories(shared.resolve("target"));
        Files.createSymbolicLink(shared.resolve("away"), Path.of("../../../../../.." + secrets));
        var given = Files.createDirectories(stand.scratch("given"));
        var podJson = Configs.pod("swapped", stand.paths().podLogs(), "");
        var pod = crictl.runPod(podJson);
        var volume = mount(shared, "/volume");
        var swapper =
                Configs.containerWith(
                        ", \"mounts\": [%s]".formatted(volume),
                        "swapper",
                        image,
                        "/escape",
                        "swap",
                        "/volume");
        crictl.runContainer(pod, swapper, podJson);
        var extra = ", \"mounts\": [%s, %s]".formatted(volume, mount(given, "/volume/target/new"));

        for (int i = 0; i < 20; i++) {
            var name = "victim-" + i;
            start(pod, podJson, Configs.containerWith(extra, name, image, "sleep", "3600"))
                    .ifPresent(HostileImagesE2eTest::assertSecretIsNotThere);
        }
    }

    private static ImageConfig config() {
        return ImageConfig.running("sleep", "3600");
    }

    private static String push(List<LayerEntry> onTop, ImageConfig config) throws IOException {
        var name = "e2e/hostile-%d:1".formatted(++pushed);
        var image = stand.registry().push(images.archive(onTop, config), name);
        crictl.call("pull", image);
        return image;
    }

    private static String mountedAt(Path host, String target) {
        return ", \"mounts\": [%s]".formatted(mount(host, target));
    }

    private static String mount(Path host, String target) {
        return "{\"host_path\": \"%s\", \"container_path\": \"%s\"}".formatted(host, target);
    }

    /**
     * A container with what the image says, in a pod of its own for every extra.
     *
     * @return the last that runs; empty if it was refused or ended
     */
    private static Optional<String> started(String image, String... extras) throws IOException {
        Optional<String> last = Optional.empty();
        for (var extra : extras) {
            var name = "hostile-" + ++pushed;
            var podJson = Configs.pod(name, stand.paths().podLogs(), "");
            var pod = crictl.runPod(podJson);
            last = start(pod, podJson, Configs.containerWith(extra, "main", image));
        }
        return last;
    }

    private static Optional<String> start(String pod, String podJson, String json)
            throws IOException {
        var created = crictl.attempt("create", pod, crictl.file(json), crictl.file(podJson));
        if (created.exitCode() != 0) {
            return Optional.empty();
        }
        var id = created.text();
        var runs = crictl.attempt("start", id).exitCode() == 0;
        return runs && state(id).equals("CONTAINER_RUNNING") ? Optional.of(id) : Optional.empty();
    }

    private static String state(String container) throws IOException {
        return crictl.containerStatus(container).path("state").asText();
    }

    private static void assertProcIsGuarded(String container) {
        try {
            assertThat(tried(container, "write", CORE_PATTERN.toString()))
                    .matches("refused (EROFS|EACCES|EPERM|ENOENT)");
            assertThat(tried(container, "write", "/proc/sysrq-trigger"))
                    .matches("refused (EROFS|EACCES|EPERM|ENOENT)");
            assertSecretIsNotThere(container);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertSecretIsNotThere(String container) {
        try {
            assertThat(tried(container, "climb", secrets.resolve("key").toString()))
                    .isEqualTo("refused ENOENT");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String tried(String container, String attempt, String argument)
            throws IOException {
        var outcome = crictl.attempt("exec", "-s", container, "/escape", attempt, argument);
        assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
        return outcome.text().lines().findFirst().orElse("");
    }
}
