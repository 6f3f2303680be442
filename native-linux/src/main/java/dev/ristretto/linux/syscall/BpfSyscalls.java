// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import java.util.List;

/** bpf(2), as far as the programs of a cgroup need it. */
public interface BpfSyscalls {
    /** Programs on a cgroup add to those above it and beside it: all have to allow. */
    int BPF_F_ALLOW_MULTI = 2;

    /** {@code enum bpf_prog_type}. */
    int BPF_PROG_TYPE_CGROUP_DEVICE = 15;

    /** {@code enum bpf_attach_type}. */
    int BPF_CGROUP_DEVICE = 6;

    /**
     * {@code BPF_PROG_LOAD}: has the kernel verify a program and keep it.
     *
     * @param instructions {@code struct bpf_insn}, 8 bytes each, in native byte order
     * @param name shown by bpftool(8); up to 15 letters, digits and underscores
     * @return a descriptor, always close-on-exec
     */
    int bpfProgLoad(int type, byte[] instructions, String name) throws SyscallException;

    /** {@code BPF_PROG_ATTACH}. It stays when the program's descriptor is closed. */
    void bpfProgAttach(int cgroupFd, int programFd, int attachType, int flags)
            throws SyscallException;

    /** {@code BPF_PROG_DETACH}. */
    void bpfProgDetach(int cgroupFd, int programFd, int attachType) throws SyscallException;

    /** {@code BPF_PROG_QUERY}: the ids of the programs attached to this very cgroup. */
    List<Integer> bpfProgQuery(int cgroupFd, int attachType) throws SyscallException;

    /** {@code BPF_PROG_GET_FD_BY_ID}: a descriptor, always close-on-exec. */
    int bpfProgGetFdById(int id) throws SyscallException;
}
