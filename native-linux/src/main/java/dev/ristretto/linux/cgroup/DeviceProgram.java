// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Device rules as a program for the kernel ({@code BPF_PROG_TYPE_CGROUP_DEVICE}), which asks it
 * whenever a device is opened or made: the first rule that covers all of the access allows it; at
 * the end stands a denial. See the kernel's {@code struct bpf_cgroup_dev_ctx}.
 */
final class DeviceProgram {
    /** {@code BPF_DEVCG_ACC_*}. */
    private static final Map<Character, Integer> ACCESS = Map.of('m', 1, 'r', 2, 'w', 4);

    private static final int ALL_ACCESS = 7;

    // What the kernel hands over.
    private static final int CONTEXT = 1;
    private static final int ACCESS_TYPE_OFFSET = 0;
    private static final int MAJOR_OFFSET = 4;
    private static final int MINOR_OFFSET = 8;

    // Registers.
    private static final int RESULT = 0;
    private static final int ASKED = 2;
    private static final int KIND = 3;
    private static final int MAJOR = 4;
    private static final int MINOR = 5;

    private DeviceProgram() {}

    /** Instructions of 8 bytes each. */
    static byte[] of(DeviceRules rules) {
        var code = new ArrayList<Instruction>();
        code.add(Instruction.load(ASKED, CONTEXT, ACCESS_TYPE_OFFSET));
        code.add(Instruction.copy(KIND, ASKED));
        code.add(Instruction.and(KIND, 0xffff));
        code.add(Instruction.shiftRight(ASKED, Short.SIZE));
        code.add(Instruction.load(MAJOR, CONTEXT, MAJOR_OFFSET));
        code.add(Instruction.load(MINOR, CONTEXT, MINOR_OFFSET));
        merged(rules).forEach((device, access) -> code.addAll(rule(device, access)));
        code.add(Instruction.set(RESULT, 0));
        code.add(Instruction.exit());
        return encoded(code);
    }

    private record Device(DeviceRule.Kind kind, OptionalLong major, OptionalLong minor) {}

    /** As in v1, {@code r} and {@code w} given one after the other allow both at once. */
    private static Map<Device, Integer> merged(DeviceRules rules) {
        var merged = new LinkedHashMap<Device, Integer>();
        for (var rule : rules.allowed()) {
            int access = rule.access().chars().map(letter -> ACCESS.get((char) letter)).sum();
            merged.merge(
                    new Device(rule.kind(), rule.major(), rule.minor()),
                    access,
                    (first, second) -> first | second);
        }
        return merged;
    }

    /** Allows and ends, or jumps behind itself. */
    private static List<Instruction> rule(Device device, int access) {
        var code = new ArrayList<Instruction>();
        code.add(Instruction.set(RESULT, 1));
        code.add(Instruction.exit());
        // From here on backwards, since a jump has to know what follows it.
        if (device.minor().isPresent()) {
            code.addFirst(Instruction.unlessEqual(MINOR, device.minor().getAsLong(), code.size()));
        }
        if (device.major().isPresent()) {
            code.addFirst(Instruction.unlessEqual(MAJOR, device.major().getAsLong(), code.size()));
        }
        if (access != ALL_ACCESS) {
            code.addFirst(Instruction.unlessEqual(RESULT, 0, code.size()));
            code.addFirst(Instruction.and(RESULT, ALL_ACCESS & ~access));
            code.addFirst(Instruction.copy(RESULT, ASKED));
        }
        code.addFirst(Instruction.unlessEqual(KIND, device.kind().bpf(), code.size()));
        return code;
    }

    private static byte[] encoded(List<Instruction> code) {
        var bytes = ByteBuffer.allocate(code.size() * Instruction.SIZE);
        bytes.order(ByteOrder.nativeOrder());
        code.forEach(instruction -> instruction.encode(bytes));
        return bytes.array();
    }

    /**
     * {@code struct bpf_insn}.
     *
     * @param code {@code BPF_*} of class, operation and source
     * @param registers destination and source
     * @param offset of memory, or how many instructions a jump leaves out
     * @param immediate a constant, unsigned
     */
    private record Instruction(int code, int registers, int offset, int immediate) {
        static final int SIZE = 8;

        private static final int LDX_MEM_W = 0x61;
        private static final int MOV32_REGISTER = 0xbc;
        private static final int MOV64_CONSTANT = 0xb7;
        private static final int AND32_CONSTANT = 0x54;
        private static final int RSH32_CONSTANT = 0x74;
        private static final int JNE64_CONSTANT = 0x55;
        private static final int EXIT = 0x95;

        static Instruction load(int to, int from, int offset) {
            return new Instruction(LDX_MEM_W, pair(to, from), offset, 0);
        }

        static Instruction copy(int to, int from) {
            return new Instruction(MOV32_REGISTER, pair(to, from), 0, 0);
        }

        static Instruction set(int to, int value) {
            return new Instruction(MOV64_CONSTANT, pair(to, 0), 0, value);
        }

        static Instruction and(int register, int mask) {
            return new Instruction(AND32_CONSTANT, pair(register, 0), 0, mask);
        }

        static Instruction shiftRight(int register, int bits) {
            return new Instruction(RSH32_CONSTANT, pair(register, 0), 0, bits);
        }

        /** Device numbers have at most 32 bits, of which the kernel uses 20: no sign to mind. */
        static Instruction unlessEqual(int register, long value, int leaveOut) {
            return new Instruction(
                    JNE64_CONSTANT, pair(register, 0), leaveOut, Math.toIntExact(value));
        }

        static Instruction exit() {
            return new Instruction(EXIT, 0, 0, 0);
        }

        /** Two fields of four bits; the first one is the lower on a little-endian machine. */
        private static int pair(int destination, int source) {
            return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                    ? source << 4 | destination
                    : destination << 4 | source;
        }

        void encode(ByteBuffer bytes) {
            bytes.put((byte) code).put((byte) registers).putShort((short) offset).putInt(immediate);
        }
    }
}
