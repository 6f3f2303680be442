// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the {@code program} field as docs/wire.md says, on its own: nothing is shared with the code
 * under test.
 */
final class ProgramReader {
    private final ByteBuffer in;

    ProgramReader(ByteBuffer program) {
        this.in = program.order(ByteOrder.LITTLE_ENDIAN);
        in.getInt();
    }

    /** The arguments of the next operation, all numbers as long. */
    List<Object> next(String shape) {
        in.getShort();
        if (in.getShort() != 0) {
            throw new AssertionError("the second field is not zero");
        }
        int end = in.getInt() + in.position();
        var arguments = new ArrayList<Object>();
        for (char letter : shape.toCharArray()) {
            arguments.add(argument(letter));
        }
        if (in.position() != end) {
            throw new AssertionError("the length is not that of the arguments");
        }
        return arguments;
    }

    boolean atEnd() {
        return !in.hasRemaining();
    }

    /** The arguments of an operation in the same form. */
    static List<Object> argumentsOf(ShimOp operation) throws ReflectiveOperationException {
        var arguments = new ArrayList<Object>();
        for (RecordComponent component : operation.getClass().getRecordComponents()) {
            var value = component.getAccessor().invoke(operation);
            arguments.add(value instanceof Integer number ? number.longValue() : value);
        }
        return arguments;
    }

    private Object argument(char letter) {
        return switch (letter) {
            case 's' -> str();
            case 'u' -> in.getLong();
            case 'b' -> Bytes.of(bytes());
            case 'l' -> many(this::str);
            case 'v' -> many(in::getLong);
            default -> throw new AssertionError(letter);
        };
    }

    private String str() {
        var text = new String(bytes(), StandardCharsets.UTF_8);
        if (in.get() != 0) {
            throw new AssertionError("no NUL after " + text);
        }
        return text;
    }

    private byte[] bytes() {
        var bytes = new byte[in.getInt()];
        in.get(bytes);
        return bytes;
    }

    private List<Object> many(java.util.function.Supplier<Object> one) {
        var values = new ArrayList<Object>();
        for (int i = in.getInt(); i > 0; i--) {
            values.add(one.get());
        }
        return values;
    }
}
