// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.manifest;

import dev.ristretto.fault.RuntimeFault;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which machines an image is for, in the words of Go and OCI: {@code linux/amd64}, {@code
 * linux/arm64/v8}.
 *
 * @param variant the CPU's variant, or empty
 */
public record Platform(String os, String architecture, String variant) {
    public Platform {
        os = os.toLowerCase(Locale.ROOT);
        architecture = normalArchitecture(architecture.toLowerCase(Locale.ROOT));
        variant = normalVariant(architecture, variant.toLowerCase(Locale.ROOT));
    }

    /** Reads {@code os/architecture[/variant]}. */
    public static Platform parse(String text) {
        var parts = text.split("/", -1);
        if (parts.length < 2 || parts.length > 3 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw RuntimeFault.invalidArgument(
                    "platform '%s' is not os/architecture[/variant], for example linux/amd64",
                    text);
        }
        return new Platform(parts[0], parts[1], parts.length == 3 ? parts[2] : "");
    }

    /** The platform of this process: {@code linux/} and the JVM's {@code os.arch}. */
    public static Platform ofArchitecture(String osArch) {
        return new Platform("linux", osArch, "");
    }

    /**
     * What a machine of this platform can run, best first. A lower variant runs on a higher one,
     * and 32-bit x86 on 64-bit; 32-bit ARM is not taken for granted on arm64 (many cores lack it).
     */
    List<Platform> runnable() {
        var platforms = new ArrayList<Platform>();
        if (variant.matches("v[1-9]") && !architecture.equals("arm64")) {
            for (int v = variant.charAt(1) - '0'; v >= 1; v--) {
                platforms.add(new Platform(os, architecture, "v" + v));
            }
        }
        if (!platforms.contains(this)) {
            platforms.add(this);
        }
        var plain = new Platform(os, architecture, "");
        if (!platforms.contains(plain)) {
            platforms.add(plain);
        }
        if (architecture.equals("amd64")) {
            platforms.add(new Platform(os, "386", ""));
        }
        return List.copyOf(platforms);
    }

    /** Whether a machine of this platform can run an image of that one. */
    public boolean runs(Platform image) {
        return runnable().contains(image);
    }

    private static String normalArchitecture(String architecture) {
        return switch (architecture) {
            case "x86_64", "x86-64" -> "amd64";
            case "aarch64" -> "arm64";
            case "i386" -> "386";
            default -> architecture;
        };
    }

    /** The variant that an architecture has anyway is written as none, so that both are equal. */
    private static String normalVariant(String architecture, String variant) {
        return switch (architecture) {
            case "amd64" -> variant.equals("v1") ? "" : variant;
            case "arm64" -> variant.equals("v8") || variant.equals("8") ? "" : variant;
            case "arm" -> variant.isEmpty() ? "v7" : variant;
            default -> variant;
        };
    }

    @Override
    public String toString() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
