// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The frames of {@code wire-vectors.txt}, which the podshim's own tests read too. */
final class WireVectors {
    /**
     * One frame.
     *
     * @param meaning the comment above it
     * @param type of the frame; 0 if the payload is a whole frame with its header
     */
    record Vector(String name, String meaning, int type, byte[] payload) {
        boolean bad() {
            return name.startsWith("bad-");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private WireVectors() {}

    static List<Vector> read() {
        try {
            var vectors = new ArrayList<Vector>();
            var meaning = "";
            for (var line : Files.readAllLines(Podshim.source("wire-vectors.txt"))) {
                if (line.startsWith("#")) {
                    meaning = line.substring(1).strip();
                } else if (!line.isEmpty()) {
                    var fields = line.split(" ");
                    var payload = fields[2].equals("-") ? "" : fields[2];
                    vectors.add(
                            new Vector(
                                    fields[0],
                                    meaning,
                                    Integer.parseInt(fields[1]),
                                    HexFormat.of().parseHex(payload)));
                }
            }
            return vectors;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
