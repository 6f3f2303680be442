// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.runtime.flight.ProgramRun;

import java.util.List;
import java.util.Optional;

/** A step of a program failed ({@code FAILED}); nothing of the program is left. */
public final class ShimException extends PodException implements ProgramRun.AtOperation {
    private static final long serialVersionUID = 1L;

    /**
     * The step of a failure beside the program: what the podshim does around a clone and an exec.
     */
    public static final long OUTSIDE = 0xffff_ffffL;

    private final long step;
    private final transient ShimOp operation;
    private final int detail;
    private final Errno errno;
    private final int errnoNumber;
    private final String kernelText;
    private final transient Program program;
    private transient List<Long> tookNanos = List.of();

    /** What {@code FAILED} holds, with the operation that its step names. */
    record Failure(long step, ShimOp operation, int detail, int errno, String kernelText) {}

    ShimException(String pod, Failure failure, Program program) {
        super(pod, message(pod, failure));
        this.step = failure.step();
        this.operation = failure.operation();
        this.detail = failure.detail();
        this.errno = Errno.of(failure.errno());
        this.errnoNumber = failure.errno();
        this.kernelText = failure.kernelText();
        this.program = program;
    }

    /** Index in the program, or {@link #OUTSIDE}. */
    @Override
    public long step() {
        return step;
    }

    @Override
    public List<Long> tookNanos() {
        return tookNanos;
    }

    /** The same, once it is known what the operations took. */
    ShimException after(List<Long> times) {
        tookNanos = List.copyOf(times);
        return this;
    }

    /** The operation that failed. */
    public ShimOp operation() {
        return operation;
    }

    /** Which element of the operation's list argument was at fault, from 1, else 0. */
    public int detail() {
        return detail;
    }

    /** The kernel's answer. */
    public Errno errno() {
        return errno;
    }

    /** The kernel's answer as a number, for those that {@link Errno} does not know. */
    public int errnoNumber() {
        return errnoNumber;
    }

    /** The kernel's own words, empty where it has none. */
    public String kernelText() {
        return kernelText;
    }

    /** The program that failed. */
    public Program program() {
        return program;
    }

    /** What an earlier step of the program put into this slot. */
    Optional<ShimOp> filledBy(int slot) {
        return ProgramWords.filledBy(program.operations(), step, slot);
    }

    private static String message(String pod, Failure failure) {
        var words = failure.kernelText().isEmpty() ? "" : ": " + failure.kernelText();
        return "run %s, %s, in %s: %s%s"
                .formatted(
                        failure.step() == OUTSIDE ? "no step" : "step " + failure.step(),
                        Program.nameOf(failure.operation()),
                        pod,
                        Errno.of(failure.errno()),
                        words);
    }
}
