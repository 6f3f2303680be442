// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import dev.ristretto.conformance.image.TestImages;
import dev.ristretto.conformance.stand.Crictl;
import dev.ristretto.conformance.stand.Stand;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInfo;

import java.io.IOException;
import java.util.Locale;

/** A stand for a class of tests, with busybox in its daemon; no pod outlives its test. */
abstract class BusyboxE2e {
    /** Of the class whose tests run; classes run one after the other. */
    static Stand stand;

    static Crictl crictl;

    /** The image, as it was pulled. */
    static String busybox;

    @BeforeAll
    static void start(TestInfo tests) throws IOException {
        var name = tests.getTestClass().orElseThrow().getSimpleName().replace("E2eTest", "");
        stand = Stand.start(name.toLowerCase(Locale.ROOT));
        crictl = stand.crictl();
        var archive = TestImages.busybox(stand.scratch("busybox.tar"));
        busybox = stand.registry().push(archive, "e2e/busybox:1");
        crictl.call("pull", busybox);
    }

    @AfterAll
    static void stop() {
        stand.close();
    }

    @AfterEach
    void removePods() throws IOException {
        stand.removePods();
    }
}
