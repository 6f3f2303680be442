// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import ristretto.v1.DoctorResponse;
import ristretto.v1.ExplainResponse;
import ristretto.v1.Finding;
import ristretto.v1.Flight;
import ristretto.v1.FlightEntry;
import ristretto.v1.FlightStep;
import ristretto.v1.ProgramOperation;
import ristretto.v1.RepeatedCall;
import ristretto.v1.Subject;

import java.io.IOException;
import java.nio.file.Path;

class ExplainComponentTest {
    private static final Subject POD =
            Subject.newBuilder().setKind("pod").setId("a".repeat(64)).setName("default/p").build();
    private static final Subject WEB =
            Subject.newBuilder()
                    .setKind("container")
                    .setId("b".repeat(64))
                    .setName("web")
                    .setPodSandboxId(POD.getId())
                    .build();
    private static final String CAUSE =
            "start container web: exec \"nope\": executable file not found in $PATH (ENOENT)";

    @TempDir private Path dir;

    private CommandFixture cli;

    @BeforeEach
    void start() throws IOException {
        cli = new CommandFixture(dir);
    }

    @AfterEach
    void stop() {
        cli.close();
    }

    @Test
    void explain_showsStepsByTime_andTheCauseLast() {
        cli.loading.explaining(failedStart());

        assertThat(cli.run("explain", "p")).isZero();

        assertThat(cli.out())
                .isEqualTo(
                        """
                        pod default/p (aaaaaaaaaaaaa): ready

                        TIME (UTC)     TOOK      OF    WHAT
                        00:00:01.000   5.20 ms   pod   RunPodSandbox
                                       2.00 ms           attach its network
                        00:00:02.000   7.00 ms   web   StartContainer: failed
                                       6.00 ms           have its podshim start it: 2 operations: failed
                                                           1 EXEC: exec "nope": failed
                                                         %s
                        00:00:03.000   1.00 ms   web   ExecSync, 12 times, the longest took 3.00 ms; none failed

                        cause: %s
                        """
                                .formatted(CAUSE, CAUSE));
    }

    @Test
    void explain_showsThePrograms_ifAsked() {
        cli.loading.explaining(failedStart());

        assertThat(cli.run("explain", "--program", "p")).isZero();

        assertThat(cli.out()).contains("    0 CHDIR: enter working directory /\n");
    }

    @Test
    void explain_asJson_hasAll() {
        cli.loading.explaining(failedStart());

        assertThat(cli.run("explain", "-o", "json", "p")).isZero();

        assertThat(cli.out())
                .contains("\"cause\": \"start container web")
                .contains("\"words\": \"CHDIR: enter working directory /\"");
    }

    @Test
    void doctor_saysWhatIsLacking() {
        cli.loading.finding(findings(Finding.Level.LACKING));

        assertThat(cli.run("doctor")).isZero();

        assertThat(cli.out())
                .isEqualTo(
                        """
                                  OF        WHAT
                        good      cgroups   version 2
                        lacking   seccomp   libseccomp is missing
                                              costs: containers are refused
                                              to do: install libseccomp2

                        1 lacking, 0 broken
                        """);
    }

    @Test
    void doctor_ofABrokenHost_fails() {
        cli.loading.finding(findings(Finding.Level.BROKEN));

        assertThat(cli.run("doctor")).isEqualTo(1);
        assertThat(cli.out()).endsWith("0 lacking, 1 broken\n");
    }

    private static DoctorResponse findings(Finding.Level level) {
        return DoctorResponse.newBuilder()
                .addFindings(Finding.newBuilder().setSubject("cgroups").setFact("version 2"))
                .addFindings(
                        Finding.newBuilder()
                                .setLevel(level)
                                .setSubject("seccomp")
                                .setFact("libseccomp is missing")
                                .setCost("containers are refused")
                                .setRemedy("install libseccomp2"))
                .build();
    }

    private static ExplainResponse failedStart() {
        return ExplainResponse.newBuilder()
                .setSubject(POD)
                .setState("ready")
                .setFailed(true)
                .setCause(CAUSE)
                .addFlights(
                        Flight.newBuilder()
                                .setSubject(POD)
                                .addEntries(
                                        FlightEntry.newBuilder()
                                                .setAt(1_000_000_000L)
                                                .setTook(5_200_000)
                                                .setWhat("RunPodSandbox")
                                                .addSteps(step("attach its network", 2_000_000))))
                .addFlights(
                        Flight.newBuilder()
                                .setSubject(WEB)
                                .addEntries(
                                        FlightEntry.newBuilder()
                                                .setAt(2_000_000_000L)
                                                .setTook(7_000_000)
                                                .setWhat("StartContainer")
                                                .setFailure(CAUSE)
                                                .addSteps(program()))
                                .addRepeatedCalls(
                                        RepeatedCall.newBuilder()
                                                .setRpc("ExecSync")
                                                .setCount(12)
                                                .setLastAt(3_000_000_000L)
                                                .setLastTook(1_000_000)
                                                .setLongestTook(3_000_000)))
                .build();
    }

    private static FlightStep.Builder step(String what, long took) {
        return FlightStep.newBuilder().setWhat(what).setTook(took);
    }

    private static FlightStep.Builder program() {
        return step("have its podshim start it", 6_000_000)
                .setFailure("run step 1, EXEC: ENOENT")
                .addProgram(
                        ProgramOperation.newBuilder().setWords("CHDIR: enter working directory /"))
                .addProgram(
                        ProgramOperation.newBuilder()
                                .setWords("EXEC: exec \"nope\"")
                                .setFailed(true));
    }
}
