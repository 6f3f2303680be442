// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.runtime.app.Options.ConfigPath;
import dev.ristretto.runtime.app.Options.Help;
import dev.ristretto.runtime.app.Options.PrintConfig;
import dev.ristretto.runtime.app.Options.Serve;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;

class OptionsTest {
    @Test
    void parse_ofNothing_servesWithTheDefaultFileIfItExists() {
        assertThat(Options.parse())
                .isEqualTo(new Serve(new ConfigPath(Ristrettod.defaultConfigPath(), false)));
    }

    @Test
    void parse_ofAFile_asksForThatFile() {
        assertThat(Options.parse("--config", "/x.yaml"))
                .isEqualTo(new Serve(new ConfigPath(Path.of("/x.yaml"), true)));
    }

    @Test
    void parse_ofPrintConfig_doesNotServe() {
        assertThat(Options.parse("--print-config")).isInstanceOf(PrintConfig.class);
    }

    @Test
    void parse_ofHelp_winsOverTheRest() {
        assertThat(Options.parse("--print-config", "--help")).isEqualTo(new Help(Options.USAGE));
    }

    @ParameterizedTest
    @CsvSource({"--confg,option '--confg' does not exist", "--config,--config needs a file"})
    void parse_ofSomethingWrong_namesIt(String argument, String message) {
        assertThatThrownBy(() -> Options.parse(argument)).hasMessageContaining(message);
    }
}
