// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.plan.ResolvedMount;
import dev.ristretto.runtime.spec.MountConfig;
import dev.ristretto.runtime.spec.MountConfig.Propagation;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class MountSourcesTest {
    private static final List<String> MOUNTINFO =
            List.of(
                    "20 1 254:0 / / rw,relatime - ext4 /dev/vda rw",
                    "21 20 0:5 / /mnt rw shared:1 - tmpfs none rw",
                    "22 20 0:6 / /mnt/slave rw master:1 - tmpfs none rw",
                    "23 20 0:7 / /mnt/with\\040space rw shared:2 master:1 - tmpfs none rw",
                    "24 21 0:8 / /mnt/covered rw shared:3 - tmpfs none rw",
                    "25 24 0:9 / /mnt/covered rw - tmpfs none rw");

    private final MountSources sources = new MountSources();

    @TempDir private Path directory;

    @Test
    void resolve_tellsDirectoriesFromFiles() throws IOException {
        var file = Files.writeString(directory.resolve("file"), "");
        var link = Files.createSymbolicLink(directory.resolve("link"), directory);

        assertThat(sources.resolve(List.of(mount(file), mount(directory), mount(link))))
                .extracting(ResolvedMount::directory)
                .containsExactly(false, true, true);
    }

    @Test
    void resolve_ofAMissingPath_makesADirectory() throws IOException {
        var missing = directory.resolve("not/there");

        assertThat(sources.resolve(List.of(mount(missing))))
                .containsExactly(new ResolvedMount(mount(missing), true));
        assertThat(missing).isDirectory();
    }

    @Test
    void resolve_ofAPathBelowAFile_isRefused() throws IOException {
        var file = Files.writeString(directory.resolve("file"), "");

        assertThatThrownBy(() -> sources.resolve(List.of(mount(file.resolve("below")))))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT))
                .hasMessageContaining("host_path '" + file.resolve("below") + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "/mnt/x, HOST_TO_CONTAINER",
        "/mnt/x, BIDIRECTIONAL",
        "/mnt/slave/x, HOST_TO_CONTAINER",
        "/mnt/with space, BIDIRECTIONAL"
    })
    void requireShared_onASharedMount_isFine(Path source, Propagation propagation) {
        var mount = new MountConfig("/x", source.toString(), false, false, propagation);

        assertThatCode(() -> MountSources.requireShared(mount, source, MOUNTINFO))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "/srv, HOST_TO_CONTAINER, /",
        "/mntx, HOST_TO_CONTAINER, /",
        "/mnt/slave, BIDIRECTIONAL, /mnt/slave",
        "/mnt/covered/x, HOST_TO_CONTAINER, /mnt/covered"
    })
    void requireShared_onAPrivateMount_saysHowToShareIt(
            Path source, Propagation propagation, String point) {
        var mount = new MountConfig("/x", source.toString(), false, false, propagation);

        assertThatThrownBy(() -> MountSources.requireShared(mount, source, MOUNTINFO))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.WRONG_STATE))
                .hasMessageEndingWith("mount --make-rshared " + point);
    }

    private static MountConfig mount(Path source) {
        return new MountConfig("/x", source.toString(), false, false, Propagation.PRIVATE);
    }
}
