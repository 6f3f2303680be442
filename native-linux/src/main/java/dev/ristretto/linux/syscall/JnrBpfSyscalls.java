// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import static dev.ristretto.linux.syscall.Native.LIBC;
import static dev.ristretto.linux.syscall.Native.answer;
import static dev.ristretto.linux.syscall.Native.check;
import static dev.ristretto.linux.syscall.Native.memory;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** bpf(2): {@code union bpf_attr} holds addresses, so what it points to is memory outside Java. */
interface JnrBpfSyscalls extends BpfSyscalls {
    int BPF_PROG_LOAD = 5;
    int BPF_PROG_ATTACH = 8;
    int BPF_PROG_DETACH = 9;
    int BPF_PROG_GET_FD_BY_ID = 13;
    int BPF_PROG_QUERY = 16;

    long ATTRIBUTES_SIZE = 64;
    int INSTRUCTION_SIZE = 8;
    int NAME_OFFSET = 48;

    /** BPF_CGROUP_MAX_PROGS. */
    int MOST_PROGRAMS = 64;

    @Override
    default int bpfProgLoad(int type, byte[] instructions, String name) throws SyscallException {
        var code = memory(instructions.length);
        code.put(0, instructions, 0, instructions.length);
        // The cgroup helpers that need a licence are not called; the kernel wants one all the same.
        var licence = bytes0("Apache-2.0");
        var text = memory(licence.length);
        text.put(0, licence, 0, licence.length);
        var attributes =
                attributes()
                        .putInt(type)
                        .putInt(instructions.length / INSTRUCTION_SIZE)
                        .putLong(code.address())
                        .putLong(text.address())
                        .position(NAME_OFFSET)
                        .put(bytes0(name));
        try {
            return bpf(BPF_PROG_LOAD, "load " + name, attributes);
        } finally {
            Reference.reachabilityFence(code);
            Reference.reachabilityFence(text);
        }
    }

    @Override
    default void bpfProgAttach(int cgroupFd, int programFd, int attachType, int flags)
            throws SyscallException {
        var attributes =
                attributes().putInt(cgroupFd).putInt(programFd).putInt(attachType).putInt(flags);
        bpf(BPF_PROG_ATTACH, "attach to " + Native.nameOf(cgroupFd), attributes);
    }

    @Override
    default void bpfProgDetach(int cgroupFd, int programFd, int attachType)
            throws SyscallException {
        var attributes = attributes().putInt(cgroupFd).putInt(programFd).putInt(attachType);
        bpf(BPF_PROG_DETACH, "detach from " + Native.nameOf(cgroupFd), attributes);
    }

    @Override
    default List<Integer> bpfProgQuery(int cgroupFd, int attachType) throws SyscallException {
        var ids = memory(MOST_PROGRAMS * Integer.BYTES);
        var attributes =
                attributes()
                        .putInt(cgroupFd)
                        .putInt(attachType)
                        .putInt(0)
                        .putInt(0)
                        .putLong(ids.address());
        int countAt = attributes.position();
        attributes.putInt(MOST_PROGRAMS);
        try {
            bpf(BPF_PROG_QUERY, "query " + Native.nameOf(cgroupFd), attributes);
            var programs = new ArrayList<Integer>();
            for (int i = 0; i < attributes.getInt(countAt); i++) {
                programs.add(ids.getInt((long) i * Integer.BYTES));
            }
            return programs;
        } finally {
            Reference.reachabilityFence(ids);
        }
    }

    @Override
    default int bpfProgGetFdById(int id) throws SyscallException {
        return bpf(BPF_PROG_GET_FD_BY_ID, "program " + id, attributes().putInt(id));
    }

    private static int bpf(int command, String object, ByteBuffer attributes)
            throws SyscallException {
        var number = SyscallNumber.BPF.value();
        return check(
                "bpf",
                object,
                answer(LIBC.syscall(number, (long) command, attributes.array(), ATTRIBUTES_SIZE)));
    }

    private static ByteBuffer attributes() {
        return ByteBuffer.allocate((int) ATTRIBUTES_SIZE).order(ByteOrder.nativeOrder());
    }

    private static byte[] bytes0(String text) throws SyscallException {
        return Native.bytes("bpf", text);
    }
}
