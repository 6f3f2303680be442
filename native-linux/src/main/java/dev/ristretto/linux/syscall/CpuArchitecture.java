// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import java.util.Locale;

/** The processor architectures whose numbers this project knows. */
public enum CpuArchitecture {
    X86_64,
    AARCH64;

    private static final CpuArchitecture CURRENT = parse(System.getProperty("os.arch", ""));

    /** Of the machine this process runs on. */
    public static CpuArchitecture current() {
        return CURRENT;
    }

    /** Takes the names of Java, of uname(2) and of OCI images. */
    static CpuArchitecture parse(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64", "arm64" -> AARCH64;
            default ->
                    throw new UnsupportedOperationException(
                            "processor architecture '%s' is not supported; x86_64 and aarch64 are"
                                    .formatted(name));
        };
    }

    int pick(int onX8664, int onAarch64) {
        return switch (this) {
            case X86_64 -> onX8664;
            case AARCH64 -> onAarch64;
        };
    }
}
