// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.host;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.lsm.AppArmor;
import dev.ristretto.linux.lsm.DefaultProfile;
import dev.ristretto.runtime.spec.AppArmorProfile;
import dev.ristretto.runtime.spec.SecurityContext;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** Which AppArmor profile a container gets on this host. Safe from any thread. */
public final class AppArmorProfiles {
    private static final Logger LOG = Logger.getLogger(AppArmorProfiles.class);
    private static final String NONE = "";

    private final Kernel kernel;
    private final Loader loader;
    private final boolean enabled;

    /** What is asked of the kernel. */
    @FunctionalInterface
    interface Kernel {
        boolean isLoaded(String profile) throws IOException;
    }

    /** Puts the default profile into the kernel. */
    @FunctionalInterface
    interface Loader {
        void load() throws IOException;
    }

    /**
     * Whether AppArmor decides here, and why its default profile is missing; empty if it is not.
     */
    public record State(boolean enabled, String missing) {}

    AppArmorProfiles(boolean enabled, Kernel kernel, Loader loader) {
        this.enabled = enabled;
        this.kernel = kernel;
        this.loader = loader;
    }

    /** A host without AppArmor. */
    public static AppArmorProfiles absent() {
        return new AppArmorProfiles(false, _ -> false, () -> {});
    }

    /** Looks at the host; where it has AppArmor, loads the default profile anew. */
    static AppArmorProfiles detect() throws IOException {
        var kernel = new AppArmor();
        if (!kernel.enabled()) {
            return absent();
        }
        var profile = new DefaultProfile(kernel);
        var profiles = new AppArmorProfiles(true, kernel::isLoaded, profile::load);
        try {
            profile.load();
        } catch (IOException e) {
            LOG.warnf(
                    "load AppArmor profile %s: %s; containers that name no profile are not"
                            + " confined by AppArmor",
                    DefaultProfile.NAME, e.getMessage());
        }
        return profiles;
    }

    /** How it is now; loads the default profile if somebody has removed it. */
    public State state() {
        return enabled ? new State(true, missing()) : new State(false, NONE);
    }

    /**
     * The profile of a container; empty for none.
     *
     * <p>A privileged container is confined only by a profile that it names. One that says nothing
     * does without where the default profile cannot be had; one that asks for it does not.
     *
     * @throws RuntimeFault {@code UNSUPPORTED} or {@code INVALID_ARGUMENT} if it asks for what is
     *     not here
     */
    String profileOf(SecurityContext security) throws IOException {
        var asked = security.mandatory().appArmor();
        return switch (asked.type()) {
            case UNCONFINED -> NONE;
            case LOCALHOST -> localhost(asked);
            case UNSET, RUNTIME_DEFAULT ->
                    enabled && !security.privileged() ? runtimeDefault(asked) : NONE;
        };
    }

    private String runtimeDefault(AppArmorProfile asked) {
        var missing = missing();
        if (missing.isEmpty()) {
            return DefaultProfile.NAME;
        }
        if (asked.type() == AppArmorProfile.Type.UNSET) {
            return NONE;
        }
        throw RuntimeFault.unsupported(
                "security_context.apparmor RuntimeDefault: profile %s cannot be loaded: %s; or ask"
                        + " for Unconfined",
                DefaultProfile.NAME, missing);
    }

    private String localhost(AppArmorProfile asked) throws IOException {
        if (!enabled) {
            throw RuntimeFault.unsupported(
                    "security_context.apparmor localhost/%s: this host has no AppArmor; boot a"
                            + " kernel that has it with apparmor in lsm=, or ask for RuntimeDefault"
                            + " or Unconfined",
                    asked.name());
        }
        try {
            if (kernel.isLoaded(asked.name())) {
                return asked.name();
            }
        } catch (NoSuchFileException e) {
            throw RuntimeFault.unsupported(
                    "security_context.apparmor localhost/%s: the kernel's profiles cannot be read;"
                            + " mount -t securityfs securityfs /sys/kernel/security",
                    asked.name());
        }
        throw RuntimeFault.invalidArgument(
                "security_context.apparmor localhost/%s: no such profile is loaded on this node;"
                        + " load it with: apparmor_parser --replace FILE",
                asked.name());
    }

    /** Why the default profile is not in the kernel; empty if it is. */
    private String missing() {
        try {
            if (!kernel.isLoaded(DefaultProfile.NAME)) {
                loader.load();
            }
            return NONE;
        } catch (NoSuchFileException e) {
            return "the kernel's profiles cannot be read; mount -t securityfs securityfs"
                    + " /sys/kernel/security";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
