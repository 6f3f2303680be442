// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.fault.RuntimeFault;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;

class OutcomeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "V1|''",
                "V3|''",
                "V4|{\"metadata\":{},\"status\":\"Success\"}",
                "V5|{\"metadata\":{},\"status\":\"Success\"}",
            })
    void success_isNothingOrAStatus(RemoteCommandVersion version, String expected) {
        assertThat(text(new Outcome.Exited(0), version)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(names = {"V4", "V5"})
    void exitCode_isACauseOfTheStatus(RemoteCommandVersion version) {
        assertThat(text(new Outcome.Exited(137), version))
                .isEqualTo(
                        "{\"metadata\":{},\"status\":\"Failure\","
                                + "\"message\":\"command terminated with non-zero exit code: exit code 137\","
                                + "\"reason\":\"NonZeroExitCode\","
                                + "\"details\":{\"causes\":[{\"reason\":\"ExitCode\",\"message\":\"137\"}]}}");
    }

    @ParameterizedTest
    @EnumSource(names = {"V1", "V2", "V3"})
    void exitCode_inOldVersions_isToldInWords(RemoteCommandVersion version) {
        assertThat(text(new Outcome.Exited(3), version))
                .isEqualTo("command terminated with non-zero exit code: exit code 3");
    }

    @Test
    void fault_isAStatusWithItsOwnWords() {
        var outcome = Outcome.failed(RuntimeFault.notFound("container \"c1\" does not exist"));

        assertThat(text(outcome, RemoteCommandVersion.V4))
                .isEqualTo(
                        "{\"metadata\":{},\"status\":\"Failure\","
                                + "\"message\":\"container \\\"c1\\\" does not exist\","
                                + "\"reason\":\"NotFound\",\"code\":404}");
        assertThat(text(outcome, RemoteCommandVersion.V2))
                .isEqualTo("container \"c1\" does not exist");
    }

    @ParameterizedTest
    @CsvSource({
        "v5.channel.k8s.io,V5",
        "v4.channel.k8s.io,V4",
        "v4.base64.channel.k8s.io,V4",
        "v3.channel.k8s.io,V3",
        "v2.channel.k8s.io,V2",
        "channel.k8s.io,V1",
        "base64.channel.k8s.io,V1",
        "'',V1",
    })
    void version_isThatOfTheProtocol(String protocol, RemoteCommandVersion version) {
        assertThat(RemoteCommandVersion.of(protocol)).isEqualTo(version);
    }

    private static String text(Outcome outcome, RemoteCommandVersion version) {
        return new String(outcome.onErrorStream(version), StandardCharsets.UTF_8);
    }
}
