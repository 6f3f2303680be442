// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

/** Names another network namespace in a request. */
public sealed interface NamespaceRef {
    /**
     * The one that an open descriptor stands for (of {@code /proc/<pid>/ns/net} or a bind of it).
     */
    record ByFd(int fd) implements NamespaceRef {}

    /** The one that a process is in. */
    record ByPid(int pid) implements NamespaceRef {}
}
