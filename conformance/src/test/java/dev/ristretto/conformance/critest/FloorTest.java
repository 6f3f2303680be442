// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.critest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.ristretto.conformance.critest.Spec.Outcome;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class FloorTest {
    private static final String JSON =
            """
            [{"SpecReports": [
              {"ContainerHierarchyTexts": ["[k8s.io] Pods", "lifecycle"], "LeafNodeType": "It",
               "LeafNodeText": "starts", "State": "passed", "RunTime": 1500000000},
              {"ContainerHierarchyTexts": ["[k8s.io] Pods"], "LeafNodeType": "It",
               "LeafNodeText": "stops", "State": "failed",
               "Failure": {"Message": "Expected\\n    <int>: 1\\nto equal\\n    <int>: 0"}},
              {"ContainerHierarchyTexts": ["[k8s.io] Pods"], "LeafNodeType": "It",
               "LeafNodeText": "hangs", "State": "timedout", "Failure": {"Message": "timed out"}},
              {"ContainerHierarchyTexts": ["[k8s.io] AppArmor"], "LeafNodeType": "It",
               "LeafNodeText": "confines", "State": "skipped",
               "Failure": {"Message": "no AppArmor"}},
              {"ContainerHierarchyTexts": ["[k8s.io] Pods"], "LeafNodeType": "It",
               "LeafNodeText": "is measured", "State": "skipped", "Failure": {"Message": ""}},
              {"ContainerHierarchyTexts": null, "LeafNodeType": "BeforeSuite",
               "LeafNodeText": "", "State": "passed"}
            ]}]
            """;

    @TempDir private Path directory;

    @Test
    void report_hasWhatRan_andNothingThatWasLeftOut() throws IOException {
        var specs = CritestReport.parse(JSON).specs();

        assertThat(specs)
                .extracting(Spec::name, Spec::outcome)
                .containsExactly(
                        tuple("AppArmor confines", Outcome.SKIPPED),
                        tuple("Pods hangs", Outcome.FAILED),
                        tuple("Pods lifecycle starts", Outcome.PASSED),
                        tuple("Pods stops", Outcome.FAILED));
    }

    @Test
    void text_countsByArea_andSaysWhy() throws IOException {
        var text = CritestReport.parse(JSON).text();

        assertThat(text)
                .containsPattern("Pods +1 +2 +0")
                .containsPattern("AppArmor +0 +0 +1")
                .containsPattern("all +1 +2 +1")
                .contains("1 of the 3 specs that ran and can pass on this host do (1 need AppArmor")
                .contains("Pods stops\n      Expected <int>: 1 to equal <int>: 0")
                .contains("AppArmor confines\n      no AppArmor");
    }

    @Test
    void aSpecOfTheFloorThatFailsOrIsSkipped_isNamedWithTheReason() throws IOException {
        var floor = new Floor(List.of("Pods stops", "Pods lifecycle starts", "AppArmor confines"));

        assertThat(floor.broken(CritestReport.parse(JSON), true))
                .containsExactly(
                        "AppArmor confines: SKIPPED: no AppArmor",
                        "Pods stops: FAILED: Expected <int>: 1 to equal <int>: 0");
    }

    @Test
    void aSpecOfTheFloorThatDidNotRun_isMissedInAWholeRunOnly() throws IOException {
        var floor = new Floor(List.of("Pods are gone"));

        assertThat(floor.broken(CritestReport.parse(JSON), true))
                .containsExactly("Pods are gone: did not run");
        assertThat(floor.broken(CritestReport.parse(JSON), false)).isEmpty();
    }

    @Test
    void raising_addsWhatPassed_andTakesNothingAway() throws IOException {
        var file = directory.resolve("floor.txt");

        new Floor(List.of("Pods stops")).raised(CritestReport.parse(JSON)).write(file);

        assertThat(Files.readString(file)).startsWith("# SPDX");
        assertThat(Floor.read(file).names()).containsExactly("Pods lifecycle starts", "Pods stops");
        assertThat(Floor.read(file).above(CritestReport.parse(JSON))).isEmpty();
    }
}
