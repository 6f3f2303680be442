// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.file.DurableFile;
import dev.ristretto.runtime.network.Subnet;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The node's pod CIDRs. The kubelet tells them once: a next daemon reads them from the disk. */
final class PodCidrs {
    private static final Logger LOG = Logger.getLogger(PodCidrs.class);

    private final Path file;
    private volatile List<Subnet> current;

    PodCidrs(Path directory) throws IOException {
        this.file = directory.resolve("pod-cidrs");
        this.current = read(file);
    }

    List<Subnet> current() {
        return current;
    }

    void use(List<Subnet> cidrs) {
        if (cidrs.equals(current)) {
            return;
        }
        try {
            var lines = cidrs.stream().map(Subnet::toString).collect(Collectors.joining("\n"));
            DurableFile.replaceAndSync(file, lines.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw RuntimeFault.internal(e, "write the pod CIDRs to %s: %s", file, e.getMessage());
        }
        current = List.copyOf(cidrs);
        LOG.infof("pod CIDRs are %s", cidrs);
    }

    private static List<Subnet> read(Path file) throws IOException {
        try {
            return Files.readAllLines(file).stream().map(Subnet::parse).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (RuntimeFault e) {
            LOG.warnf("%s: %s; forgotten until the kubelet tells them again", file, e.getMessage());
            return List.of();
        }
    }
}
