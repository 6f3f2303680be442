// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

/** Failed steps for tests of other packages. */
public final class Failures {
    private Failures() {}

    /** What a podshim answers when a step of a program fails. */
    public static ShimException at(Program program, int step, int errno) {
        var operation = program.operations().get(step);
        return new ShimException(
                "pod", new ShimException.Failure(step, operation, 0, errno, ""), program);
    }
}
