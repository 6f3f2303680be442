// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Runs a filter as the kernel does, for the instructions that seccomp(2) filters use; see
 * linux/bpf_common.h.
 */
final class FilterMachine {
    static final int ALLOW = 0x7fff0000;
    static final int KILL = 0;

    private static final int DATA_SIZE = 64;
    private static final int ARGUMENTS = 16;

    private final ByteBuffer program;

    FilterMachine(SeccompFilter filter) {
        this.program = ByteBuffer.wrap(filter.program()).order(ByteOrder.nativeOrder());
    }

    static int errno(int number) {
        return 0x00050000 | number;
    }

    /** What the filter answers to a system call. */
    int answer(SeccompArchitecture architecture, int number, long... arguments) {
        // x32 is x86_64 to the kernel.
        int token =
                architecture == SeccompArchitecture.SCMP_ARCH_X32
                        ? SeccompArchitecture.SCMP_ARCH_X86_64.token()
                        : architecture.token();
        var data = ByteBuffer.allocate(DATA_SIZE).order(ByteOrder.nativeOrder());
        data.putInt(0, number).putInt(4, token);
        for (int i = 0; i < arguments.length; i++) {
            data.putLong(ARGUMENTS + 8 * i, arguments[i]);
        }
        return run(data);
    }

    private int run(ByteBuffer data) {
        int accumulator = 0;
        for (int at = 0; ; at++) {
            int code = program.getShort(at * 8);
            int ifTrue = program.get(at * 8 + 2) & 0xff;
            int ifFalse = program.get(at * 8 + 3) & 0xff;
            int value = program.getInt(at * 8 + 4);
            switch (code) {
                case 0x20 -> accumulator = data.getInt(value);
                case 0x54 -> accumulator &= value;
                case 0x05 -> at += value;
                case 0x15 -> at += accumulator == value ? ifTrue : ifFalse;
                case 0x25 ->
                        at += Integer.compareUnsigned(accumulator, value) > 0 ? ifTrue : ifFalse;
                case 0x35 ->
                        at += Integer.compareUnsigned(accumulator, value) >= 0 ? ifTrue : ifFalse;
                case 0x06 -> {
                    return value;
                }
                default -> throw new AssertionError("instruction %#x at %d".formatted(code, at));
            }
        }
    }
}
