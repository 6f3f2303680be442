// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class HostCapabilitiesTest {
    /** The default set of containerd and Docker, as /proc/self/status shows it. */
    private static final long DEFAULT = 0xa80425fbL;

    private static final long ALL_41 = (1L << 41) - 1;
    private static final HostCapabilities HOST = new HostCapabilities(ALL_41);

    @Test
    void sets_ofNothing_areTheDefaultAndNeverInheritable() {
        assertThat(HOST.sets(List.of(), List.of(), List.of()))
                .isEqualTo(new CapabilitySets(DEFAULT, DEFAULT, DEFAULT, 0, 0));
    }

    @Test
    void sets_withNames_addAndDrop() {
        var sets = HOST.sets(List.of("NET_ADMIN"), List.of("CAP_CHOWN", "net_raw"), List.of());

        long expected =
                (DEFAULT | Capability.CAP_NET_ADMIN.bit())
                        & ~Capability.CAP_CHOWN.bit()
                        & ~Capability.CAP_NET_RAW.bit();
        assertThat(sets.bounding()).isEqualTo(expected);
    }

    @Test
    void sets_addingAllAndDroppingOne_areAllButThatOne() {
        var sets = HOST.sets(List.of("ALL"), List.of("CHOWN"), List.of());

        assertThat(sets.bounding()).isEqualTo(ALL_41 & ~Capability.CAP_CHOWN.bit());
    }

    @Test
    void sets_droppingAllAndAddingOne_areThatOne() {
        var sets = HOST.sets(List.of("NET_BIND_SERVICE"), List.of("all"), List.of());

        assertThat(sets.permitted()).isEqualTo(Capability.CAP_NET_BIND_SERVICE.bit());
    }

    @Test
    void sets_withAmbient_areInheritableToo() {
        var sets = HOST.sets(List.of(), List.of("ALL"), List.of("NET_BIND_SERVICE"));

        long bit = Capability.CAP_NET_BIND_SERVICE.bit();
        assertThat(sets).isEqualTo(new CapabilitySets(bit, bit, bit, bit, bit));
    }

    @ParameterizedTest
    @CsvSource({"NET_ADMINN", "''", "CAP_", "CAP_CAP_CHOWN"})
    void sets_ofAnUnknownName_areRefusedNamingIt(String name) {
        assertThatThrownBy(() -> HOST.sets(List.of(), List.of(name), List.of()))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT))
                .hasMessageContaining("drop_capabilities: '%s'", name);
    }

    @Test
    void sets_ofWhatTheRuntimeLacks_areRefused_butDefaultsShrink() {
        var host = new HostCapabilities(ALL_41 & ~Capability.CAP_SYS_RESOURCE.bit() & ~1L);

        assertThat(host.sets(List.of(), List.of(), List.of()).bounding()).isEqualTo(DEFAULT & ~1L);
        assertThat(host.all().bounding()).isEqualTo(host.available());
        assertThatThrownBy(() -> host.sets(List.of("SYS_RESOURCE"), List.of(), List.of()))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.UNSUPPORTED))
                .hasMessageContaining("CAP_SYS_RESOURCE");
    }

    @Test
    void of_status_isWhatKernelAndProcessHave() {
        var status =
                List.of(
                        "Name:\tjava",
                        "CapInh:\t0000000000000000",
                        "CapPrm:\t000001ffffffffff",
                        "CapBnd:\t000001fffeffffff");

        assertThat(HostCapabilities.of(status, 37).available()).isEqualTo(0x3ffeffffffL);
    }

    @Test
    void detect_findsEveryCapabilityThatThisProcessHas() throws IOException {
        long permitted =
                Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("CapPrm:"))
                        .mapToLong(line -> Long.parseUnsignedLong(line.substring(8), 16))
                        .findFirst()
                        .orElseThrow();

        assertThat(HostCapabilities.detect().available()).isEqualTo(permitted);
    }
}
