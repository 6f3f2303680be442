// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.fault.RuntimeFault;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** The signal that asks a container to end, see signal(7). */
public final class StopSignal {
    private static final int SIGTERM = 15;

    /** As the C library counts them: the first two real-time signals are its own. */
    private static final int SIGRTMIN = 34;

    private static final int SIGRTMAX = 64;

    /** By number, from 1. The numbers are those of x86 and Arm. */
    private static final List<String> NAMES =
            List.of(
                    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1",
                    "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP",
                    "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",
                    "PWR", "SYS");

    /** Other names for the same, which the CRI's enumeration has too. */
    private static final Map<String, String> ALIASES =
            Map.of("CLD", "CHLD", "IOT", "ABRT", "POLL", "IO");

    /** {@code RTMIN+3}, and {@code RTMINPLUS3} as the CRI's enumeration spells it. */
    private static final Pattern REAL_TIME =
            Pattern.compile(
                    "RT(?:MIN(?:(?:\\+|PLUS)([0-9]{1,2}))?|MAX(?:(?:-|MINUS)([0-9]{1,2}))?)");

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,2}");

    private StopSignal() {}

    /**
     * What counts: the config's, else the image's, else SIGTERM.
     *
     * @param configured {@code stop_signal}, or empty
     * @param ofImage {@code StopSignal}, or empty
     * @throws RuntimeFault {@code INVALID_ARGUMENT} if that which counts is no signal
     */
    public static int of(String configured, String ofImage) {
        if (!configured.isEmpty()) {
            return parse(configured)
                    .orElseThrow(
                            () ->
                                    RuntimeFault.invalidArgument(
                                            "config.stop_signal '%s' is no signal; see signal(7),"
                                                    + " for example SIGTERM",
                                            configured));
        }
        if (!ofImage.isEmpty()) {
            return parse(ofImage)
                    .orElseThrow(
                            () ->
                                    RuntimeFault.invalidArgument(
                                            "the image's StopSignal '%s' is no signal; set"
                                                    + " config.stop_signal",
                                            ofImage));
        }
        return SIGTERM;
    }

    /** {@code SIGTERM} of 15. */
    public static String name(int signal) {
        if (signal >= 1 && signal <= NAMES.size()) {
            return "SIG" + NAMES.get(signal - 1);
        }
        return signal >= SIGRTMIN && signal <= SIGRTMAX
                ? "SIGRTMIN+" + (signal - SIGRTMIN)
                : "signal " + signal;
    }

    /** The number of {@code SIGTERM}, {@code term}, {@code 15} or {@code SIGRTMIN+3}. */
    static OptionalInt parse(String text) {
        if (NUMBER.matcher(text).matches()) {
            return inRange(Integer.parseInt(text), 1, SIGRTMAX);
        }
        var upper = text.toUpperCase(Locale.ROOT);
        var name = upper.startsWith("SIG") ? upper.substring(3) : upper;
        int index = NAMES.indexOf(ALIASES.getOrDefault(name, name));
        if (index >= 0) {
            return OptionalInt.of(index + 1);
        }
        var realTime = REAL_TIME.matcher(name);
        if (!realTime.matches()) {
            return OptionalInt.empty();
        }
        int number =
                name.startsWith("RTMIN")
                        ? SIGRTMIN + offset(realTime.group(1))
                        : SIGRTMAX - offset(realTime.group(2));
        return inRange(number, SIGRTMIN, SIGRTMAX);
    }

    private static int offset(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    private static OptionalInt inRange(int number, int first, int last) {
        return number >= first && number <= last ? OptionalInt.of(number) : OptionalInt.empty();
    }
}
