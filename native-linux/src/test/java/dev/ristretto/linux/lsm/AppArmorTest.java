// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.lsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

class AppArmorTest {
    @TempDir private Path directory;

    private Path sys;
    private Path proc;
    private AppArmor kernel;

    @BeforeEach
    void host() throws IOException {
        sys = directory.resolve("sys");
        proc = directory.resolve("proc");
        kernel = new AppArmor(sys, proc);
        write(sys.resolve("module/apparmor/parameters/enabled"), "Y\n");
        write(proc.resolve("self/attr/apparmor/exec"), "");
        write(proc.resolve("self/attr/apparmor/current"), "unconfined\n");
        write(
                sys.resolve("kernel/security/apparmor/profiles"),
                """
                ristretto-default (enforce)
                /usr/bin/man (complain)
                web profile (enforce)
                """);
    }

    @Test
    void kernelThatHasIt_isFound() throws IOException {
        assertThat(kernel.enabled()).isTrue();
    }

    @Test
    void kernelThatHasItOff_orHasNone_isNot() throws IOException {
        write(sys.resolve("module/apparmor/parameters/enabled"), "N\n");
        assertThat(kernel.enabled()).isFalse();

        Files.delete(sys.resolve("module/apparmor/parameters/enabled"));
        assertThat(kernel.enabled()).isFalse();
    }

    @Test
    void profile_isFoundByItsWholeName() throws IOException {
        assertThat(kernel.isLoaded("ristretto-default")).isTrue();
        assertThat(kernel.isLoaded("web profile")).isTrue();
        assertThat(kernel.isLoaded("web")).isFalse();
        assertThat(kernel.isLoaded("ristretto-default (enforce)")).isFalse();
    }

    @Test
    void hostWithoutSecurityfs_cannotTell() throws IOException {
        Files.delete(sys.resolve("kernel/security/apparmor/profiles"));

        assertThatThrownBy(() -> kernel.isLoaded("web")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void defaultProfile_letsTheDaemonSignalWhateverConfinesIt() throws IOException {
        var profile = new DefaultProfile(kernel, List.of());
        assertThat(profile.text())
                .contains("profile ristretto-default ", "peer=unconfined,")
                .doesNotContain("@PEERS@");

        write(proc.resolve("self/attr/apparmor/current"), "/usr/bin/ristrettod (enforce)\n");
        assertThat(profile.text()).contains("  signal (receive) peer=/usr/bin/ristrettod,\n");
    }

    @Test
    void labelThatIsNoPlainWord_getsNoRule() throws IOException {
        var profile = new DefaultProfile(kernel, List.of());
        var plain = profile.text();

        write(proc.resolve("self/attr/apparmor/current"), "a,\n file,} x (enforce)\n");
        assertThat(profile.text()).isEqualTo(plain);
    }

    @Test
    void parser_isGivenTheProfile() throws IOException {
        parser("cat >%s; echo \"$*\" >>%s".formatted(output(), output()));

        load();

        assertThat(output())
                .content()
                .contains("profile ristretto-default ")
                .endsWith("}\n--replace --skip-cache\n");
    }

    @Test
    void parserThatFails_isQuoted() throws IOException {
        parser("cat >/dev/null; echo 'syntax error in line 3' >&2; exit 1");

        assertThatThrownBy(this::load)
                .hasMessage(
                        "%s/apparmor_parser ended with code 1: syntax error in line 3"
                                .formatted(directory));
    }

    @Test
    void parserThatDoesNotRead_isQuotedToo() throws IOException {
        parser("echo 'no such option' >&2; exit 2");

        assertThatThrownBy(this::load).hasMessageEndingWith("ended with code 2: no such option");
    }

    @Test
    void parserThatIsMissing_isNamed() {
        assertThatThrownBy(this::load)
                .hasMessage("apparmor_parser is not installed; apt-get install apparmor");
    }

    private Path output() {
        return directory.resolve("output");
    }

    private void load() throws IOException {
        new DefaultProfile(kernel, List.of(directory.resolve("absent"), directory)).load();
    }

    private void parser(String script) throws IOException {
        var file = directory.resolve("apparmor_parser");
        write(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private static void write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
