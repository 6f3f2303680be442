// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeviceRulesTest {
    @Test
    void containerDefaults_denyAllThenAllowTheListOfTheSpecification() {
        assertThat(DeviceRules.containerDefaults().v1())
                .extracting(write -> write.file() + " = " + write.value())
                .containsExactly(
                        "devices.deny = a",
                        "devices.allow = c 1:3 rwm",
                        "devices.allow = c 1:5 rwm",
                        "devices.allow = c 1:7 rwm",
                        "devices.allow = c 1:8 rwm",
                        "devices.allow = c 1:9 rwm",
                        "devices.allow = c 5:0 rwm",
                        "devices.allow = c 5:2 rwm",
                        "devices.allow = c 136:* rwm");
    }

    @Test
    void all_isOneWrite() {
        assertThat(DeviceRules.all().v1()).containsExactly(new FileWrite("devices.allow", "a"));
    }
}
