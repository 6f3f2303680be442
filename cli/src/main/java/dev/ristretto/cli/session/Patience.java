// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.session;

import java.time.Duration;

/**
 * How long to wait for answers.
 *
 * @param reading of calls that only read
 * @param acting of calls that change something; the kubelet too gives RunPodSandbox four minutes
 */
public record Patience(Duration reading, Duration acting) {
    static final Patience USUAL = new Patience(Duration.ofSeconds(10), Duration.ofMinutes(4));

    static Patience of(Duration asked) {
        return new Patience(asked, asked);
    }
}
