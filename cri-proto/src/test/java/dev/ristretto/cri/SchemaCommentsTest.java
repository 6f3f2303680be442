// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cri;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The schema is documentation too: whoever reads it finds what each element means here. */
class SchemaCommentsTest {
    private static final Path SCHEMA = Path.of("src/main/proto/api.proto");
    private static final Pattern ELEMENT =
            Pattern.compile("\\s*(message|enum|service|rpc)\\s+(\\w+).*");
    private static final int WIDTH = 110;

    @Test
    void everyMessageEnumServiceAndRpc_hasAComment() throws IOException {
        var silent = new ArrayList<String>();
        var before = "";
        for (var line : lines()) {
            var element = ELEMENT.matcher(line);
            if (element.matches() && !before.strip().startsWith("//")) {
                silent.add(element.group(2));
            }
            before = line;
        }

        assertThat(silent).isEmpty();
    }

    @Test
    void comments_fitOnAScreen() throws IOException {
        assertThat(lines())
                .filteredOn(line -> line.strip().startsWith("//"))
                .allMatch(line -> line.length() <= WIDTH);
    }

    private static List<String> lines() throws IOException {
        return Files.readAllLines(SCHEMA);
    }
}
