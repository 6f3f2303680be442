// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.fault;

/**
 * Why a request failed, in the kinds that a caller can act on. The gRPC edge maps each to a code.
 */
public enum FaultKind {
    /** {@code INVALID_ARGUMENT}: a field of the request. */
    INVALID_ARGUMENT,
    /** {@code NOT_FOUND}: no such object. */
    NOT_FOUND,
    /** {@code ALREADY_EXISTS}: another object owns the name. */
    NAME_TAKEN,
    /** {@code PERMISSION_DENIED}: a registry refused the credentials, or their lack. */
    DENIED,
    /** {@code FAILED_PRECONDITION}: the object's state does not allow it. */
    WRONG_STATE,
    /** {@code UNAVAILABLE}: locked by another request, or starting up; retry. */
    BUSY,
    /** {@code RESOURCE_EXHAUSTED}: space, descriptors, pids, mounts, addresses. */
    EXHAUSTED,
    /** {@code DEADLINE_EXCEEDED}: the kubelet turns exactly this into a probe time-out. */
    TIMED_OUT,
    /** {@code UNIMPLEMENTED}: optional RPC or missing kernel feature. */
    UNSUPPORTED,
    /** {@code UNKNOWN}: the kubelet strips this code and compares the message's first word. */
    CRI_NAMED,
    /** {@code INTERNAL}: everything else. */
    INTERNAL
}
