// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ErrnoTest {
    @ParameterizedTest
    @CsvSource({
        "2, ENOENT, No such file or directory",
        "40, ELOOP, Too many levels of symbolic links",
        "95, EOPNOTSUPP, Operation not supported",
        "133, EHWPOISON, Memory page has hardware error",
        "524, ENOTSUPP, Operation is not supported",
    })
    void of_knownNumber_isItsConstant(int number, Errno errno, String text) {
        assertThat(Errno.of(number)).isEqualTo(errno);
        assertThat(errno.number()).isEqualTo(number);
        assertThat(errno.text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"-1", "0", "41", "58", "134", "9999"})
    void of_unknownNumber_isUnknown(int number) {
        assertThat(Errno.of(number)).isEqualTo(Errno.UNKNOWN);
    }

    @Test
    void message_followsTheGrammar() {
        assertThat(new SyscallException("openat2", "/etc/passwd", Errno.ENOENT))
                .hasMessage("openat2 /etc/passwd: No such file or directory (ENOENT)");
        assertThat(new SyscallException("getpid", "", Errno.ENOSYS))
                .hasMessage("getpid: Function not implemented (ENOSYS)");
    }
}
