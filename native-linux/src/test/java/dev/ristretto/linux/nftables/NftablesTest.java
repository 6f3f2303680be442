// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.nftables;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class NftablesTest {
    @Test
    void summary_isWhatIsWrongAndWhere_withoutTheMarks() {
        var errors =
                """
                <cmdline>:1:1-21: Error: No such file or directory
                delete table inet gone
                ^^^^^^^^^^^^^^^^^^^^^
                """;

        assertThat(Nftables.summary(errors))
                .isEqualTo(
                        "<cmdline>:1:1-21: Error: No such file or directory in: delete table inet"
                                + " gone");
    }

    @Test
    void summary_ofNoWords_saysThat() {
        assertThat(Nftables.summary(null)).isEqualTo("libnftables did not say why");
        assertThat(Nftables.summary(" \n")).isEqualTo("libnftables did not say why");
    }
}
