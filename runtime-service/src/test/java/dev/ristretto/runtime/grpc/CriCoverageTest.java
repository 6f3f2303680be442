// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import runtime.v1.ContainerConfig;
import runtime.v1.PodSandboxConfig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code docs/cri-coverage.md} against the schema and against the tests that it names. */
class CriCoverageTest {
    private static final Pattern SECTION = Pattern.compile("## ([A-Za-z0-9]+)");
    private static final Pattern ROW =
            Pattern.compile("\\| `([A-Za-z0-9_]+)` \\| (.+?) \\|(?: (.+))? \\|");
    private static final Pattern TEST = Pattern.compile("`([A-Za-z0-9]+)#([A-Za-z0-9_]+)`");
    private static final Pattern ANSWER =
            Pattern.compile("(works|refused|no subject|Windows only)([:;,]? .*)?");
    private static final String WINDOWS = "Windows only";

    private static final Path REPOSITORY = repository();

    /** Sources of tests by class name. */
    private static final Map<String, String> TESTS = new HashMap<>();

    private static List<Row> rows = List.of();

    private record Row(String message, String field, String answer, String tests) {
        String name() {
            return message + "." + field;
        }
    }

    @BeforeAll
    static void read() throws IOException {
        rows = rows(Files.readAllLines(REPOSITORY.resolve("docs/cri-coverage.md")));
        for (var module :
                List.of("native-linux", "image-service", "runtime-service", "conformance")) {
            try (var files = Files.walk(REPOSITORY.resolve(module + "/src/test/java"))) {
                for (var file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    var name = file.getFileName().toString();
                    TESTS.put(
                            name.substring(0, name.length() - ".java".length()),
                            Files.readString(file));
                }
            }
        }
    }

    @Test
    void everyFieldOfTheSchema_hasARow() {
        var expected = new ArrayList<String>();
        for (var message : messages()) {
            message.getFields().forEach(f -> expected.add(message.getName() + "." + f.getName()));
        }

        assertThat(rows.stream().map(Row::name)).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void everyAnswer_isOneOfThoseExplained() {
        for (var row : rows) {
            assertThat(row.answer()).as(row.name()).matches(ANSWER);
            if (row.field().equals("windows")) {
                assertThat(row.answer()).as(row.name()).isEqualTo(WINDOWS);
            }
        }
    }

    /** A refusal that is spelled out says the words of the error. */
    @Test
    void everyAnswerButWindows_namesTestsThatExist() {
        for (var row : rows) {
            if (row.answer().equals(WINDOWS)) {
                continue;
            }
            var tests = TEST.matcher(row.tests());
            assertThat(tests.find()).as(row.name() + " names a test").isTrue();
            do {
                assertThat(TESTS).as(row.name()).containsKey(tests.group(1));
                assertThat(TESTS.get(tests.group(1)))
                        .as(row.name() + ": " + tests.group())
                        .contains("void " + tests.group(2) + "(");
            } while (tests.find());
        }
    }

    private static List<Row> rows(List<String> lines) {
        var rows = new ArrayList<Row>();
        var message = "";
        for (var line : lines) {
            var section = SECTION.matcher(line);
            if (section.matches()) {
                message = section.group(1);
            }
            var row = ROW.matcher(line);
            if (row.matches()) {
                var tests = row.group(3) == null ? "" : row.group(3);
                rows.add(new Row(message, row.group(1), row.group(2), tests));
            }
        }
        return rows;
    }

    /** What can be said about a pod or a container, without what is Windows'. */
    private static Set<Descriptor> messages() {
        var messages = new LinkedHashSet<Descriptor>();
        collect(PodSandboxConfig.getDescriptor(), messages);
        collect(ContainerConfig.getDescriptor(), messages);
        return messages;
    }

    private static void collect(Descriptor message, Set<Descriptor> messages) {
        if (message.getName().startsWith("Windows")
                || message.getOptions().getMapEntry()
                || !messages.add(message)) {
            return;
        }
        for (var field : message.getFields()) {
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                collect(field.getMessageType(), messages);
            }
        }
    }

    private static Path repository() {
        var module = Path.of("").toAbsolutePath();
        return module.endsWith("runtime-service") ? module.resolve("..") : module;
    }
}
