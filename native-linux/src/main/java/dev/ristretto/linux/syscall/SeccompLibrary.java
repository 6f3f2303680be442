// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import dev.ristretto.linux.fd.Fd;

import jnr.ffi.Pointer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * libseccomp: turns rules into BPF instructions. Safe from any thread; a {@link Rules} is for one
 * thread at a time.
 */
public final class SeccompLibrary {
    private static final String SONAME = "libseccomp.so.2";
    private static final int NO_SUCH_NAME = -1;
    private static final int COMPARISON_SIZE = 24;

    private final LibSeccomp library;

    private SeccompLibrary(LibSeccomp library) {
        this.library = library;
    }

    /** The library of this host; empty if it is not installed. */
    public static Optional<SeccompLibrary> load() {
        try {
            return Optional.of(new SeccompLibrary(Native.library(LibSeccomp.class, SONAME)));
        } catch (UnsatisfiedLinkError e) {
            return Optional.empty();
        }
    }

    /**
     * The number of a system call for {@link Rules#add}; below zero if only another architecture
     * has it. Empty if this version of the library does not know the name.
     */
    public OptionalInt resolve(String name) {
        return known(library.seccomp_syscall_resolve_name(terminated(name)));
    }

    /** The number of a system call on an architecture; empty if it has none of this name. */
    public OptionalInt resolveOn(int architecture, String name) {
        int number = library.seccomp_syscall_resolve_name_arch(architecture, terminated(name));
        return number < 0 ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /** The name of a system call on an architecture; empty if it has none of this number. */
    public Optional<String> nameOn(int architecture, int number) {
        var name = library.seccomp_syscall_resolve_num_arch(architecture, number);
        if (name == null) {
            return Optional.empty();
        }
        var text = name.getString(0);
        library.free(name);
        return Optional.of(text);
    }

    /** Starts with no rules: everything gets this action, on the architecture of this process. */
    public Rules rules(int defaultAction) throws SyscallException {
        var context = library.seccomp_init(defaultAction);
        if (context == null) {
            throw new SyscallException(
                    "seccomp_init", "action %#x".formatted(defaultAction), Errno.EINVAL);
        }
        return new Rules(library, context);
    }

    /**
     * A comparison of an argument.
     *
     * @param argument its index, from 0
     * @param operator {@code SCMP_CMP_*}
     * @param first {@code datum_a}: the value, or the mask of {@code SCMP_CMP_MASKED_EQ}
     * @param second {@code datum_b}: the value to equal under the mask
     */
    public record Comparison(int argument, int operator, long first, long second) {}

    /** Rules in the making. */
    public static final class Rules implements AutoCloseable {
        private final LibSeccomp library;
        private final Pointer context;

        private Rules(LibSeccomp library, Pointer context) {
            this.library = library;
            this.context = context;
        }

        /** seccomp_arch_add(3). Adding one that is there changes nothing. */
        public void addArchitecture(int architecture) throws SyscallException {
            int answer = library.seccomp_arch_add(context, architecture);
            if (answer != -Errno.EEXIST.number()) {
                check("seccomp_arch_add", "%#x".formatted(architecture), answer);
            }
        }

        /** seccomp_attr_set(3). */
        public void setAttribute(int attribute, int value) throws SyscallException {
            check(
                    "seccomp_attr_set",
                    "%d=%d".formatted(attribute, value),
                    library.seccomp_attr_set(context, attribute, value));
        }

        /** seccomp_rule_add_array(3): all comparisons must hold. */
        public void add(int action, int syscall, List<Comparison> comparisons)
                throws SyscallException {
            var array =
                    ByteBuffer.allocate(Math.max(1, comparisons.size()) * COMPARISON_SIZE)
                            .order(ByteOrder.nativeOrder());
            for (var comparison : comparisons) {
                array.putInt(comparison.argument())
                        .putInt(comparison.operator())
                        .putLong(comparison.first())
                        .putLong(comparison.second());
            }
            check(
                    "seccomp_rule_add_array",
                    "syscall %d".formatted(syscall),
                    library.seccomp_rule_add_array(
                            context, action, syscall, comparisons.size(), array.array()));
        }

        /** seccomp_export_bpf(3): an array of {@code struct sock_filter}. */
        public byte[] export(LinuxSyscalls linux) throws IOException {
            try (var file = Fd.owned(linux, linux.memfd_create("seccomp", FileFlags.MFD_CLOEXEC))) {
                check("seccomp_export_bpf", "", library.seccomp_export_bpf(context, file.number()));
                return Files.readAllBytes(file.procPath());
            }
        }

        @Override
        public void close() {
            library.seccomp_release(context);
        }

        private static void check(String call, String object, int answer) throws SyscallException {
            if (answer < 0) {
                throw new SyscallException(call, object, Errno.of(-answer));
            }
        }
    }

    private static OptionalInt known(int number) {
        return number == NO_SUCH_NAME ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /** What follows a NUL in a name is lost, which at worst names another call of the profile. */
    private static byte[] terminated(String name) {
        var encoded = name.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(encoded, encoded.length + 1);
    }
}
