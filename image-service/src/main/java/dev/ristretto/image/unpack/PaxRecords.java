// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import dev.ristretto.linux.syscall.KernelString;
import dev.ristretto.linux.syscall.TimeSpec;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The records of a pax extended header (POSIX.1-2001): {@code <length> <key>=<value>\n}. Values
 * stay bytes: those of extended attributes are binary.
 */
final class PaxRecords {
    static final PaxRecords NONE = new PaxRecords(Map.of());

    private static final String SCHILY_XATTR = "SCHILY.xattr.";
    private static final String LIBARCHIVE_XATTR = "LIBARCHIVE.xattr.";
    private static final int NANO_DIGITS = 9;

    private final Map<String, byte[]> values;

    private PaxRecords(Map<String, byte[]> values) {
        this.values = values;
    }

    static PaxRecords parse(byte[] content) throws BadLayerException {
        var values = new LinkedHashMap<String, byte[]>();
        int at = 0;
        while (at < content.length) {
            int space = indexOf(content, ' ', at, content.length);
            int end = at + length(content, at, space);
            int equals = space < 0 ? -1 : indexOf(content, '=', space + 1, content.length);
            boolean whole =
                    equals > space
                            && end > equals
                            && end <= content.length
                            && content[end - 1] == '\n';
            if (!whole) {
                throw new BadLayerException("a pax header has a record that is no key=value");
            }
            values.put(
                    KernelString.decode(Arrays.copyOfRange(content, space + 1, equals)),
                    Arrays.copyOfRange(content, equals + 1, end - 1));
            at = end;
        }
        return new PaxRecords(values);
    }

    private static int length(byte[] content, int start, int space) {
        int length = 0;
        for (int i = start; i < space && length <= content.length; i++) {
            int digit = content[i] - '0';
            length = digit < 0 || digit > 9 ? content.length + 1 : length * 10 + digit;
        }
        return Math.min(length, content.length + 1);
    }

    private static int indexOf(byte[] content, char wanted, int start, int end) {
        for (int i = start; i < end; i++) {
            if (content[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    /** A name; empty counts as absent, which POSIX calls deleted. */
    @Nullable String text(String key) throws BadLayerException {
        var value = values.get(key);
        if (value == null || value.length == 0) {
            return null;
        }
        if (indexOf(value, '\0', 0, value.length) >= 0) {
            throw new BadLayerException("a pax header has a %s with a NUL in it", key);
        }
        return KernelString.decode(value);
    }

    long number(String key, long absent) throws BadLayerException {
        var text = text(key);
        if (text == null) {
            return absent;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new BadLayerException("a pax header has %s '%s', which is no number", key, text);
        }
    }

    TimeSpec time(String key, TimeSpec absent) throws BadLayerException {
        var text = text(key);
        if (text == null) {
            return absent;
        }
        if (!text.matches("-?[0-9]{1,18}(\\.[0-9]{0,64})?")) {
            throw new BadLayerException("a pax header has %s '%s', which is no time", key, text);
        }
        var seconds = new BigDecimal(text.endsWith(".") ? text + "0" : text);
        var whole = seconds.setScale(0, RoundingMode.FLOOR);
        var nanos =
                seconds.subtract(whole).movePointRight(NANO_DIGITS).setScale(0, RoundingMode.FLOOR);
        return new TimeSpec(whole.longValueExact(), nanos.intValueExact());
    }

    /** GNU tar's ways to write a file with holes in pax archives. */
    boolean sparse() {
        return values.keySet().stream().anyMatch(key -> key.startsWith("GNU.sparse."));
    }

    /** Extended attributes as star and Go write them, and as libarchive does. */
    Map<String, byte[]> xattrs() throws BadLayerException {
        if (values.isEmpty()) {
            return Map.of();
        }
        var xattrs = new HashMap<String, byte[]>();
        for (var record : values.entrySet()) {
            var key = record.getKey();
            if (key.startsWith(SCHILY_XATTR)) {
                xattrs.put(key.substring(SCHILY_XATTR.length()), record.getValue());
            } else if (key.startsWith(LIBARCHIVE_XATTR)) {
                addEncoded(xattrs, key.substring(LIBARCHIVE_XATTR.length()), record.getValue());
            }
        }
        return Map.copyOf(xattrs);
    }

    private static void addEncoded(Map<String, byte[]> xattrs, String name, byte[] base64)
            throws BadLayerException {
        try {
            // The plus sign is itself there; only URL queries write it for a space.
            var key = URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
            xattrs.putIfAbsent(key, Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw new BadLayerException("a pax header has a badly encoded attribute '%s'", name);
        }
    }
}
