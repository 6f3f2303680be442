// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.fault.RuntimeFault.CriName;

import io.grpc.Status;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.concurrent.CancellationException;

class ErrorInterceptorTest {
    @ParameterizedTest
    @EnumSource(CriName.class)
    void namesTheKubeletKnows_standFirstInAMessageOfCodeUnknown(CriName name) {
        var status = ErrorInterceptor.toStatus(RuntimeFault.criNamed(name, null, "pull %s", "x"));

        assertThat(status.getCode()).isEqualTo(Status.Code.UNKNOWN);
        assertThat(status.getDescription()).isEqualTo(name + ": pull x");
    }

    @Test
    void timeOut_isTheCodeThatTheKubeletTakesForAProbeTimeOut() {
        assertThat(ErrorInterceptor.toStatus(RuntimeFault.timedOut("exec")).getCode())
                .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }

    @Test
    void whatIsNotOurs_isInternalAndNamed() {
        var status = ErrorInterceptor.toStatus(new IllegalStateException("odd"));

        assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(status.getDescription()).contains("odd");
    }

    @Test
    void callerThatLeft_isCancelled() {
        assertThat(ErrorInterceptor.toStatus(new CancellationException()).getCode())
                .isEqualTo(Status.Code.CANCELLED);
    }
}
