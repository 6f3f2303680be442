// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One name in a directory, as getdents64(2) lists it.
 *
 * @param name in the form of {@link KernelString}
 * @param type one of {@code S_IF*} of {@link FileFlags}, or 0 where the file system does not say
 */
public record DirectoryEntry(String name, int type) {
    private static final int RECORD_LENGTH_AT = 16;
    private static final int TYPE_AT = 18;
    private static final int NAME_AT = 19;

    public boolean isDirectory() {
        return type == FileFlags.S_IFDIR;
    }

    /** Reads a sequence of {@code struct linux_dirent64}; the offsets are the kernel's ABI. */
    static List<DirectoryEntry> decode(byte[] buffer, int length) {
        var in = ByteBuffer.wrap(buffer).order(ByteOrder.nativeOrder());
        var entries = new ArrayList<DirectoryEntry>();
        for (int at = 0; at < length; ) {
            int recordLength = Short.toUnsignedInt(in.getShort(at + RECORD_LENGTH_AT));
            var name = KernelString.decode(nameAt(buffer, at + NAME_AT));
            if (!name.equals(".") && !name.equals("..")) {
                // The kernel's DT_* are the S_IF* shifted by 12 bits.
                entries.add(new DirectoryEntry(name, (in.get(at + TYPE_AT) & 0xf) << 12));
            }
            at += recordLength;
        }
        return List.copyOf(entries);
    }

    private static byte[] nameAt(byte[] buffer, int start) {
        int end = start;
        while (buffer[end] != 0) {
            end++;
        }
        return Arrays.copyOfRange(buffer, start, end);
    }
}
