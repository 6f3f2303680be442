// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.linux.cgroup.CgroupPressure;
import dev.ristretto.linux.cgroup.CgroupStats;
import dev.ristretto.linux.cgroup.Pressure;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

class CgroupReadingsTest {
    private static final String PATH = "/some/cgroup";
    private static final long SECOND = 1_000_000_000L;

    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private TestNode node;
    private CgroupReadings readings;

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(directory);
        node.cgroups.make(PATH);
        readings = new CgroupReadings(node.cgroups, node.clock);
        use(5 * SECOND, 100);
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    private void use(long cpu, long memory) {
        node.cgroups.use(PATH, stats(cpu, memory));
    }

    private static CgroupStats stats(long cpu, long memory) {
        return new CgroupStats(
                cpu, memory, 3, 4, 5, 6, OptionalLong.of(7), 8, OptionalLong.of(9), 10);
    }

    private CgroupReading read() {
        return readings.read(PATH).orElseThrow();
    }

    private CgroupReading readAfter(Duration time) {
        node.clock.advance(time);
        return read();
    }

    @Test
    void firstReading_isWhole_andHasNoRate() {
        var reading = read();

        assertThat(reading.cpuAt()).isEqualTo(node.clock.instant());
        assertThat(reading.at()).isEqualTo(node.clock.instant());
        assertThat(reading.cpuUsageNanos()).isEqualTo(5 * SECOND);
        assertThat(reading.stats()).isEqualTo(stats(5 * SECOND, 100));
        assertThat(reading.usageNanoCores()).isEmpty();
    }

    @Test
    void rate_isCpuTimeOverTime() {
        read();
        use(6 * SECOND, 100);

        assertThat(readAfter(Duration.ofSeconds(4)).usageNanoCores()).hasValue(SECOND / 4);
    }

    @Test
    void rate_isNotCountedOverAnInstant() {
        read();
        use(6 * SECOND, 100);
        readAfter(Duration.ofSeconds(1));
        use(6 * SECOND + 1, 100);

        assertThat(readAfter(Duration.ofMillis(100)).usageNanoCores()).hasValue(SECOND);
        assertThat(readAfter(Duration.ofMillis(400)).usageNanoCores()).hasValue(2);
    }

    @Test
    void cpuTimeThatWentBack_isNoNegativeRate() {
        read();
        use(SECOND, 100);

        assertThat(readAfter(Duration.ofSeconds(1)).usageNanoCores()).hasValue(0);
    }

    @Test
    void whatSleeps_isNotReadAgain_andSaysSo() {
        var first = read();
        var second = readAfter(Duration.ofSeconds(9));

        assertThat(node.cgroups.wholeReads(PATH)).isEqualTo(1);
        assertThat(second.cpuAt()).isEqualTo(node.clock.instant());
        assertThat(second.at()).isEqualTo(first.at());
        assertThat(second.usageNanoCores()).hasValue(0);
    }

    @Test
    void whatSleeps_isReadNowAndThen() {
        read();
        use(5 * SECOND, 50);

        assertThat(readAfter(Duration.ofSeconds(10)).stats().memoryUsageBytes()).isEqualTo(50);
        assertThat(read().at()).isEqualTo(node.clock.instant());
    }

    @Test
    void whatHasRun_isReadAgain() {
        read();
        use(5 * SECOND + 1, 200);

        assertThat(readAfter(Duration.ofMillis(1)).stats().memoryUsageBytes()).isEqualTo(200);
    }

    @Test
    void pressure_isReadLessOften() {
        read();
        var share = new Pressure.Share(1, 2, 3, 4);
        var pressure = Optional.of(new Pressure(share, share));
        node.cgroups.press(PATH, new CgroupPressure(pressure, pressure, pressure));
        use(6 * SECOND, 100);

        assertThat(readAfter(Duration.ofSeconds(4)).pressure()).isEqualTo(CgroupPressure.none());
        use(7 * SECOND, 100);
        assertThat(readAfter(Duration.ofSeconds(1)).pressure().io()).isEqualTo(pressure);
    }

    @Test
    void cgroupThatIsGone_hasNoReading() {
        assertThat(readings.read("/nowhere")).isEmpty();
    }

    @Test
    void whatIsForgotten_beginsAnew() {
        read();
        readings.retain(Set.of());

        assertThat(readAfter(Duration.ofSeconds(1)).usageNanoCores()).isEmpty();
    }
}
