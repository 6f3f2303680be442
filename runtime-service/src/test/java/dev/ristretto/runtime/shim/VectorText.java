// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what the comments of {@code wire-vectors.txt} say: a name, then {@code key=value}. Texts
 * become String, bytes become {@link Bytes}, numbers Long, lists List, operations {@link ShimOp}.
 */
final class VectorText {
    private final String text;
    private int at;

    private VectorText(String text) {
        this.text = text;
    }

    /** The fields of a comment in their order. */
    static Map<String, Object> fields(String meaning) {
        var in = new VectorText(meaning);
        in.until(" ");
        var fields = new LinkedHashMap<String, Object>();
        while (in.at < meaning.length()) {
            in.at++;
            var key = in.until("=");
            in.at++;
            fields.put(key, in.value());
        }
        return fields;
    }

    private Object value() {
        char first = text.charAt(at);
        if (first == '"') {
            at++;
            var value = until("\"");
            at++;
            return value;
        }
        if (first == '<') {
            at++;
            var hex = until(">");
            at++;
            return Bytes.of(HexFormat.of().parseHex(hex));
        }
        if (first == '[') {
            at++;
            return values(']');
        }
        var word = until(" ,;])(");
        if (at < text.length() && text.charAt(at) == '(') {
            at++;
            return operation(word, values(')'));
        }
        return word.startsWith("0x")
                ? Long.parseUnsignedLong(word.substring(2), 16)
                : Long.parseUnsignedLong(word);
    }

    private List<Object> values(char end) {
        var values = new ArrayList<Object>();
        while (text.charAt(at) != end) {
            char c = text.charAt(at);
            if (c == ',' || c == ';' || c == ' ') {
                at++;
            } else {
                values.add(value());
            }
        }
        at++;
        return values;
    }

    private static ShimOp operation(String name, List<Object> arguments) {
        var type =
                SampleOps.types()
                        .filter(t -> Program.nameOf(SampleOps.make(t)).equals(name))
                        .findFirst()
                        .orElseThrow();
        var components = type.getRecordComponents();
        var typed = new ArrayList<Object>();
        for (int i = 0; i < components.length; i++) {
            var argument = arguments.get(i);
            typed.add(
                    components[i].getType() == int.class && argument instanceof Long number
                            ? (Object) number.intValue()
                            : argument);
        }
        return SampleOps.make(type, typed);
    }

    private String until(String ends) {
        int start = at;
        while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(start, at);
    }
}
