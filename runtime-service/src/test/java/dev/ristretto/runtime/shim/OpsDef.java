// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The list of operations that the podshim is built from. */
final class OpsDef {
    private static final Pattern OP =
            Pattern.compile("^OP\\((\\d+), ([A-Z_]+), \"([sulbv]*)\"\\)", Pattern.MULTILINE);

    /** Code and letters of the arguments. */
    record Line(int code, String shape) {}

    private OpsDef() {}

    static int codeOf(ShimOp operation) {
        var line = read().get(Program.nameOf(operation));
        if (line == null) {
            throw new AssertionError("ops.def has no " + Program.nameOf(operation));
        }
        return line.code();
    }

    /** The lines by name. */
    static Map<String, Line> read() {
        try {
            var lines = new HashMap<String, Line>();
            var matcher = OP.matcher(Files.readString(Podshim.source("ops.def")));
            while (matcher.find()) {
                lines.put(
                        matcher.group(2),
                        new Line(Integer.parseInt(matcher.group(1)), matcher.group(3)));
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
