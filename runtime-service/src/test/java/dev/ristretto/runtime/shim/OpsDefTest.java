// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;

/** Holds {@link ShimOp} and its encoder against the list that the podshim is built from. */
class OpsDefTest {
    @Test
    void shimOp_hasTheNamesAndArgumentsOfOpsDef() {
        var shapes = new HashMap<String, String>();
        SampleOps.types()
                .forEach(
                        type ->
                                shapes.put(
                                        Program.nameOf(SampleOps.make(type)),
                                        SampleOps.shape(type)));

        var expected = new HashMap<String, String>();
        OpsDef.read().forEach((name, line) -> expected.put(name, line.shape()));
        assertThat(shapes).isEqualTo(expected).hasSizeGreaterThan(35);
    }

    @Test
    void encoder_writesTheCodesOfOpsDef() {
        var codes = new HashMap<String, Integer>();
        for (var operation : SampleOps.all()) {
            codes.put(Program.nameOf(operation), firstCode(operation));
        }

        var expected = new HashMap<String, Integer>();
        OpsDef.read().forEach((name, line) -> expected.put(name, line.code()));
        assertThat(codes).isEqualTo(expected);
    }

    @Test
    void encoder_writesEveryArgumentInItsPlace() {
        var operations = SampleOps.all();

        var in = new ProgramReader(Program.of(operations).encoded());

        assertThat(in.program()).isEqualTo(operations);
        assertThat(in.atEnd()).isTrue();
    }

    private static int firstCode(ShimOp operation) {
        return Program.of(List.of(operation))
                .encoded()
                .order(ByteOrder.LITTLE_ENDIAN)
                .getShort(Integer.BYTES);
    }
}
