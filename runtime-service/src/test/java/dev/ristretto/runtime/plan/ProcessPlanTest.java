// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.store.ImageConfig;
import dev.ristretto.runtime.spec.EnvironmentVariable;
import dev.ristretto.runtime.spec.ProcessIdentity;
import dev.ristretto.runtime.spec.ProcessSpec;
import dev.ristretto.runtime.spec.StdioConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

class ProcessPlanTest {
    private final Inputs inputs = new Inputs();
    private List<String> imageEnv = List.of();
    private List<String> entrypoint = List.of("/entry");
    private List<String> cmd = List.of("serve");
    private String imageDir = "";
    private String imageSignal = "";

    @ParameterizedTest
    @CsvSource({"'', '', /entry serve", "'', a b, /entry a b", "sh, '', sh", "sh -c, ls, sh -c ls"})
    void argv_isOfConfigOrImage(String command, String args, String expected) {
        inputs.command = words(command);
        inputs.args = words(args);

        assertThat(plan().argv()).isEqualTo(words(expected));
    }

    @Test
    void argv_withoutAnyCommand_isRefused() {
        entrypoint = List.of();
        cmd = List.of();

        assertThatThrownBy(this::plan)
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT))
                .hasMessageContaining("container app has no command");
    }

    @Test
    void environment_ofTheConfigGoesOverThatOfTheImage() {
        imageEnv = List.of("PATH=/opt/bin", "A=image", "B=image", "EMPTY", "=x", "C=a=b");
        inputs.envs.add(new EnvironmentVariable("A", "first"));
        inputs.envs.add(new EnvironmentVariable("A", "config"));

        assertThat(plan().environment())
                .containsExactly(
                        "PATH=/opt/bin",
                        "HOSTNAME=web-1",
                        "A=config",
                        "B=image",
                        "EMPTY=",
                        "C=a=b",
                        "HOME=/home/app");
    }

    @Test
    void environment_withoutAnything_hasPathHostnameAndHome() {
        assertThat(plan().environment())
                .containsExactly(
                        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        "HOSTNAME=web-1",
                        "HOME=/home/app");
    }

    @Test
    void environment_withATerminal_namesIt_unlessSomebodyElseDoes() {
        inputs.stdio = new StdioConfig(false, false, true);
        assertThat(plan().environment()).contains("TERM=xterm");
        imageEnv = List.of("TERM=dumb", "HOME=/x");
        assertThat(plan().environment()).contains("TERM=dumb", "HOME=/x");
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', /",
        "'', /srv, /srv",
        "'', srv, /srv",
        "/a/../b/, /srv, /b",
        "/../../x, '', /x"
    })
    void workingDir_isOfConfigOrImage(String config, String image, String expected) {
        inputs.workingDir = config;
        imageDir = image;

        assertThat(plan().workingDir()).isEqualTo(expected);
    }

    @Test
    void workingDir_thatIsRelative_isRefused() {
        inputs.workingDir = "srv";

        assertThatThrownBy(this::plan)
                .hasMessage("config.working_dir 'srv' is not an absolute path");
    }

    @Test
    void stopSignal_isOfConfigThenImageThenTerm() {
        assertThat(plan().stopSignal()).isEqualTo(15);
        imageSignal = "SIGQUIT";
        assertThat(plan().stopSignal()).isEqualTo(3);
        inputs.stopSignal = "SIGUSR1";
        assertThat(plan().stopSignal()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({
        "SIGTERM, 15",
        "TERM, 15",
        "sigterm, 15",
        "15, 15",
        "1, 1",
        "64, 64",
        "SIGSYS, 31",
        "SIGWINCH, 28",
        "SIGRTMIN, 34",
        "SIGRTMIN+3, 37",
        "RTMINPLUS3, 37",
        "SIGRTMAX, 64",
        "SIGRTMAX-14, 50",
        "SIGRTMAXMINUS1, 63",
        "SIGRTMIN+30, 64"
    })
    void stopSignal_isReadInAllSpellings(String text, int number) {
        assertThat(StopSignal.parse(text)).hasValue(number);
    }

    @ParameterizedTest
    @CsvSource({
        "SIGFOO",
        "0",
        "65",
        "-1",
        "''",
        "SIG",
        "SIGRTMIN+31",
        "SIGRTMIN-1",
        "SIGRTMAX-31",
        "999999999999"
    })
    void stopSignal_thatIsNone_isRefused(String text) {
        assertThat(StopSignal.parse(text)).isEmpty();
    }

    @Test
    void executablePaths_areThoseOfItsOwnPath() {
        assertThat(
                        ExecutablePaths.candidates(
                                "ls", List.of("A=b", "PATH=/a:/b/::bin:.:/a", "PATHS=/c")))
                .containsExactly("/a/ls", "/b/ls");
        assertThat(ExecutablePaths.candidates("./ls", List.of("PATH=/a"))).containsExactly("./ls");
    }

    private ProcessSpec plan() {
        var image =
                new ImageConfig(
                        "",
                        imageEnv,
                        entrypoint,
                        cmd,
                        imageDir,
                        Set.of(),
                        imageSignal,
                        Map.of(),
                        "linux",
                        "amd64");
        return ProcessPlan.of(
                inputs.config(),
                image,
                new ProcessIdentity(0, 0, List.of(0L)),
                "/home/app",
                "web-1");
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : Arrays.asList(text.split(" ", -1));
    }
}
