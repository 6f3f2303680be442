// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.runtime.app.FakePodNetworks;
import dev.ristretto.runtime.app.Refusal;
import dev.ristretto.runtime.network.PodNetwork;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.stream.Stream;

class SandboxStateTest {
    private static final SandboxState READY = new SandboxState.Ready(7, PodNetwork.host());

    static Stream<SandboxState> all() {
        return Stream.of(new SandboxState.Creating(), READY, new SandboxState.NotReady());
    }

    @Test
    void beingMade_becomesReady() {
        var network = FakePodNetworks.network();

        assertThat(new SandboxState.Creating().ready(9, network))
                .isEqualTo(new SandboxState.Ready(9, network));
    }

    @Test
    void ready_cannotBecomeSoAgain() {
        assertThat(Refusal.of(() -> READY.ready(9, PodNetwork.host())))
                .isEqualTo(
                        new Refusal(FaultKind.WRONG_STATE, "cannot become ready: is so as pid 7"));
    }

    @Test
    void stopped_cannotBecomeReadyAgain() {
        assertThat(Refusal.of(() -> new SandboxState.NotReady().ready(9, PodNetwork.host())))
                .isEqualTo(new Refusal(FaultKind.WRONG_STATE, "cannot become ready: was stopped"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyState_canBeStopped(SandboxState state) {
        assertThat(state.stopped()).isEqualTo(new SandboxState.NotReady());
    }

    @Test
    void onlyWhoIsReady_hasAPodshimForSure() {
        assertThat(READY.knownShimPid()).hasValue(7);
        assertThat(new SandboxState.Creating().knownShimPid()).isEmpty();
        assertThat(new SandboxState.NotReady().knownShimPid()).isEmpty();
    }
}
