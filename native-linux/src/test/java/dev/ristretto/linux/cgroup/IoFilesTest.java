// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.linux.cgroup.CgroupDetails.DeviceIo;

import org.junit.jupiter.api.Test;

class IoFilesTest {
    @Test
    void v1_countsReadsAndWritesOnce() {
        var bytes = "254:0 Read 100\n254:0 Write 200\n254:0 Sync 300\n254:0 Total 300\nTotal 300";
        var operations = "254:0 Read 1\n254:0 Write 2\n254:0 Total 3\n8:16 Read 4\nTotal 7";

        assertThat(IoFiles.v1(bytes, operations))
                .containsExactlyInAnyOrder(
                        new DeviceIo(254, 0, 100, 200, 1, 2), new DeviceIo(8, 16, 0, 0, 4, 0));
    }

    @Test
    void v2_takesALineForEachDevice() {
        var text =
                "8:16 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0 cost.vrate=100.00\n"
                        + "8:0 rbytes=5\n";

        assertThat(IoFiles.v2(text))
                .containsExactlyInAnyOrder(
                        new DeviceIo(8, 16, 1, 2, 3, 4), new DeviceIo(8, 0, 5, 0, 0, 0));
    }

    @Test
    void whatIsNotThere_isNothing() {
        assertThat(IoFiles.v1("", "Total 0")).isEmpty();
        assertThat(IoFiles.v2("")).isEmpty();
    }
}
