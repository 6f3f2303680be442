// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

/** Processes, signals, namespaces. Constants are in {@link ProcessFlags}. */
public interface ProcessSyscalls {
    /** getpid(2). */
    int getpid();

    /** gettid(2): of the platform thread that carries the caller. */
    int gettid();

    /** geteuid(2), unsigned. */
    int geteuid();

    /** kill(2). Prefer a pidfd: a pid may have been given to another process meanwhile. */
    void kill(int pid, int signal) throws SyscallException;

    /** pidfd_open(2), Linux 5.3; always close-on-exec. */
    int pidfd_open(int pid, int flags) throws SyscallException;

    /** pidfd_send_signal(2), Linux 5.1. {@code ESRCH}: it has ended and was reaped. */
    void pidfd_send_signal(int pidfd, int signal) throws SyscallException;

    /**
     * poll(2) of one descriptor. Waits up to the time given, 0 not at all, -1 without end. A pidfd
     * becomes readable when its process has ended.
     *
     * @return the events that happened, 0 when the time ran out
     */
    int poll(int fd, int events, int timeoutMillis) throws SyscallException;

    /**
     * setns(2) on the calling thread only: call it on a platform thread made for it, see {@code
     * dev.ristretto.linux.namespace}.
     */
    void setns(int fd, int namespaceTypes) throws SyscallException;

    /** unshare(2) on the calling thread only: the same rule as for {@link #setns}. */
    void unshare(int flags) throws SyscallException;

    /** prctl(2) for options with one integer argument; acts on the calling thread. */
    int prctl(int option, long argument) throws SyscallException;
}
