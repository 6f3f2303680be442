// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;

import org.junit.jupiter.api.Test;

import java.util.List;

class AddressPoolTest {
    /** Places 2 to 6. */
    private final AddressPool pool =
            new AddressPool(List.of(Subnet.parse("10.0.0.0/29"), Subnet.parse("fd93::/64")));

    @Test
    void take_startsAfterTheGateway() {
        assertThat(pool.take()).isEqualTo(2);
        assertThat(pool.take()).isEqualTo(3);
    }

    @Test
    void take_usesAReturnedPlaceOnlyAfterAllOthers() {
        pool.take();
        pool.giveBack(2);

        assertThat(List.of(pool.take(), pool.take(), pool.take(), pool.take(), pool.take()))
                .containsExactly(3, 4, 5, 6, 2);
    }

    @Test
    void take_goesOnBehindTheLeasesOfAnEarlierDaemon() {
        pool.retake(4);

        assertThat(List.of(pool.take(), pool.take(), pool.take())).containsExactly(5, 6, 2);
    }

    @Test
    void take_ofAFullSubnet_namesTheSetting() {
        for (int i = 0; i < 5; i++) {
            pool.take();
        }

        assertThatThrownBy(pool::take)
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.EXHAUSTED))
                .hasMessageContaining("10.0.0.0/29")
                .hasMessageContaining("network.ipv4Subnet");
    }
}
