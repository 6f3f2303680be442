// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.run;

import com.google.protobuf.ByteString;

import runtime.v1.KeyValue;
import runtime.v1.Mount;
import runtime.v1.PortMapping;
import runtime.v1.Protocol;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The short forms of the command line. Each throws {@link IllegalArgumentException}. */
final class Specs {
    private static final Pattern PORT =
            Pattern.compile(
                    "(?:(?<ip>\\[[0-9a-fA-F:.]+]|[0-9.]+):)?(?<host>\\d+):(?<container>\\d+)"
                            + "(?:/(?<protocol>tcp|udp|sctp))?");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})([kmgKMG]?)[iI]?[bB]?");

    private Specs() {}

    /** {@code [hostIP:]hostPort:containerPort[/protocol]}; an IPv6 address in brackets. */
    static PortMapping port(String text) {
        var match = PORT.matcher(text);
        if (!match.matches()) {
            throw new IllegalArgumentException(
                    "port '%s' is not [hostIP:]hostPort:containerPort[/tcp|udp|sctp]"
                            .formatted(text));
        }
        var protocol = match.group("protocol");
        var ip = match.group("ip");
        return PortMapping.newBuilder()
                .setProtocol(
                        Protocol.valueOf(
                                protocol == null ? "TCP" : protocol.toUpperCase(Locale.ROOT)))
                .setHostIp(ip == null ? "" : ip.replaceAll("[\\[\\]]", ""))
                .setHostPort(portNumber(text, match, "host"))
                .setContainerPort(portNumber(text, match, "container"))
                .build();
    }

    private static int portNumber(String text, Matcher match, String group) {
        var digits = match.group(group);
        if (digits == null
                || digits.length() > 5
                || Integer.parseInt(digits) > 65_535
                || Integer.parseInt(digits) == 0) {
            throw new IllegalArgumentException(
                    "port '%s': %s is not within 1 to 65535".formatted(text, digits));
        }
        return Integer.parseInt(digits);
    }

    /** {@code hostPath:containerPath[:ro|rw]}; a relative host path is the caller's. */
    static Mount mount(String text) {
        var parts = text.split(":", -1);
        boolean options = parts.length == 3 && parts[2].matches("ro|rw");
        if (!(parts.length == 2 || options) || parts[0].isEmpty() || !parts[1].startsWith("/")) {
            throw new IllegalArgumentException(
                    "volume '%s' is not hostPath:/containerPath[:ro]".formatted(text));
        }
        return Mount.newBuilder()
                .setHostPath(Path.of(parts[0]).toAbsolutePath().normalize().toString())
                .setContainerPath(parts[1])
                .setReadonly(options && parts[2].equals("ro"))
                .build();
    }

    /** {@code KEY=value}, or {@code KEY} for the value it has here. */
    static KeyValue env(String text, Map<String, String> here) {
        int equals = text.indexOf('=');
        var key = equals < 0 ? text : text.substring(0, equals);
        if (key.isEmpty()) {
            throw new IllegalArgumentException("env '%s' is not KEY=VALUE".formatted(text));
        }
        var value = equals < 0 ? here.getOrDefault(key, "") : text.substring(equals + 1);
        return KeyValue.newBuilder().setKey(key).setValue(ByteString.copyFromUtf8(value)).build();
    }

    /** {@code 64m}, {@code 1g}, {@code 1048576}: binary units. */
    static long bytes(String text) {
        var match = SIZE.matcher(text);
        if (!match.matches()) {
            throw new IllegalArgumentException(
                    "size '%s' is not bytes, or a number with k, m or g".formatted(text));
        }
        int shift =
                switch (match.group(2).toLowerCase(Locale.ROOT)) {
                    case "k" -> 10;
                    case "m" -> 20;
                    case "g" -> 30;
                    default -> 0;
                };
        return Math.multiplyExact(Long.parseLong(match.group(1)), 1L << shift);
    }
}
