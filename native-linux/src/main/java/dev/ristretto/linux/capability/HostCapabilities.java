// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.capability;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.file.KernelFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The capabilities that this host has to give, and how a request makes sets of them.
 *
 * @param available what the kernel knows and this process itself may pass on
 */
public record HostCapabilities(long available) {
    private static final String ALL = "ALL";

    /** What containerd and Docker give a container that asks for nothing. */
    private static final Set<Capability> DEFAULTS =
            EnumSet.of(
                    Capability.CAP_CHOWN,
                    Capability.CAP_DAC_OVERRIDE,
                    Capability.CAP_FSETID,
                    Capability.CAP_FOWNER,
                    Capability.CAP_MKNOD,
                    Capability.CAP_NET_RAW,
                    Capability.CAP_SETGID,
                    Capability.CAP_SETUID,
                    Capability.CAP_SETFCAP,
                    Capability.CAP_SETPCAP,
                    Capability.CAP_NET_BIND_SERVICE,
                    Capability.CAP_SYS_CHROOT,
                    Capability.CAP_KILL,
                    Capability.CAP_AUDIT_WRITE);

    /** Of the kernel and the process that this runs on. */
    public static HostCapabilities detect() throws IOException {
        var lastKnown = KernelFile.text(Path.of("/proc/sys/kernel/cap_last_cap"));
        return of(Files.readAllLines(Path.of("/proc/self/status")), Integer.parseInt(lastKnown));
    }

    /**
     * @param status lines of {@code /proc/<pid>/status}
     * @param lastKnown the highest capability that the kernel knows
     */
    static HostCapabilities of(List<String> status, int lastKnown) {
        long known = lastKnown >= Long.SIZE - 1 ? -1L : (1L << (lastKnown + 1)) - 1;
        return new HostCapabilities(set(status, "CapPrm:") & set(status, "CapBnd:") & known);
    }

    /**
     * The sets of a container that asks for changes to the default set. As peers do, {@code ALL}
     * counts first, so that adding {@code ALL} and dropping one gives all but that one.
     *
     * @param add names, with or without {@code CAP_}
     * @param addAmbient also raised in the inheritable and the ambient set
     * @throws RuntimeFault {@code INVALID_ARGUMENT} for a name that is no capability, {@code
     *     UNSUPPORTED} for one that the runtime itself does not have
     */
    public CapabilitySets sets(List<String> add, List<String> drop, List<String> addAmbient) {
        long granted = contains(add, ALL) ? available : defaults();
        if (contains(drop, ALL)) {
            granted = 0;
        }
        granted |= named("add_capabilities", add, true);
        granted &= ~named("drop_capabilities", drop, false);
        long ambient =
                (contains(addAmbient, ALL) ? available : 0)
                        | named("add_ambient_capabilities", addAmbient, true);
        return CapabilitySets.of(granted, ambient);
    }

    /** The sets of a privileged container: everything there is. */
    public CapabilitySets all() {
        return CapabilitySets.of(available, 0);
    }

    /** What a container gets that asks for nothing. */
    public long defaults() {
        return Capability.mask(DEFAULTS) & available;
    }

    private long named(String field, List<String> names, boolean needed) {
        long set = 0;
        for (var name : names) {
            if (isAll(name)) {
                continue;
            }
            var capability = Capability.named(field, name);
            if (needed && !capability.in(available)) {
                throw RuntimeFault.unsupported(
                        "security_context.capabilities.%s: %s cannot be given: the runtime itself"
                                + " runs without it on this host",
                        field, capability);
            }
            set |= capability.bit();
        }
        return set;
    }

    private static boolean contains(List<String> names, String wanted) {
        return names.stream().anyMatch(wanted::equalsIgnoreCase);
    }

    private static boolean isAll(String name) {
        return ALL.equals(name.toUpperCase(Locale.ROOT));
    }

    private static long set(List<String> status, String field) {
        return status.stream()
                .filter(line -> line.startsWith(field))
                .map(line -> Long.parseUnsignedLong(line.substring(field.length()).strip(), 16))
                .findFirst()
                .orElse(0L);
    }
}
