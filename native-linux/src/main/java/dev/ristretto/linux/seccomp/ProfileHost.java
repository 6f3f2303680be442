// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.seccomp;

import dev.ristretto.file.KernelFile;
import dev.ristretto.linux.capability.Capability;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What the conditions of a profile ask about.
 *
 * @param capabilities the bounding set of the container
 * @param kernelMajor of {@code uname -r}
 */
record ProfileHost(
        SeccompArchitecture architecture, int kernelMajor, int kernelMinor, long capabilities) {
    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*", Pattern.DOTALL);

    static ProfileHost current(long capabilities) throws IOException {
        var release = KernelFile.text(Path.of("/proc/sys/kernel/osrelease"));
        var numbers = RELEASE.matcher(release);
        if (!numbers.matches()) {
            throw new IOException("kernel release '%s' has no number".formatted(release.strip()));
        }
        return new ProfileHost(
                SeccompArchitecture.ofHost(),
                Integer.parseInt(numbers.group(1)),
                Integer.parseInt(numbers.group(2)),
                capabilities);
    }

    boolean has(Capability capability) {
        return capability.in(capabilities);
    }

    boolean kernelIsAtLeast(int major, int minor) {
        return kernelMajor > major || (kernelMajor == major && kernelMinor >= minor);
    }
}
