// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ImageArchitectureTest {
    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.ristretto.image");
    }

    @Test
    void classesAreSeen() {
        // An importer that cannot read this class-file version would let every rule pass.
        assertThat(classes.size()).isGreaterThan(50);
    }

    @Test
    void onlyGrpcKnowsProto() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.ristretto.image.grpc..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("runtime.v1..", "ristretto.v1..", "com.google.protobuf..")
                .because("a request becomes records at the edge (style 3.1, rule 1)")
                .check(classes);
    }

    @Test
    void onlyGrpcAndTheWiringKnowGrpc() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.ristretto.image.grpc..", "dev.ristretto.image")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.grpc..")
                .because("cancellation reaches the domain as a Cancellation, faults as faults")
                .check(classes);
    }

    @Test
    void kernelIsReachedThroughNativeLinuxOnly() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jnr..", "java.lang.foreign..")
                .because("errno is read in one module only (style 3.1, rule 7)")
                .check(classes);
    }

    @Test
    void nothingUsesTheRuntimeOrItsFramework() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.ristretto.runtime..", "io.quarkus..", "jakarta..")
                .because("arrows go runtime to image to linux (style 3.2); tests are plain new")
                .check(classes);
    }

    @Test
    void featuresFormNoCycles() {
        slices().matching("dev.ristretto.image.(*)..")
                .should()
                .beFreeOfCycles()
                .because("a feature can then be read and tested without the others")
                .check(classes);
    }

    @Test
    void onlyRegistrySpeaksHttp() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.ristretto.image.registry..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net.http..", "javax.net.ssl..")
                .because("credentials and redirects are looked after in one place")
                .check(classes);
    }

    @Test
    void namesSayWhatAClassIs() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveSimpleNameContaining("Util")
                .because("such names say nothing (style 3.3)")
                .check(classes);
        classes()
                .that()
                .haveSimpleNameEndingWith("Mapper")
                .should()
                .resideInAPackage("..grpc..")
                .because("a Mapper turns proto into records, which happens at the edge only")
                .check(classes);
    }
}
