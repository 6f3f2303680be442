// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Holds {@link ShimOp} and its encoder against the list that the podshim is built from. */
class OpsDefTest {
    private static final Pattern OP =
            Pattern.compile("^OP\\((\\d+), ([A-Z_]+), \"([sulbv]*)\"\\)", Pattern.MULTILINE);

    private record Line(int code, String shape) {}

    @Test
    void shimOp_hasTheNamesAndArgumentsOfOpsDef() throws IOException {
        var shapes = new HashMap<String, String>();
        SampleOps.types()
                .forEach(
                        type ->
                                shapes.put(
                                        Program.nameOf(SampleOps.make(type)),
                                        SampleOps.shape(type)));

        var expected = new HashMap<String, String>();
        opsDef().forEach((name, line) -> expected.put(name, line.shape()));
        assertThat(shapes).isEqualTo(expected).hasSizeGreaterThan(35);
    }

    @Test
    void encoder_writesTheCodesOfOpsDef() throws IOException {
        var codes = new HashMap<String, Integer>();
        for (var operation : SampleOps.all()) {
            codes.put(Program.nameOf(operation), firstCode(operation));
        }

        var expected = new HashMap<String, Integer>();
        opsDef().forEach((name, line) -> expected.put(name, line.code()));
        assertThat(codes).isEqualTo(expected);
    }

    @Test
    void encoder_writesTheArgumentsInTheirOrder() throws Exception {
        for (var operation : SampleOps.all()) {
            var in = new ProgramReader(Program.of(List.of(operation)).encoded());

            assertThat(in.next(SampleOps.shape(operation.getClass())))
                    .as(Program.nameOf(operation))
                    .isEqualTo(ProgramReader.argumentsOf(operation));
            assertThat(in.atEnd()).isTrue();
        }
    }

    private static int firstCode(ShimOp operation) {
        return Program.of(List.of(operation))
                .encoded()
                .order(ByteOrder.LITTLE_ENDIAN)
                .getShort(Integer.BYTES);
    }

    private static Map<String, Line> opsDef() throws IOException {
        var lines = new HashMap<String, Line>();
        var matcher = OP.matcher(Files.readString(Podshim.source("ops.def")));
        while (matcher.find()) {
            lines.put(
                    matcher.group(2),
                    new Line(Integer.parseInt(matcher.group(1)), matcher.group(3)));
        }
        return lines;
    }
}
