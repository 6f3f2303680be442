// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * File names between Java and the kernel without loss.
 *
 * <p>To the kernel a name is bytes; image layers contain names that are not UTF-8. Names are
 * decoded as UTF-8, and every byte {@code 0xNN} that does not belong to valid UTF-8 becomes the
 * lone surrogate {@code U+DCNN}, which {@link #encode} turns back into that byte. All paths given
 * to and returned by {@link LinuxSyscalls} are in this form.
 */
public final class KernelString {
    private static final int ESCAPE = 0xDC00;
    private static final int ESCAPE_FIRST = 0xDC80;
    private static final int ESCAPE_LAST = 0xDCFF;

    private KernelString() {}

    /**
     * The bytes of a name, without a NUL at the end.
     *
     * @throws IllegalArgumentException if it holds a NUL, at which the kernel would cut it off
     */
    public static byte[] encode(String name) {
        var escaped = false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == 0) {
                throw new IllegalArgumentException("NUL at index " + i + " of a kernel string");
            }
            escaped |= isEscape(name, i);
        }
        return escaped ? encodeEscaped(name) : name.getBytes(StandardCharsets.UTF_8);
    }

    /** The name that these bytes spell; {@link #encode} gives the same bytes again. */
    public static String decode(byte[] bytes) {
        var decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(bytes.length);
        while (true) {
            var result = decoder.decode(in, out, true);
            if (!result.isError()) {
                return out.flip().toString();
            }
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (ESCAPE | (in.get() & 0xff)));
            }
        }
    }

    private static boolean isEscape(String name, int index) {
        char c = name.charAt(index);
        return c >= ESCAPE_FIRST
                && c <= ESCAPE_LAST
                && (index == 0 || !Character.isHighSurrogate(name.charAt(index - 1)));
    }

    private static byte[] encodeEscaped(String name) {
        var out = new ByteArrayOutputStream(name.length() + 8);
        int start = 0;
        for (int i = 0; i < name.length(); i++) {
            if (isEscape(name, i)) {
                out.writeBytes(name.substring(start, i).getBytes(StandardCharsets.UTF_8));
                out.write(name.charAt(i) & 0xff);
                start = i + 1;
            }
        }
        out.writeBytes(name.substring(start).getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }
}
