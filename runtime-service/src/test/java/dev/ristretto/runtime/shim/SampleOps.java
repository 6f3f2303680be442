// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Every operation there is, made by reflection, so that a new one cannot be forgotten. */
final class SampleOps {
    private SampleOps() {}

    /** The record types of {@link ShimOp}. */
    static Stream<Class<?>> types() {
        return Arrays.stream(ShimOp.class.getPermittedSubclasses());
    }

    /** One of each, with arguments that are short and valid. */
    static List<ShimOp> all() {
        return types().map(SampleOps::make).toList();
    }

    /** The letters of {@code ops.def} for a record's components. */
    static String shape(Class<?> type) {
        var letters = new StringBuilder();
        for (var component : type.getRecordComponents()) {
            letters.append(letter(component));
        }
        return letters.toString();
    }

    static ShimOp make(Class<?> type) {
        var numbers = new AtomicInteger();
        return make(
                type,
                Arrays.stream(type.getRecordComponents())
                        .map(component -> argument(component, numbers.incrementAndGet()))
                        .toList());
    }

    static ShimOp make(Class<?> type, List<Object> arguments) {
        var types =
                Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getType)
                        .toArray(Class<?>[]::new);
        try {
            return (ShimOp) type.getDeclaredConstructor(types).newInstance(arguments.toArray());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("cannot make a " + type, e);
        }
    }

    private static Object argument(RecordComponent component, int number) {
        return switch (letter(component)) {
            case 's' -> component.getName();
            case 'l' -> List.of("a", "bc");
            case 'b' -> Bytes.utf8("12345678");
            case 'v' -> List.of(1L, 0xffff_ffffL);
            default ->
                    component.getType() == int.class
                            ? (Object) number
                            : (Object) (0x1_0000_0000L + number);
        };
    }

    static char letter(RecordComponent component) {
        return switch (component.getGenericType().getTypeName()) {
            case "java.lang.String" -> 's';
            case "java.util.List<java.lang.String>" -> 'l';
            case "long", "int" -> 'u';
            case "dev.ristretto.runtime.shim.Bytes" -> 'b';
            case "java.util.List<java.lang.Long>" -> 'v';
            default -> throw new LinkageError("no letter for " + component);
        };
    }
}
