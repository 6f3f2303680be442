// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

final class ErrnoUnderVirtualThreadsTest {
    private static final LinuxSyscalls LINUX = LinuxSyscalls.load();

    @Test
    void interleavedFailures_keepTheirOwnErrno() throws Exception {
        var tasks = new ArrayList<Callable<Set<Errno>>>();
        for (int i = 0; i < 4; i++) {
            tasks.add(() -> answers(() -> LINUX.unlinkat(FileFlags.AT_FDCWD, "/no/file", 0)));
            tasks.add(() -> answers(() -> LINUX.fsync(-1)));
        }

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = threads.invokeAll(tasks);
            for (int i = 0; i < results.size(); i += 2) {
                assertThat(results.get(i).get()).containsExactly(Errno.ENOENT);
                assertThat(results.get(i + 1).get()).containsExactly(Errno.EBADF);
            }
        }
    }

    private static Set<Errno> answers(FailingCall call) {
        var answers = EnumSet.noneOf(Errno.class);
        for (int i = 0; i < 500; i++) {
            try {
                call.run();
            } catch (SyscallException e) {
                answers.add(e.errno());
            }
            Thread.yield();
        }
        return answers;
    }

    private interface FailingCall {
        void run() throws SyscallException;
    }
}
