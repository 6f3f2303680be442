// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.linux.probe.HostFeatures;
import dev.ristretto.linux.probe.HostFeatures.OverlayMount;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.host.SecurityModules;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class DoctorTest {
    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private Path proc;
    private TestNode node;

    @BeforeEach
    void host() throws IOException {
        node = new TestNode(directory.resolve("node"));
        proc = directory.resolve("proc");
        Files.createDirectories(proc.resolve("pressure"));
        Files.createDirectories(proc.resolve("self"));
        Files.createDirectories(proc.resolve("sys/user"));
        Files.createFile(proc.resolve("pressure/cpu"));
        Files.writeString(proc.resolve("sys/user/max_user_namespaces"), "15000\n");
        openFiles("1048576");
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    @Test
    void hostThatHasAll_isGood() {
        assertThat(of("cgroups", whole()).level()).isEqualTo(Finding.Level.GOOD);
        for (var subject :
                new String[] {
                    "overlayfs",
                    "mounts",
                    "seccomp",
                    "CAP_SYS_RESOURCE",
                    "open files",
                    "pressure",
                    "user namespaces"
                }) {
            assertThat(of(subject, whole()).level()).as(subject).isEqualTo(Finding.Level.GOOD);
        }
    }

    @Test
    void everyLack_saysWhatItCosts_andWhatToDo() throws IOException {
        Files.delete(proc.resolve("pressure/cpu"));
        Files.writeString(proc.resolve("sys/user/max_user_namespaces"), "0\n");
        openFiles("1024");

        for (var subject :
                new String[] {
                    "cgroups",
                    "overlayfs",
                    "mounts",
                    "seccomp",
                    "CAP_SYS_RESOURCE",
                    "open files",
                    "pressure",
                    "user namespaces"
                }) {
            var finding = of(subject, poor(OverlayMount.ONE_PAGE));
            assertThat(finding.level()).as(subject).isEqualTo(Finding.Level.LACKING);
            assertThat(finding.cost()).as(subject).isNotEmpty();
            assertThat(finding.remedy()).as(subject).isNotEmpty();
            assertThat(finding.words()).startsWith(subject + ": ").contains(finding.cost());
        }
    }

    @Test
    void hostWithoutOverlayfs_isBroken() {
        assertThat(of("overlayfs", poor(OverlayMount.NONE)).level())
                .isEqualTo(Finding.Level.BROKEN);
    }

    @Test
    void stateDirThatIsMissing_isBroken() {
        var doctor =
                new Doctor(
                        new Doctor.Host(whole(), SecurityModules.absent()),
                        node.networks,
                        directory.resolve("absent"),
                        "",
                        proc);

        assertThat(doctor.run())
                .filteredOn(finding -> finding.subject().equals("disk"))
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.level()).isEqualTo(Finding.Level.BROKEN);
                            assertThat(finding.fact()).contains("absent");
                        });
    }

    @Test
    void podsThatCannotHaveUserNamespaces_areToldWhy() {
        var why = "file systems of /var/lib cannot be id-mapped";
        var doctor =
                new Doctor(
                        new Doctor.Host(whole(), SecurityModules.absent()),
                        node.networks,
                        directory,
                        why,
                        proc);

        assertThat(doctor.run())
                .filteredOn(finding -> finding.subject().equals("user namespaces"))
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.level()).isEqualTo(Finding.Level.LACKING);
                            assertThat(finding.fact()).contains(why);
                            assertThat(finding.cost()).contains("hostUsers: false");
                        });
    }

    private Finding of(String subject, HostFeatures features) {
        return new Doctor(
                        new Doctor.Host(features, SecurityModules.absent()),
                        node.networks,
                        directory,
                        "",
                        proc)
                .run().stream()
                        .filter(finding -> finding.subject().equals(subject))
                        .findFirst()
                        .orElseThrow();
    }

    private void openFiles(String limit) throws IOException {
        Files.writeString(
                proc.resolve("self/limits"),
                "Max open files            1024                 %-20s files \n".formatted(limit));
    }

    private static HostFeatures whole() {
        return new HostFeatures(
                OverlayMount.LOWERDIR_PLUS, true, true, true, true, Cgroups.Mode.V2);
    }

    private static HostFeatures poor(OverlayMount overlay) {
        return new HostFeatures(overlay, false, true, false, false, Cgroups.Mode.HYBRID);
    }
}
