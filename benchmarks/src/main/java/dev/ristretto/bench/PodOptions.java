// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import dev.ristretto.cli.session.Endpoint;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;

/** Where the pods of a benchmark run, and of what they are made. */
final class PodOptions {
    @Option(
            names = {"-r", "--runtime-endpoint"},
            paramLabel = "ENDPOINT",
            defaultValue =
                    "${env:CONTAINER_RUNTIME_ENDPOINT:-unix:///run/ristretto/ristretto.sock}",
            description = "The endpoint in question (default: ${DEFAULT-VALUE}).")
    Endpoint endpoint = Endpoint.parse("unix:///run/ristretto/ristretto.sock");

    @Option(
            names = "--image",
            paramLabel = "REF",
            defaultValue = BenchImages.BUSYBOX,
            description = "Image with 'sleep' and 'true' (default: ${DEFAULT-VALUE}).")
    String image = BenchImages.BUSYBOX;

    @Option(
            names = "--load",
            paramLabel = "ARCHIVE",
            description = "Load this archive on the endpoint before.")
    @Nullable Path archive;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "16",
            description = "How many of many pods start at once (default: 16).")
    int parallel = 16;

    @Option(
            names = "--cgroup-parent",
            paramLabel = "PATH",
            defaultValue = "",
            description = "Cgroup of the pods' cgroups; by default the runtime's own.")
    String cgroupParent = "";
}
