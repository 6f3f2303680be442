// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntryNameTest {
    @ParameterizedTest
    @CsvSource({
        "a, a",
        "a/b, a/b",
        "./a, a",
        "/a, a",
        "//a//b/, a/b",
        "a/./b, a/b",
        "a/../b, b",
        "a/b/../../c, c",
        "a/b/., a/b",
        "..a/.b, ..a/.b",
        "./, ''",
        "/, ''",
        "., ''",
        "a/.., ''"
    })
    void parse_givesThePathFromTheRoot(String raw, String path) throws Exception {
        assertThat(EntryName.parse(raw).path()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../a", "a/../../b", "/../etc/passwd", "./../x"})
    void parse_ofWhatLeadsOut_isRefusedByName(String raw) {
        assertThatThrownBy(() -> EntryName.parse(raw))
                .isInstanceOf(BadLayerException.class)
                .hasMessage("entry '%s' leads out of the layer with '..'", raw);
    }

    @Test
    void parts_areParentAndBase() throws Exception {
        var name = EntryName.parse("a/b/c");

        assertThat(name.parent()).isEqualTo("a/b");
        assertThat(name.base()).isEqualTo("c");
        assertThat(EntryName.parse("a").parent()).isEmpty();
    }

    @Test
    void whiteouts_areTold() throws Exception {
        assertThat(EntryName.parse("a/.wh.b").isWhiteout()).isTrue();
        assertThat(EntryName.parse("a/.wh.b").whitedOut()).isEqualTo("b");
        assertThat(EntryName.parse("a/.wh..wh..opq").isOpaqueMark()).isTrue();
        assertThat(EntryName.parse("a/.wh..wh..opq").isWhiteout()).isFalse();
        assertThat(EntryName.parse("a/.wh..wh..opq").isAufsMeta()).isFalse();
        assertThat(EntryName.parse(".wh..wh.plnk/1.2").isAufsMeta()).isTrue();
        assertThat(EntryName.parse("a/.wh..wh.aufs").isAufsMeta()).isTrue();
        assertThat(EntryName.parse("a.wh.b").isWhiteout()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {".wh.", "a/.wh..", "a/.wh..."})
    void whitedOut_ofNoFile_isRefused(String raw) throws Exception {
        var name = EntryName.parse(raw);

        assertThatThrownBy(name::whitedOut).hasMessage("entry '%s' is a whiteout of no file", raw);
    }
}
