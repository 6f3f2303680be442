// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a refused request was told. */
public record Refusal(FaultKind kind, String message) {
    /** Makes the request, which must be refused with a fault. */
    public static Refusal of(ThrowingCallable request) {
        var failure = catchThrowable(request);
        assertThat(failure).isInstanceOf(RuntimeFault.class);
        var fault = (RuntimeFault) failure;
        return new Refusal(fault.kind(), String.valueOf(fault.getMessage()));
    }
}
