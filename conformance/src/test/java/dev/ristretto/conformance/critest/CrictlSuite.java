// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.critest;

import dev.ristretto.conformance.image.CritestImages;
import dev.ristretto.conformance.stand.Checkout;
import dev.ristretto.conformance.stand.Stand;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/**
 * Runs crictl's own end-to-end tests ({@code test/e2e} of cri-tools) and fails if one of the floor
 * does; see {@link GinkgoSuite} for its settings.
 */
@Tag("root")
class CrictlSuite {
    @Test
    void specsOfTheFloor_pass() throws Exception {
        var suite = new GinkgoSuite("crictl");
        try (var stand = Stand.start("crictl-own")) {
            var images = new CritestImages(stand.registry(), stand.scratch("images"));
            var program = BuiltInDigest.replaced("crictl-e2e", stand.scratch("e2e"), images.push());
            for (var host : CritestImages.HOSTS) {
                stand.mirror(host);
            }
            // Without a file it warns on the stream that the tests want empty.
            var config = Files.writeString(stand.scratch("crictl.yaml"), "timeout: 30\n");
            suite.run(
                    stand,
                    List.of(
                            program.toString(),
                            "-crictl-binary-path=" + Checkout.crictl(),
                            "-crictl-runtime-endpoint=unix://" + stand.paths().socket(),
                            "-crictl-timeout=30s"),
                    Map.of("CRI_CONFIG_FILE", config.toString()));
        }
        suite.holdAgainstFloor();
    }
}
