// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import static dev.ristretto.linux.syscall.Native.LIBC;
import static dev.ristretto.linux.syscall.Native.answer;
import static dev.ristretto.linux.syscall.Native.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Processes, signals, namespaces. */
interface JnrProcessSyscalls extends ProcessSyscalls {
    @Override
    default int getpid() {
        return LIBC.getpid();
    }

    @Override
    default int gettid() {
        return (int) LIBC.syscall(SyscallNumber.GETTID.value());
    }

    @Override
    default int geteuid() {
        return LIBC.geteuid();
    }

    @Override
    default void kill(int pid, int signal) throws SyscallException {
        check("kill", "pid " + pid, answer(LIBC.kill(pid, signal)));
    }

    @Override
    default int pidfd_open(int pid, int flags) throws SyscallException {
        var number = SyscallNumber.PIDFD_OPEN.value();
        return check("pidfd_open", "pid " + pid, answer(LIBC.syscall(number, pid, flags, 0)));
    }

    @Override
    default void pidfd_send_signal(int pidfd, int signal) throws SyscallException {
        var number = SyscallNumber.PIDFD_SEND_SIGNAL.value();
        check("pidfd_send_signal", pidfd, answer(LIBC.syscall(number, pidfd, signal, 0L, 0)));
    }

    /** Not restarted: an interrupted wait has a rest that only the caller can reckon. */
    @Override
    default int poll(int fd, int events, int timeoutMillis) throws SyscallException {
        var struct =
                ByteBuffer.allocate(8)
                        .order(ByteOrder.nativeOrder())
                        .putInt(fd)
                        .putShort((short) events);
        check("poll", fd, answer(LIBC.poll(struct.array(), 1, timeoutMillis)));
        return struct.getShort(6);
    }

    @Override
    default void setns(int fd, int namespaceTypes) throws SyscallException {
        check("setns", fd, answer(LIBC.setns(fd, namespaceTypes)));
    }

    @Override
    default void unshare(int flags) throws SyscallException {
        check("unshare", "0x%x".formatted(flags), answer(LIBC.unshare(flags)));
    }

    @Override
    default int prctl(int option, long argument) throws SyscallException {
        return check("prctl", "option " + option, answer(LIBC.prctl(option, argument, 0, 0, 0)));
    }
}
