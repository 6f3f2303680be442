// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.LinkedHashMap;
import java.util.Map;

class IdsTest {
    private static final Map<String, String> NAMES = names();

    @Test
    void theWholeId_orItsUniqueBeginning_orTheOnlyName_isFound() {
        assertThat(Ids.pick("pod", "ab12", NAMES)).isEqualTo("ab12");
        assertThat(Ids.pick("pod", "ab", NAMES)).isEqualTo("ab12");
        assertThat(Ids.pick("pod", "web", NAMES)).isEqualTo("ab12");
    }

    @Test
    void anId_goesBeforeAName() {
        assertThat(Ids.pick("pod", "ac", NAMES)).isEqualTo("ac34");
    }

    @Test
    void whatMayBeSeveral_isRefused() {
        assertThatThrownBy(() -> Ids.pick("pod", "a", NAMES))
                .hasMessage("'a' may be any of 2 pods (ab12, ac34); give more of the id");
        assertThatThrownBy(() -> Ids.pick("container", "twin", NAMES))
                .hasMessage("'twin' may be any of 2 containers (d1, e1); give more of the id");
    }

    @Test
    void whatIsNothing_isRefused_withTheVerbThatLists() {
        assertThatThrownBy(() -> Ids.pick("container", "zz", NAMES))
                .hasMessage(
                        "no container has an id that begins with 'zz', or that name; see"
                                + " 'ristretto ps -a'");
        assertThatThrownBy(() -> Ids.pick("pod", "", NAMES)).hasMessage("the pod's id is empty");
    }

    private static Map<String, String> names() {
        var names = new LinkedHashMap<String, String>();
        names.put("ab12", "web");
        names.put("ac34", "x");
        names.put("d1", "twin");
        names.put("e1", "twin");
        names.put("f1", "ac");
        return names;
    }
}
