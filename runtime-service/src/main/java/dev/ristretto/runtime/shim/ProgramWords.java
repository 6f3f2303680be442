// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A program for people: a line for each operation, its name and what it does. The environment, and
 * of a command all but its name, are left out: they may be secret. Pure.
 */
public final class ProgramWords {
    private ProgramWords() {}

    /** Keeps the operations only, and makes the words when somebody asks. */
    public static Supplier<List<String>> of(Program program) {
        var operations = program.operations();
        return () -> words(operations);
    }

    static List<String> words(List<ShimOp> operations) {
        var lines = new ArrayList<String>();
        for (int i = 0; i < operations.size(); i++) {
            int step = i;
            var operation = operations.get(i);
            var does = FailedStep.describe(operation, 0, slot -> filledBy(operations, step, slot));
            lines.add("%s: %s".formatted(Program.nameOf(operation), does));
        }
        return List.copyOf(lines);
    }

    /** What an operation before this step put into the slot. */
    static Optional<ShimOp> filledBy(List<ShimOp> operations, long step, int slot) {
        for (long i = Math.min(step, operations.size()) - 1; i >= 0; i--) {
            var earlier = operations.get((int) i);
            if (slotFilledBy(earlier) == slot) {
                return Optional.of(earlier);
            }
        }
        return Optional.empty();
    }

    private static int slotFilledBy(ShimOp operation) {
        return switch (operation) {
            case ShimOp.Fsmount f -> f.slot();
            case ShimOp.OpenTree o -> o.slot();
            default -> 0;
        };
    }
}
