// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.Optional;

class ContainerStateTest {
    private static final Instant THEN = Instant.parse("2026-01-02T03:04:05Z");
    private static final ContainerState CREATED = new ContainerState.Created();
    private static final ContainerState RUNNING = new ContainerState.Running(THEN, 7);
    private static final ContainerState.Exited EXITED =
            new ContainerState.Exited(Optional.of(THEN), THEN, 3, "Error", "");
    private static final ContainerState.Exited OTHER_END =
            new ContainerState.Exited(Optional.empty(), THEN, 0, "Completed", "");

    @Test
    void created_canBeStartedAndCanEndWithoutIt() {
        assertThat(CREATED.started(THEN, 7)).isEqualTo(RUNNING);
        assertThat(CREATED.ended(EXITED)).isSameAs(EXITED);
    }

    @Test
    void running_isNotStartedAgain() {
        assertThat(RUNNING.started(THEN.plusSeconds(1), 8)).isSameAs(RUNNING);
        assertThat(RUNNING.ended(EXITED)).isSameAs(EXITED);
    }

    @Test
    void exited_staysWhatItIs() {
        assertThat(EXITED.started(THEN, 7)).isSameAs(EXITED);
        assertThat(EXITED.ended(OTHER_END)).isSameAs(EXITED);
    }
}
