// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that goes when it is told to. */
public final class TestClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-01-02T03:04:05.678901234Z");

    @Override
    public Instant instant() {
        return now;
    }

    public void advance(Duration time) {
        now = now.plus(time);
    }
}
