// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class BusyboxImageTest {
    @TempDir Path dir;

    @Test
    void entries_ofAHostWithoutBusybox_sayWhatToInstall() {
        assertThatThrownBy(() -> new BusyboxImage(dir.resolve("busybox")).entries())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("there is none")
                .hasMessageEndingWith("run 'apt-get install busybox-static'");
    }

    @Test
    void entries_ofADynamicallyLinkedProgram_areRefused() throws Exception {
        // The JDK's launcher is dynamically linked on every distribution.
        var java = ProcessHandle.current().info().command().orElseThrow();
        var copy = Files.copy(Path.of(java), dir.resolve("busybox"));
        assertThat(copy.toFile().setExecutable(true)).isTrue();

        assertThatThrownBy(() -> new BusyboxImage(copy).entries())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("it needs shared libraries");
    }

    @Test
    void entries_linkTheAppletsOfTheBusyboxAtHand() throws Exception {
        var busybox = script("echo bin/busybox; echo bin/sh; echo usr/bin/wget");

        // The script is no ELF file, so its check is passed by: only the list is of interest here.
        assertThat(BusyboxImage.applets(busybox)).containsExactly("bin/sh", "usr/bin/wget");
    }

    @Test
    void applets_ofAProgramThatFails_sayWhatItSaid() throws Exception {
        var busybox = script("echo no such thing; exit 3");

        assertThatThrownBy(() -> BusyboxImage.applets(busybox))
                .hasMessage(busybox + " --list-full: no such thing");
    }

    private Path script(String body) throws IOException {
        var file = Files.writeString(dir.resolve("busybox"), "#!/bin/sh\n" + body + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }
}
