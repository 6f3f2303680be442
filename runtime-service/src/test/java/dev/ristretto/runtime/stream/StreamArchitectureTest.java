// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StreamArchitectureTest {
    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.ristretto.runtime.stream");
    }

    @Test
    void classesAreSeen() {
        // An importer that cannot read this class-file version would let every rule pass.
        assertThat(classes.size()).isGreaterThan(30);
    }

    @Test
    void protocolsKnowNothingOfContainers() {
        noClasses()
                .that()
                .resideInAPackage("dev.ristretto.runtime.stream.wire..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.ristretto.runtime.stream",
                        "dev.ristretto.runtime.spec..",
                        "dev.ristretto.runtime.shim..",
                        "dev.ristretto.runtime.config..")
                .because("attach and port-forward come on top of it, not into it")
                .check(classes);
    }

    @Test
    void onlyTheProtocolsKnowNetty() {
        noClasses()
                .that()
                .resideInAPackage("dev.ristretto.runtime.stream")
                .and()
                .doNotHaveSimpleName("StreamingSettings") // makes the TLS context
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .because("above, a stream is read and written by a thread that may block")
                .check(classes);
    }
}
