// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.namespace.IdMap;
import dev.ristretto.linux.namespace.IdMap.Range;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class UserNamespaceTest {
    private static final IdMap USUAL = new IdMap(List.of(new Range(0, 65_536, 65_536)));

    @Test
    void severalMappings_thatAreApart_areTaken() {
        var ids = new IdMap(List.of(new Range(1000, 5000, 10), new Range(0, 100_000, 1000)));

        assertThat(new UserNamespace(NamespaceMode.POD, ids).ids()).isEqualTo(ids);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONTAINER", "TARGET"})
    void otherModes_areRefusedByName(NamespaceMode mode) {
        refused(
                mode,
                IdMap.HOST,
                "namespace_options.userns_options.mode is %s; it must be POD or NODE"
                        .formatted(mode));
    }

    @Test
    void theHosts_hasNoMappings() {
        assertThat(new UserNamespace(NamespaceMode.NODE, IdMap.HOST).ids()).isEqualTo(IdMap.HOST);
        refused(NamespaceMode.NODE, USUAL, "mode is NODE, but there are mappings");
    }

    @Test
    void root_mustBeMapped() {
        refused("no mapping has container_id 0");
        refused("no mapping has container_id 0", new Range(1, 1000, 100_000));
    }

    @ParameterizedTest
    @CsvSource({"0, 1000, 0", "0, 1000, 4294967295", "0, 4294967295, 1", "4294967295, 0, 1"})
    void mappings_thatAreNone_areRefused(long containerId, long hostId, long length) {
        refused(
                "%d %d %d is empty or goes beyond the last id"
                        .formatted(containerId, hostId, length),
                new Range(containerId, hostId, length));
    }

    @Test
    void mappings_thatOverlap_areRefused() {
        refused(
                "0 1000 100000 and 0 2000 100000 have a container_id in common",
                new Range(0, 1000, 100_000),
                new Range(0, 2000, 100_000));
        refused(
                "0 1000 100 and 200 1099 1 have a host_id in common",
                new Range(200, 1099, 1),
                new Range(0, 1000, 100));
    }

    @Test
    void mappings_thatDoNotFitIntoTheKernelsPage_areRefused() {
        var many = new ArrayList<Range>();
        for (int i = 0; i < 340; i++) {
            many.add(new Range(i, 1_000_000 + i, 1));
        }

        refused("340 mappings are more than the kernel takes", many.toArray(Range[]::new));
    }

    @ParameterizedTest
    @CsvSource({"NODE, POD, pid", "CONTAINER, NODE, ipc"})
    void theHostsPidsAndIpc_areNotForAPodWithOne(
            NamespaceMode pid, NamespaceMode ipc, String field) {
        var users = Optional.of(new UserNamespace(NamespaceMode.POD, USUAL));

        assertThatThrownBy(() -> new NamespaceOptions(NamespaceMode.NODE, pid, ipc, "", users))
                .hasMessage(
                        "namespace_options.%s is NODE, which a pod with a user namespace cannot"
                                + " have",
                        field);
    }

    private static void refused(String words, Range... ranges) {
        refused(NamespaceMode.POD, new IdMap(List.of(ranges)), words);
    }

    private static void refused(NamespaceMode mode, IdMap ids, String words) {
        assertThatThrownBy(() -> new UserNamespace(mode, ids))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT))
                .hasMessageContaining(words);
    }
}
