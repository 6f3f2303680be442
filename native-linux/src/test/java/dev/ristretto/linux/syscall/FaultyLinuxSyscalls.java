// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import java.lang.reflect.Method;
import java.util.Set;

/**
 * Fails one call, or all from one on, with an error number and lets the others through.
 *
 * <p>{@link #failing}: run a use case for n = 1, 2, … until {@link #tripped()} is false: each run
 * must leave nothing behind. {@link #failingFrom} is how a process looks that was killed before the
 * n-th call: nothing it still tries has an effect. {@code close} is never failed: it releases the
 * descriptor whatever it answers.
 */
public final class FaultyLinuxSyscalls {
    private static final Set<String> EXEMPT = Set.of("close", "getpid", "gettid", "geteuid");

    private final LinuxSyscalls next;
    private final int failing;
    private final int lastFailing;
    private final Errno errno;
    private int seen;

    private FaultyLinuxSyscalls(LinuxSyscalls next, int failing, int lastFailing, Errno errno) {
        this.next = next;
        this.failing = failing;
        this.lastFailing = lastFailing;
        this.errno = errno;
    }

    /** Fails the n-th call, counted from 1; it does not reach {@code next}. */
    public static FaultyLinuxSyscalls failing(LinuxSyscalls next, int nth, Errno errno) {
        return new FaultyLinuxSyscalls(next, nth, nth, errno);
    }

    /** Fails the n-th call, counted from 1, and all after it; none of them reaches {@code next}. */
    public static FaultyLinuxSyscalls failingFrom(LinuxSyscalls next, int nth, Errno errno) {
        return new FaultyLinuxSyscalls(next, nth, Integer.MAX_VALUE, errno);
    }

    /** To be given to the code under test. */
    public LinuxSyscalls syscalls() {
        return RecordingLinuxSyscalls.proxy((_, method, args) -> call(method, args));
    }

    /** Whether the call to be failed was reached. */
    public synchronized boolean tripped() {
        return seen >= failing;
    }

    private Object call(Method method, Object[] args) throws Throwable {
        if (fails(method)) {
            throw new SyscallException(method.getName(), "(made to fail)", errno);
        }
        return RecordingLinuxSyscalls.forward(next, method, args);
    }

    private synchronized boolean fails(Method method) {
        if (EXEMPT.contains(method.getName())) {
            return false;
        }
        seen++;
        return seen >= failing && seen <= lastFailing;
    }
}
