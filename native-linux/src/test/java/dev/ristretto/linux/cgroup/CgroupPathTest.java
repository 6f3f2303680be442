// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CgroupPathTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "a", "a/b", "/a/../b", "/..", "/a/./b", "/a//b", "/a/", "/a\nb"})
    void path_thatIsNotAbsoluteAndStraight_isRefused(String path) {
        assertThatThrownBy(() -> new CgroupPath(path))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT))
                .hasMessageStartingWith("cgroup path '");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a", "/kubepods/besteffort/pod1-2/c", "/a.slice/b..c", "/...x"})
    void path_ofPlainNames_isTaken(String path) {
        assertThat(new CgroupPath(path).value()).isEqualTo(path);
    }

    @Test
    void segments_areTheNamesOnTheWayDown() {
        assertThat(new CgroupPath("/a/b/c").segments()).containsExactly("a", "b", "c");
    }
}
