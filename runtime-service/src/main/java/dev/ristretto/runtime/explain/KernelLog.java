// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.explain;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SeccompLibrary;
import dev.ristretto.linux.syscall.SyscallException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * What the kernel wrote down about system calls that filters refused: audit records of type 1326 in
 * its log, /dev/kmsg. It has them when no auditd takes them; a filter that ends the process is
 * always written down, one that answers with an error number only if it was installed with
 * SECCOMP_FILTER_FLAG_LOG (seccomp(2)).
 */
public final class KernelLog {
    private static final Path KMSG = Path.of("/dev/kmsg");
    private static final int MAX_RECORD_BYTES = 8192;
    private static final int MAX_RECORDS = 100_000;
    private static final int MAX_DENIALS = 3;
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int LOOKS = 25;

    /** The kernel's time of a record is that of its last tick. */
    private static final Duration LEEWAY = Duration.ofMillis(100);

    private static final Pattern SECCOMP =
            Pattern.compile(
                    "type=1326 audit\\((\\d{1,12})\\.(\\d{3}):\\d+\\):.* pid=(\\d{1,9}) comm=(\\S+)"
                            + ".* arch=([0-9a-f]{1,8}) syscall=(\\d{1,9}) ");

    private final LinuxSyscalls linux;
    private final Optional<SeccompLibrary> library;

    public KernelLog(LinuxSyscalls linux, Optional<SeccompLibrary> library) {
        this.linux = linux;
        this.library = library;
    }

    /**
     * A refused system call.
     *
     * @param words {@code mkdir (system call 83) of sh (pid 4711)}
     */
    record Denial(Instant at, int pid, String words) {}

    /**
     * The last refusals in a time. Waits a moment for them, as the kernel writes them late.
     *
     * @param pid of the process, as the host sees it; 0 for any
     */
    List<Denial> denials(Instant from, Instant to, int pid) {
        for (int look = 0; look < LOOKS; look++) {
            try {
                var found = read(from.minus(LEEWAY), to.plus(LEEWAY), pid);
                if (!found.isEmpty()) {
                    return found.subList(Math.max(0, found.size() - MAX_DENIALS), found.size());
                }
            } catch (SyscallException e) {
                return List.of(); // EPERM: the log is not for this daemon
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return List.of();
    }

    private List<Denial> read(Instant from, Instant to, int pid) throws SyscallException {
        var found = new ArrayList<Denial>();
        int flags = FileFlags.O_RDONLY | FileFlags.O_NONBLOCK;
        try (var kmsg = Fd.open(linux, KMSG, flags)) {
            var record = ByteBuffer.allocateDirect(MAX_RECORD_BYTES);
            for (int i = 0; i < MAX_RECORDS && next(kmsg, record); i++) {
                denial(StandardCharsets.UTF_8.decode(record.flip()).toString())
                        .filter(denial -> pid == 0 || denial.pid == pid)
                        .filter(denial -> !denial.at.isBefore(from) && !denial.at.isAfter(to))
                        .ifPresent(found::add);
            }
        }
        return found;
    }

    /** Each read(2) gives one record; EAGAIN is the end, EPIPE means that some were overwritten. */
    private boolean next(Fd kmsg, ByteBuffer record) throws SyscallException {
        while (true) {
            try {
                record.clear();
                int length = linux.read(kmsg.number(), record);
                record.position(length);
                return length > 0;
            } catch (SyscallException e) {
                if (e.errno() == Errno.EAGAIN) {
                    return false;
                }
                if (e.errno() != Errno.EPIPE) {
                    throw e;
                }
            }
        }
    }

    Optional<Denial> denial(String record) {
        var found = SECCOMP.matcher(record);
        if (!found.find()) {
            return Optional.empty();
        }
        var at =
                Instant.ofEpochSecond(
                        Long.parseLong(found.group(1)),
                        Duration.ofMillis(Long.parseLong(found.group(2))).toNanos());
        int pid = Integer.parseInt(found.group(3));
        int architecture = Integer.parseUnsignedInt(found.group(5), 16);
        int number = Integer.parseInt(found.group(6));
        var name = library.flatMap(l -> l.nameOn(architecture, number)).orElse("system call");
        return Optional.of(
                new Denial(
                        at,
                        pid,
                        "%s (system call %d) of %s (pid %d)"
                                .formatted(name, number, comm(found.group(4)), pid)));
    }

    private static String comm(String quoted) {
        return quoted.replace("\"", "");
    }
}
