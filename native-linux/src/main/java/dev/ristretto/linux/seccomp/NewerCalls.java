// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.seccomp;

import dev.ristretto.linux.syscall.SeccompLibrary;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Answers ENOSYS to system calls that are newer than the profile. A C library that tries a new call
 * falls back to the old one on ENOSYS; on the profile's own error (EPERM) it gives up. As runc does
 * since 1.0.0-rc93: the newest call that a profile names says how old it is.
 *
 * <p>BPF instructions that go before the compiled filter, see linux/filter.h and
 * linux/bpf_common.h.
 */
final class NewerCalls {
    private static final short LOAD_WORD = 0x20;
    private static final short JUMP_EQUAL = 0x15;
    private static final short JUMP_GREATER = 0x25;
    private static final short JUMP_GREATER_OR_EQUAL = 0x35;
    private static final short RETURN = 0x06;

    /** Offsets in {@code struct seccomp_data}. */
    private static final int NUMBER = 0;

    private static final int ARCHITECTURE = 4;

    /** The last of the calls that only x32 has. */
    private static final int X32_LAST = 547;

    private static final int INSTRUCTION_SIZE = 8;

    private final SeccompLibrary library;

    NewerCalls(SeccompLibrary library) {
        this.library = library;
    }

    /** The instructions for a profile; none if it answers unknown calls in another way. */
    byte[] prefixFor(Profile profile) {
        if (!SeccompAction.isErrnoOtherThanEnosys(profile.defaultAction())) {
            return new byte[0];
        }
        var code = new ArrayList<Instruction>();
        code.add(new Instruction(LOAD_WORD, 0, 0, ARCHITECTURE));
        var architectures = new ArrayList<>(profile.architectures());
        architectures.addFirst(SeccompArchitecture.ofHost());
        for (var architecture : architectures.stream().distinct().toList()) {
            if (architecture != SeccompArchitecture.SCMP_ARCH_X32) {
                newest(profile, architecture)
                        .ifPresent(newest -> code.addAll(check(architecture, newest)));
            }
        }
        return encode(code);
    }

    /**
     * On this architecture: above the newest is ENOSYS. Calls of x32 count as x86_64 with a bit in
     * their number.
     */
    private static List<Instruction> check(SeccompArchitecture architecture, int newest) {
        boolean x86 = architecture == SeccompArchitecture.SCMP_ARCH_X86_64;
        var body = new ArrayList<Instruction>();
        body.add(new Instruction(LOAD_WORD, 0, 0, NUMBER));
        if (x86) {
            // From the x32 bit on, jump over the next to the check of x32's numbers.
            body.add(new Instruction(JUMP_GREATER_OR_EQUAL, 1, 0, SeccompArchitecture.X32_BIT));
        }
        // Greater: to the return; else over it, to the end of this body.
        body.add(new Instruction(JUMP_GREATER, x86 ? 1 : 0, x86 ? 2 : 1, newest));
        if (x86) {
            body.add(
                    new Instruction(
                            JUMP_GREATER,
                            0,
                            1,
                            SeccompArchitecture.X32_BIT | Math.max(newest, X32_LAST)));
        }
        body.add(new Instruction(RETURN, 0, 0, SeccompAction.errno(SeccompAction.ENOSYS)));
        // What the next check compares.
        body.add(new Instruction(LOAD_WORD, 0, 0, ARCHITECTURE));
        var all = new ArrayList<Instruction>();
        all.add(new Instruction(JUMP_EQUAL, 0, body.size(), architecture.token()));
        all.addAll(body);
        return all;
    }

    private OptionalInt newest(Profile profile, SeccompArchitecture architecture) {
        return profile.known().stream()
                .map(name -> library.resolveOn(architecture.token(), name))
                .flatMapToInt(OptionalInt::stream)
                .max();
    }

    private static byte[] encode(List<Instruction> code) {
        var bytes =
                ByteBuffer.allocate(code.size() * INSTRUCTION_SIZE).order(ByteOrder.nativeOrder());
        for (var instruction : code) {
            bytes.putShort(instruction.code)
                    .put((byte) instruction.ifTrue)
                    .put((byte) instruction.ifFalse)
                    .putInt(instruction.value);
        }
        return bytes.array();
    }

    private record Instruction(short code, int ifTrue, int ifFalse, int value) {}
}
