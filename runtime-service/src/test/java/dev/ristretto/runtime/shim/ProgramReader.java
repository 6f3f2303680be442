// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Reads what docs/wire.md describes, on its own: nothing is shared with the code under test but the
 * records of {@link ShimOp}.
 */
final class ProgramReader {
    private static final Map<Integer, Class<?>> TYPES = typesByCode();

    private final ByteBuffer in;

    ProgramReader(ByteBuffer payload) {
        this.in = payload.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The rest, which is a {@code program}. */
    List<ShimOp> program() {
        var operations = new ArrayList<ShimOp>();
        for (int i = in.getInt(); i > 0; i--) {
            operations.add(operation());
        }
        return operations;
    }

    int u32() {
        return in.getInt();
    }

    String str() {
        var text = new String(bytes(), StandardCharsets.UTF_8);
        check(in.get() == 0, "no NUL after " + text);
        return text;
    }

    List<String> list() {
        return many(this::str);
    }

    boolean atEnd() {
        return !in.hasRemaining();
    }

    private ShimOp operation() {
        int code = in.getShort();
        var type = TYPES.get(code);
        if (type == null) {
            throw new AssertionError("unknown code " + code);
        }
        check(in.getShort() == 0, "the second field is not zero");
        int end = in.getInt() + in.position();
        var arguments = new ArrayList<Object>();
        for (var component : type.getRecordComponents()) {
            arguments.add(argument(component));
        }
        check(in.position() == end, "the length is not that of the arguments");
        return SampleOps.make(type, arguments);
    }

    private Object argument(RecordComponent component) {
        return switch (SampleOps.letter(component)) {
            case 's' -> str();
            case 'l' -> list();
            case 'b' -> Bytes.of(bytes());
            case 'v' -> many(in::getLong);
            default ->
                    component.getType() == int.class ? (Object) (int) in.getLong() : in.getLong();
        };
    }

    private byte[] bytes() {
        var bytes = new byte[in.getInt()];
        in.get(bytes);
        return bytes;
    }

    private <T> List<T> many(Supplier<T> one) {
        var values = new ArrayList<T>();
        for (int i = in.getInt(); i > 0; i--) {
            values.add(one.get());
        }
        return values;
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    private static Map<Integer, Class<?>> typesByCode() {
        return SampleOps.types()
                .collect(
                        Collectors.toMap(
                                type -> OpsDef.codeOf(SampleOps.make(type)), type -> type));
    }
}
