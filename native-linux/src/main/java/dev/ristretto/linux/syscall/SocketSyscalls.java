// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import java.nio.ByteBuffer;

/**
 * Sockets that java.nio does not have. Addresses are the bytes of a {@code struct sockaddr_*}.
 * Constants are in {@link SocketFlags}.
 */
public interface SocketSyscalls {
    /** socket(2). */
    int socket(int domain, int type, int protocol) throws SyscallException;

    /** bind(2). */
    void bind(int fd, byte[] address) throws SyscallException;

    /** connect(2). May wait. */
    void connect(int fd, byte[] address) throws SyscallException;

    /** getsockname(2). */
    byte[] getsockname(int fd) throws SyscallException;

    /** setsockopt(2). */
    void setsockopt(int fd, int level, int option, byte[] value) throws SyscallException;

    /** setsockopt(2) of an {@code int}. */
    void setsockopt(int fd, int level, int option, int value) throws SyscallException;

    /** getsockopt(2), up to so many bytes. */
    byte[] getsockopt(int fd, int level, int option, int maxLength) throws SyscallException;

    /** getsockopt(2) {@code SO_PEERCRED}: who made or connected the other end of a unix socket. */
    PeerCredentials peerCredentials(int fd) throws SyscallException;

    /** send(2) of what lies between position and limit; advances the position. May wait. */
    int send(int fd, ByteBuffer message, int flags) throws SyscallException;

    /**
     * recv(2) into the space between position and limit; advances the position. May wait.
     *
     * @return bytes received; the whole length of a message cut off if {@code MSG_TRUNC} is asked
     */
    int recv(int fd, ByteBuffer into, int flags) throws SyscallException;
}
