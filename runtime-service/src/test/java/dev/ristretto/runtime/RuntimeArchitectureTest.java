// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import dev.ristretto.linux.syscall.LinuxSyscalls;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;

class RuntimeArchitectureTest {
    private static final String RUNTIME = "dev.ristretto.runtime.";

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.ristretto.runtime");
    }

    @Test
    void classesAreSeen() {
        // An importer that cannot read this class-file version would let every rule pass.
        assertThat(classes.size()).isGreaterThan(100);
    }

    @Test
    void onlyGrpcKnowsProto() {
        noClasses()
                .that()
                .resideOutsideOfPackage(RUNTIME + "grpc..")
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
                .resideOutsideOfPackages(RUNTIME + "grpc..", RUNTIME + "app..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.grpc..")
                .because("use cases are tried by calling them; faults become codes at the edge")
                .check(classes);
    }

    @Test
    void onlyTheApplicationKnowsItsFramework() {
        noClasses()
                .that()
                .resideOutsideOfPackage(RUNTIME + "app..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "jakarta..")
                .because("domain classes are plain, so that tests are plain new (style 3.3)")
                .check(classes);
    }

    @Test
    void onlyTraceKnowsOpenTelemetry() {
        noClasses()
                .that()
                .resideOutsideOfPackage(RUNTIME + "trace..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.opentelemetry..")
                .because("a step is noted once, for whoever reads it (decision 0041)")
                .check(classes);
    }

    @Test
    void nothingKnowsTheApplication() {
        noClasses()
                .that()
                .resideOutsideOfPackage(RUNTIME + "app..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(RUNTIME + "app..")
                .because("it puts the others together")
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
    void featuresFormNoCycles() {
        slices().matching("dev.ristretto.runtime.(*)..")
                .should()
                .beFreeOfCycles()
                .because("a feature can then be read and tested without the others")
                .check(classes);
    }

    @Test
    void plansArePure() {
        noClasses()
                .that()
                .resideInAPackage(RUNTIME + "plan..")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Files.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(LinuxSyscalls.class)
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.ProcessBuilder")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.channels..", "java.net.http..", "java.lang.reflect..")
                .because("a plan is a function of records; who looks is in host and identity")
                .check(classes);
    }

    @Test
    void plansKnowNobodyWhoActs() {
        classes()
                .that()
                .resideInAPackage(RUNTIME + "plan..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        RUNTIME + "plan..",
                        RUNTIME + "spec..",
                        RUNTIME + "shim..",
                        "dev.ristretto.fault..",
                        "dev.ristretto.image.snapshot..",
                        "dev.ristretto.image.store..",
                        "dev.ristretto.linux..",
                        "org.jspecify..",
                        "com.google.errorprone..",
                        "java..")
                .because("they are decided before anything is done (style 3.1, rule 2)")
                .check(classes);
    }

    @Test
    void recordsOfRequestsKnowNobodyWhoActs() {
        classes()
                .that()
                .resideInAPackage(RUNTIME + "spec..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        RUNTIME + "spec..",
                        RUNTIME + "network..",
                        "dev.ristretto.fault..",
                        "dev.ristretto.linux.cgroup..",
                        "dev.ristretto.linux.namespace..",
                        "com.fasterxml.jackson.annotation..",
                        "org.jspecify..",
                        "java..")
                .because("they are what a client asked for, and nothing else")
                .check(classes);
    }

    @Test
    void theShimsSideKnowsOnlyIds() {
        noClasses()
                .that()
                .resideInAPackage(RUNTIME + "shim..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        RUNTIME + "plan..",
                        RUNTIME + "sandbox..",
                        RUNTIME + "container..",
                        RUNTIME + "exec..",
                        RUNTIME + "network..",
                        RUNTIME + "grpc..",
                        "dev.ristretto.image..")
                .because("it carries programs, whatever they are for")
                .check(classes);
    }

    @Test
    void nothingUsesOldFiles() {
        noClasses()
                .that()
                // ProcessBuilder takes nothing else for a working directory.
                .resideOutsideOfPackage(RUNTIME + "shim..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.File")
                .because("java.nio.file has the errors, the atomic moves and the symlink rules")
                .check(classes);
    }

    @Test
    void onlyConfigReadsTheEnvironment() {
        noClasses()
                .that()
                .resideOutsideOfPackages(RUNTIME + "config..", RUNTIME + "app..")
                .should()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getProperty", String.class)
                .orShould()
                .callMethod(System.class, "getProperty", String.class, String.class)
                .because("every key is documented with its default in one place")
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
