// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.linux.syscall.Errno;

/**
 * How a step of a program fails in a {@link FakeShim}.
 *
 * @param detail which element of a list, from 1, else 0
 */
public record FakeFailure(
        Class<? extends ShimOp> operation, Errno errno, int detail, String kernelText) {}
