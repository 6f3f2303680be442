// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Numbers as Kubernetes writes them: {@code 10M}, {@code 1.5Gi}, {@code 1e6}. */
final class Quantity {
    private static final Pattern TEXT =
            Pattern.compile(
                    "(\\d{1,18}(?:\\.\\d{0,9})?)(?:([eE]\\d{1,2})|(m|k|[MGTPE]|[KMGTPE]i))?");

    private static final Map<String, BigDecimal> SUFFIXES =
            Map.ofEntries(
                    Map.entry("m", new BigDecimal("0.001")),
                    Map.entry("k", BigDecimal.TEN.pow(3)),
                    Map.entry("M", BigDecimal.TEN.pow(6)),
                    Map.entry("G", BigDecimal.TEN.pow(9)),
                    Map.entry("T", BigDecimal.TEN.pow(12)),
                    Map.entry("P", BigDecimal.TEN.pow(15)),
                    Map.entry("E", BigDecimal.TEN.pow(18)),
                    Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
                    Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
                    Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
                    Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
                    Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
                    Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

    private Quantity() {}

    /** Its value, rounded up to a whole number; empty if the text is none or too large. */
    static OptionalLong parse(String text) {
        var match = TEXT.matcher(text);
        if (!match.matches()) {
            return OptionalLong.empty();
        }
        var exponent = match.group(2) == null ? "" : match.group(2);
        var value = new BigDecimal(match.group(1) + exponent);
        if (match.group(3) != null) {
            value = value.multiply(SUFFIXES.getOrDefault(match.group(3), BigDecimal.ONE));
        }
        var whole = value.setScale(0, RoundingMode.CEILING).toBigInteger();
        return whole.bitLength() < Long.SIZE
                ? OptionalLong.of(whole.longValueExact())
                : OptionalLong.empty();
    }
}
