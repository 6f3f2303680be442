// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.runtime.shim.ShimOp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Programs kept as files that are reviewed. {@code -Dplan.write=true} writes them anew; what
 * changed is then seen in the diff.
 */
final class Golden {
    private static final Path DIRECTORY = Path.of("src/test/resources/plan");

    private Golden() {}

    static void assertProgram(String name, List<ShimOp> program) {
        var file = DIRECTORY.resolve(name + ".txt");
        var text = ProgramText.of(program);
        try {
            if (Boolean.getBoolean("plan.write")) {
                Files.writeString(file, text);
            }
            assertThat(text).isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
