// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void render_alignsColumns_withoutBlanksAtTheEnds() {
        var table = new Table("A", "LONG HEADER", "C");
        table.row("wide cell", "x", "");
        table.row("é", "", "last");

        assertThat(table.render())
                .isEqualTo(
                        """
                        A           LONG HEADER   C
                        wide cell   x
                        é                         last
                        """);
    }

    @Test
    void row_ofAnotherWidth_isRefused() {
        var table = new Table("A", "B");

        assertThatThrownBy(() -> table.row("x")).hasMessage("1 cells below 2 columns");
    }
}
