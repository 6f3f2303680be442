// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.RuntimeFault;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;

class LogPathTest {
    @ParameterizedTest
    @CsvSource({
        "/var/log/pods/a, app/0.log, /var/log/pods/a/app/0.log",
        "/var/log/pods/a/, ./app//0.log, /var/log/pods/a/app/0.log",
        "/var/log, ...log, /var/log/...log"
    })
    void of_aPathBelow_isJoined(String directory, String path, Path expected) {
        assertThat(LogPath.of(directory, path)).contains(expected);
    }

    @Test
    void of_nothing_isNoLog() {
        assertThat(LogPath.of("", "app.log")).isEmpty();
        assertThat(LogPath.of("/var/log", "")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/var/log, ../x",
        "/var/log, a/../../x",
        "/var/log, a/..",
        "/var/log, /x",
        "/var/log, .",
        "/var/log, a/",
        "log, x"
    })
    void of_aPathThatLeadsOut_isRefused(String directory, String path) {
        assertThatThrownBy(() -> LogPath.of(directory, path))
                .isInstanceOf(RuntimeFault.class)
                .hasMessageContaining("config.log_");
    }
}
