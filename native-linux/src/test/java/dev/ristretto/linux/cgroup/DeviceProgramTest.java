// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import static dev.ristretto.linux.cgroup.DeviceRule.Kind.BLOCK;
import static dev.ristretto.linux.cgroup.DeviceRule.Kind.CHARACTER;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.linux.cgroup.DeviceRule.Kind;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The program for the kernel, run here on every access to some devices. */
class DeviceProgramTest {
    private static final List<Long> NUMBERS = List.of(0L, 1L, 3L, 5L, 4095L, 1_048_575L);

    static Stream<DeviceRules> rules() {
        var subsets =
                Stream.of("r", "w", "m", "rw", "rm", "wm", "rwm")
                        .flatMap(
                                access ->
                                        Stream.of(
                                                listed(rule(CHARACTER, 1, 3, access)),
                                                listed(rule(BLOCK, 1, -1, access)),
                                                listed(rule(CHARACTER, -1, 3, access)),
                                                listed(rule(BLOCK, -1, -1, access))));
        var lists =
                Stream.of(
                        listed(),
                        DeviceRules.all(),
                        DeviceRules.containerDefaults(),
                        // A narrow rule before a wide one, and after it.
                        listed(rule(CHARACTER, 1, 3, "r"), rule(CHARACTER, -1, -1, "m")),
                        listed(rule(CHARACTER, -1, -1, "m"), rule(CHARACTER, 1, 3, "r")),
                        // The same device twice, and another kind between.
                        listed(
                                rule(CHARACTER, 1, 3, "r"),
                                rule(BLOCK, 1, 3, "m"),
                                rule(CHARACTER, 1, 3, "w")),
                        listed(rule(CHARACTER, 1_048_575, 1_048_575, "rwm")),
                        DeviceRules.containerDefaults().plus(List.of(rule(BLOCK, 5, -1, "rw"))));
        return Stream.concat(subsets, lists);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void everyAccess_isAllowedIfOneDevicesRulesTogetherDo(DeviceRules rules) {
        var program = ByteBuffer.wrap(DeviceProgram.of(rules)).order(ByteOrder.nativeOrder());

        for (var kind : Kind.values()) {
            for (long major : NUMBERS) {
                for (long minor : NUMBERS) {
                    for (int access = 1; access <= 7; access++) {
                        assertThat(run(program, kind, access, major, minor))
                                .as("%s %d:%d access %d", kind, major, minor, access)
                                .isEqualTo(allowed(rules, kind, access, major, minor) ? 1 : 0);
                    }
                }
            }
        }
    }

    /** What the rules mean: those that are about the same devices count as one. */
    private static boolean allowed(
            DeviceRules rules, Kind kind, int access, long major, long minor) {
        return rules.allowed().stream()
                .filter(rule -> rule.kind() == kind)
                .filter(rule -> rule.major().orElse(major) == major)
                .filter(rule -> rule.minor().orElse(minor) == minor)
                .anyMatch(
                        rule -> {
                            int together =
                                    rules.allowed().stream()
                                            .filter(other -> sameDevices(rule, other))
                                            .mapToInt(other -> bits(other.access()))
                                            .reduce(0, (a, b) -> a | b);
                            return (access & ~together) == 0;
                        });
    }

    private static boolean sameDevices(DeviceRule one, DeviceRule other) {
        return one.kind() == other.kind()
                && one.major().equals(other.major())
                && one.minor().equals(other.minor());
    }

    /** {@code BPF_DEVCG_ACC_*}, of include/uapi/linux/bpf.h. */
    private static int bits(String access) {
        return (access.contains("m") ? 1 : 0)
                | (access.contains("r") ? 2 : 0)
                | (access.contains("w") ? 4 : 0);
    }

    /** As much of the kernel's interpreter as a filter of devices needs; it never jumps back. */
    private static long run(ByteBuffer program, Kind kind, int access, long major, long minor) {
        long[] context = {(long) access << 16 | (kind == BLOCK ? 1 : 2), major, minor};
        var registers = new long[11];
        for (int at = 0; at < program.capacity() / 8; at++) {
            int code = program.get(at * 8) & 0xff;
            int pair = program.get(at * 8 + 1) & 0xff;
            boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
            int to = little ? pair & 15 : pair >> 4;
            int from = little ? pair >> 4 : pair & 15;
            int offset = program.getShort(at * 8 + 2);
            int value = program.getInt(at * 8 + 4);
            switch (code) {
                case 0x61 -> registers[to] = context[offset / 4]; // ldxw
                case 0xbc -> registers[to] = registers[from] & 0xffffffffL; // mov32
                case 0xb7 -> registers[to] = value; // mov64
                case 0x54 -> registers[to] = registers[to] & value & 0xffffffffL; // and32
                case 0x74 -> registers[to] = (registers[to] & 0xffffffffL) >>> value; // rsh32
                case 0x55 -> at += registers[to] == value ? 0 : offset; // jne
                case 0x95 -> { // exit
                    return registers[0];
                }
                default ->
                        throw new AssertionError(
                                String.format(Locale.ROOT, "instruction 0x%02x", code));
            }
        }
        throw new AssertionError("it runs off its end");
    }

    private static DeviceRules listed(DeviceRule... rules) {
        return new DeviceRules(List.of(rules));
    }

    /** -1 stands for all numbers. */
    private static DeviceRule rule(Kind kind, long major, long minor, String access) {
        return new DeviceRule(kind, number(major), number(minor), access);
    }

    private static OptionalLong number(long number) {
        return number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
    }
}
