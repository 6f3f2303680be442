// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import dev.ristretto.linux.cgroup.CgroupDetails.DeviceIo;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** Reads what went to block devices: {@code io.stat} of v2, two files of v1's blkio. */
final class IoFiles {
    private IoFiles() {}

    /** Lines such as {@code 8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0}. */
    static List<DeviceIo> v2(String ioStat) {
        Map<String, Sum> devices = new TreeMap<>();
        for (var line : ioStat.lines().toList()) {
            var words = line.split(" ");
            if (!isDevice(words[0])) {
                continue;
            }
            var sum = devices.computeIfAbsent(words[0], _ -> new Sum());
            for (var word : words) {
                int equals = word.indexOf('=');
                if (equals > 0) {
                    sum.add(word.substring(0, equals), word.substring(equals + 1));
                }
            }
        }
        return sorted(devices);
    }

    /** Lines such as {@code 8:0 Read 4096}; the last is {@code Total 4096}. */
    static List<DeviceIo> v1(String bytes, String operations) {
        Map<String, Sum> devices = new TreeMap<>();
        v1Lines(devices, bytes, "rbytes", "wbytes");
        v1Lines(devices, operations, "rios", "wios");
        return sorted(devices);
    }

    private static void v1Lines(
            Map<String, Sum> devices, String text, String readKey, String writeKey) {
        for (var line : text.lines().toList()) {
            var words = line.split(" ");
            if (words.length == 3 && isDevice(words[0])) {
                var sum = devices.computeIfAbsent(words[0], _ -> new Sum());
                switch (words[1]) {
                    case "Read" -> sum.add(readKey, words[2]);
                    case "Write" -> sum.add(writeKey, words[2]);
                    default -> {} // Sync, Async, Discard and Total count the same again
                }
            }
        }
    }

    private static boolean isDevice(String word) {
        return word.matches("\\d+:\\d+");
    }

    private static List<DeviceIo> sorted(Map<String, Sum> devices) {
        return devices.entrySet().stream().map(e -> e.getValue().of(e.getKey())).toList();
    }

    private static final class Sum {
        private long readBytes;
        private long writeBytes;
        private long reads;
        private long writes;

        void add(String key, String number) {
            LongConsumer field =
                    switch (key) {
                        case "rbytes" -> n -> readBytes += n;
                        case "wbytes" -> n -> writeBytes += n;
                        case "rios" -> n -> reads += n;
                        case "wios" -> n -> writes += n;
                        default -> _ -> {}; // discards, and figures of I/O cost models
                    };
            if (number.matches("\\d+")) {
                field.accept(Long.parseLong(number));
            }
        }

        DeviceIo of(String device) {
            int colon = device.indexOf(':');
            return new DeviceIo(
                    Integer.parseInt(device.substring(0, colon)),
                    Integer.parseInt(device.substring(colon + 1)),
                    readBytes,
                    writeBytes,
                    reads,
                    writes);
        }
    }
}
