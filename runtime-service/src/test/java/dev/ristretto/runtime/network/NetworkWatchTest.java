// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

class NetworkWatchTest {
    @Test
    void watch_mendsAgainAndAgain() throws InterruptedException {
        var mends = new CountDownLatch(3);

        try (var _ = NetworkWatch.start(new Mending(mends), Duration.ofMillis(1))) {
            assertThat(mends.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private record Mending(CountDownLatch mends) implements PodNetworks {
        @Override
        public void mend() {
            mends.countDown();
        }

        @Override
        public PodNetwork attach(PodAttachment attachment) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void detach(String podSandboxId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void retain(Set<String> podSandboxIds) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void dismantle() {
            throw new UnsupportedOperationException();
        }

        @Override
        public NetworkReadiness readiness() {
            throw new UnsupportedOperationException();
        }
    }
}
