// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.fault.RuntimeFault;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A checked list of operations, encoded once: it can be sent any number of times, from any thread.
 */
public final class Program {
    /** What the other fields of a request may take of a frame. */
    private static final int RESERVE_BYTES = 64 << 10;

    private static final int MAX_OPTION_BYTES = 255;

    private final List<ShimOp> operations;
    private final byte[] encoded;

    private Program(List<ShimOp> operations, byte[] encoded) {
        this.operations = operations;
        this.encoded = encoded;
    }

    /**
     * Checks and encodes.
     *
     * @throws RuntimeFault {@code INVALID_ARGUMENT} if a text holds a NUL byte or all is longer
     *     than the podshim or the kernel takes; it names what
     * @throws IllegalArgumentException if a slot or mode is out of range: a fault of the plan
     */
    public static Program of(List<ShimOp> operations) {
        var copy = List.copyOf(operations);
        copy.forEach(Program::requireShortOptions);
        var encoded = encode(copy);
        if (encoded.length > FrameType.MAX_PAYLOAD - RESERVE_BYTES) {
            throw tooLong(copy, encoded.length);
        }
        return new Program(copy, encoded);
    }

    /** The operations, in order. */
    public List<ShimOp> operations() {
        return operations;
    }

    /** How long its hooks may take, all of them together. */
    Duration hooks() {
        long millis = 0;
        for (var operation : operations) {
            millis += operation instanceof ShimOp.Hook hook ? hook.millis() : 0;
        }
        return Duration.ofMillis(millis);
    }

    /** The operation at a step, as failures name it; empty if there is none. */
    public Optional<ShimOp> operation(long step) {
        return step >= 0 && step < operations.size()
                ? Optional.of(operations.get((int) step))
                : Optional.empty();
    }

    /**
     * The operation that a failure names: the one at the step, if it has this code. Outside of the
     * program ({@link ShimException#OUTSIDE}) it is the first of this code.
     */
    Optional<ShimOp> failed(long step, int code) {
        var named = step == ShimException.OUTSIDE ? operations.stream() : operation(step).stream();
        return named.filter(operation -> ProgramEncoder.codeOf(operation) == code).findFirst();
    }

    /** An operation's name as {@code ops.def} spells it, for example {@code MOVE_MOUNT}. */
    public static String nameOf(ShimOp operation) {
        return operation
                .getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                .toUpperCase(Locale.ROOT);
    }

    /** The bytes of the {@code program} field, read-only. */
    ByteBuffer encoded() {
        return ByteBuffer.wrap(encoded).asReadOnlyBuffer();
    }

    int encodedBytes() {
        return encoded.length;
    }

    /** fsconfig(2) takes strings of at most 255 bytes and answers longer ones with EINVAL. */
    private static void requireShortOptions(ShimOp operation) {
        if (operation instanceof ShimOp.Fsmount(_, var fileSystem, var options, _)) {
            for (var option : options) {
                int equals = option.indexOf('=');
                int length = option.substring(equals + 1).getBytes(StandardCharsets.UTF_8).length;
                if (equals > 0 && length > MAX_OPTION_BYTES) {
                    throw RuntimeFault.invalidArgument(
                            "mount %s: option %s is %d bytes long (EINVAL); fsconfig(2) takes %d:"
                                    + " use a shorter stateDir",
                            fileSystem, option.substring(0, equals), length, MAX_OPTION_BYTES);
                }
            }
        }
    }

    private static byte[] encode(List<ShimOp> operations) {
        try {
            return ProgramEncoder.encode(operations);
        } catch (IllegalArgumentException e) {
            for (var operation : operations) {
                if (operation.toString().indexOf(0) >= 0) {
                    throw RuntimeFault.invalidArgument(
                            "prepare process: %s contains a NUL byte (EINVAL)", withNul(operation));
                }
            }
            throw e;
        }
    }

    private static String withNul(ShimOp operation) {
        if (operation instanceof ShimOp.Exec(_, var argv, var envp)) {
            for (var variable : envp) {
                if (variable.indexOf(0) >= 0) {
                    // Never the value: it may be a secret.
                    int end = Math.max(0, Math.min(variable.indexOf('='), variable.indexOf(0)));
                    return "environment variable '%s'".formatted(variable.substring(0, end));
                }
            }
            for (int i = 0; i < argv.size(); i++) {
                if (argv.get(i).indexOf(0) >= 0) {
                    return "argument %d of the command".formatted(i);
                }
            }
        }
        return nameOf(operation) + " " + operation.toString().replace("\0", "\\0");
    }

    private static RuntimeFault tooLong(List<ShimOp> operations, int bytes) {
        var largest = Collections.max(operations, Comparator.comparingInt(Program::encodedBytesOf));
        var what =
                switch (largest) {
                    case ShimOp.Exec _ -> "command and environment";
                    case ShimOp.Hook hook -> "arguments and state of hook " + hook.path();
                    case ShimOp.Seccomp _ -> "the seccomp filter";
                    case ShimOp.WriteFile(_, var path, _, _) -> "the content of " + path;
                    default -> "the arguments of " + nameOf(largest);
                };
        return RuntimeFault.invalidArgument(
                "prepare process: too long: %s take %d of %d bytes (E2BIG); at most %d in all",
                what, encodedBytesOf(largest), bytes, FrameType.MAX_PAYLOAD - RESERVE_BYTES);
    }

    private static int encodedBytesOf(ShimOp operation) {
        return ProgramEncoder.encode(List.of(operation)).length;
    }
}
