// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.fault;

import com.google.errorprone.annotations.FormatMethod;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/**
 * A request that cannot be done, with the words its sender will read.
 *
 * <p>The message is the user interface: it names what was tried, on which object, what the kernel
 * or the registry answered, and what to do next, in the grammar {@code <verb> <object>: <cause>
 * (<ERRNO>)[; <hint>]}; lower case, no trailing dot, no secrets. There is one factory per {@link
 * FaultKind}; the gRPC edge turns the kind into a status code.
 */
public final class RuntimeFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final FaultKind kind;

    private RuntimeFault(FaultKind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What kind of failure this is; decides the gRPC code. */
    public FaultKind kind() {
        return kind;
    }

    /** A field of the request is not valid: name its path and its value. */
    @FormatMethod
    public static RuntimeFault invalidArgument(String format, @Nullable Object... args) {
        return of(FaultKind.INVALID_ARGUMENT, null, format, args);
    }

    /** The object named does not exist. Never for Stop and Remove, which are idempotent. */
    @FormatMethod
    public static RuntimeFault notFound(String format, @Nullable Object... args) {
        return of(FaultKind.NOT_FOUND, null, format, args);
    }

    /** Another object owns the name: name its id. */
    @FormatMethod
    public static RuntimeFault nameTaken(String format, @Nullable Object... args) {
        return of(FaultKind.NAME_TAKEN, null, format, args);
    }

    /** A registry refused: name it and say whether credentials were given, never which. */
    @FormatMethod
    public static RuntimeFault denied(String format, @Nullable Object... args) {
        return of(FaultKind.DENIED, null, format, args);
    }

    /** The object is not in a state that allows this. */
    @FormatMethod
    public static RuntimeFault wrongState(String format, @Nullable Object... args) {
        return of(FaultKind.WRONG_STATE, null, format, args);
    }

    /** Another request holds the object, or the daemon is starting up. */
    @FormatMethod
    public static RuntimeFault busy(String format, @Nullable Object... args) {
        return of(FaultKind.BUSY, null, format, args);
    }

    /** Space, file descriptors, pids, mounts or addresses ran out: name the limit to check. */
    @FormatMethod
    public static RuntimeFault exhausted(
            @Nullable Throwable cause, String format, @Nullable Object... args) {
        return of(FaultKind.EXHAUSTED, cause, format, args);
    }

    /** The time the caller gave ran out. */
    @FormatMethod
    public static RuntimeFault timedOut(String format, @Nullable Object... args) {
        return of(FaultKind.TIMED_OUT, null, format, args);
    }

    /** An optional RPC or kernel feature that is not here: name it and what would bring it. */
    @FormatMethod
    public static RuntimeFault unsupported(String format, @Nullable Object... args) {
        return of(FaultKind.UNSUPPORTED, null, format, args);
    }

    /**
     * An error that the kubelet knows by its first word (cri-api {@code pkg/errors}).
     *
     * @param name {@code RegistryUnavailable}, {@code SignatureValidationFailed}, {@code
     *     RROUnsupported} or {@code ImageVolumeMountFailed}
     */
    @FormatMethod
    public static RuntimeFault criNamed(
            CriName name, @Nullable Throwable cause, String format, @Nullable Object... args) {
        return new RuntimeFault(
                FaultKind.CRI_NAMED, name + ": " + String.format(Locale.ROOT, format, args), cause);
    }

    /** Our bug, or an answer of the kernel that was not foreseen. */
    @FormatMethod
    public static RuntimeFault internal(
            @Nullable Throwable cause, String format, @Nullable Object... args) {
        return of(FaultKind.INTERNAL, cause, format, args);
    }

    private static RuntimeFault of(
            FaultKind kind, @Nullable Throwable cause, String format, @Nullable Object... args) {
        return new RuntimeFault(kind, String.format(Locale.ROOT, format, args), cause);
    }

    /** The error names the kubelet compares with, at position 0 of the message. */
    public enum CriName {
        RegistryUnavailable,
        SignatureValidationFailed,
        RROUnsupported,
        ImageVolumeMountFailed
    }
}
