// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.store;

import dev.ristretto.fault.RuntimeFault;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Finds objects by what people type: an id or the beginning of one. */
public final class IdPrefix {
    private IdPrefix() {}

    /**
     * The one object whose id is or begins with this text; empty if there is none.
     *
     * @param field the request's field, for the message
     * @throws RuntimeFault {@code INVALID_ARGUMENT} if the text is empty or begins several ids
     */
    public static <V> Optional<V> find(
            String field, String text, List<V> objects, Function<V, String> idOf) {
        if (text.isEmpty()) {
            throw RuntimeFault.invalidArgument("%s is empty", field);
        }
        var found = objects.stream().filter(o -> idOf.apply(o).startsWith(text)).toList();
        if (found.size() > 1) {
            throw RuntimeFault.invalidArgument(
                    "%s '%s' is the beginning of %d ids; give more of it",
                    field, text, found.size());
        }
        return found.stream().findFirst();
    }
}
