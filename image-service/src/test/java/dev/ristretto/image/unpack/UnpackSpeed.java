// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import static java.util.Objects.requireNonNull;

import dev.ristretto.file.DeleteTree;
import dev.ristretto.image.content.VerifiedStream;
import dev.ristretto.image.manifest.Descriptor;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.reference.Digest.Algorithm;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How fast a layer is unpacked, with both digests, on one thread. Run it with a layer and a scratch
 * directory:
 *
 * <pre>
 * ./mvnw -q -pl image-service -am test-compile dependency:build-classpath \
 *     -Dmdep.outputFile=/tmp/cp -Dmdep.includeScope=test
 * java -cp image-service/target/test-classes:image-service/target/classes:$(cat /tmp/cp) \
 *     dev.ristretto.image.unpack.UnpackSpeed layer.tar.gz /tmp
 * </pre>
 *
 * <p>Each line is one pass. CPU time is the figure to compare: others use the machine too.
 */
public final class UnpackSpeed {
    private static final int PASSES = 5;
    private static final double MIB = 1 << 20;

    private UnpackSpeed() {}

    public static void main(String[] args) throws IOException {
        var layer = Path.of(args[0]);
        var scratch = Path.of(args[1]).toAbsolutePath();
        var linux = LinuxSyscalls.load();
        var unpack = new LayerUnpack(linux, UnpackLimits.NONE);
        var threads = ManagementFactory.getThreadMXBean();
        var blob = Descriptor.of("", Digest.sha256(new byte[0]), Files.size(layer));
        for (int pass = 0; pass < PASSES; pass++) {
            var staging = Files.createTempDirectory(scratch, "unpack-speed-");
            long wall = System.nanoTime();
            long cpu = threads.getCurrentThreadCpuTime();
            LayerSummary summary;
            try (var in = new VerifiedStream(blob, Files.newInputStream(layer))) {
                summary = unpack.unpack(in, staging, Algorithm.SHA256).summary();
            }
            cpu = threads.getCurrentThreadCpuTime() - cpu;
            wall = System.nanoTime() - wall;
            System.out.printf(
                    "%d files, %.0f MiB out: %.0f MiB/s, %.0f MiB per second of CPU%n",
                    summary.inodes(),
                    summary.bytes() / MIB,
                    summary.bytes() / MIB / (wall / 1e9),
                    summary.bytes() / MIB / (cpu / 1e9));
            DeleteTree.below(linux, requireNonNull(staging.getParent()), staging);
        }
    }
}
