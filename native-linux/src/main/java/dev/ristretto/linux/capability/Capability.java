// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.capability;

import dev.ristretto.fault.RuntimeFault;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The capabilities of capabilities(7), in the order of their numbers: the ordinal is the kernel's
 * number. Sets of them are masks, bit {@code 1 << number}, as capset(2) has them.
 */
public enum Capability {
    CAP_CHOWN,
    CAP_DAC_OVERRIDE,
    CAP_DAC_READ_SEARCH,
    CAP_FOWNER,
    CAP_FSETID,
    CAP_KILL,
    CAP_SETGID,
    CAP_SETUID,
    CAP_SETPCAP,
    CAP_LINUX_IMMUTABLE,
    CAP_NET_BIND_SERVICE,
    CAP_NET_BROADCAST,
    CAP_NET_ADMIN,
    CAP_NET_RAW,
    CAP_IPC_LOCK,
    CAP_IPC_OWNER,
    CAP_SYS_MODULE,
    CAP_SYS_RAWIO,
    CAP_SYS_CHROOT,
    CAP_SYS_PTRACE,
    CAP_SYS_PACCT,
    CAP_SYS_ADMIN,
    CAP_SYS_BOOT,
    CAP_SYS_NICE,
    CAP_SYS_RESOURCE,
    CAP_SYS_TIME,
    CAP_SYS_TTY_CONFIG,
    CAP_MKNOD,
    CAP_LEASE,
    CAP_AUDIT_WRITE,
    CAP_AUDIT_CONTROL,
    CAP_SETFCAP,
    CAP_MAC_OVERRIDE,
    CAP_MAC_ADMIN,
    CAP_SYSLOG,
    CAP_WAKE_ALARM,
    CAP_BLOCK_SUSPEND,
    CAP_AUDIT_READ,
    /** Linux 5.8. */
    CAP_PERFMON,
    /** Linux 5.8. */
    CAP_BPF,
    /** Linux 5.9. */
    CAP_CHECKPOINT_RESTORE;

    private static final String PREFIX = "CAP_";

    private static final Map<String, Capability> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toMap(Enum::name, Function.identity()));

    /** The kernel's number. */
    public int number() {
        return ordinal();
    }

    /** Its bit in a set. */
    public long bit() {
        return 1L << ordinal();
    }

    /** Whether it is in a set. */
    public boolean in(long set) {
        return (set & bit()) != 0;
    }

    /** The set of these. */
    public static long mask(Collection<Capability> capabilities) {
        return capabilities.stream().mapToLong(Capability::bit).reduce(0, (a, b) -> a | b);
    }

    /** The capability of this name, in any case, with or without {@code CAP_}. */
    public static Optional<Capability> find(String name) {
        var upper = name.toUpperCase(Locale.ROOT);
        return Optional.ofNullable(BY_NAME.get(upper.startsWith(PREFIX) ? upper : PREFIX + upper));
    }

    /**
     * The capability of this name.
     *
     * @param field of the request that holds the name, for the message
     * @throws RuntimeFault {@code INVALID_ARGUMENT} if there is none
     */
    static Capability named(String field, String name) {
        return find(name)
                .orElseThrow(
                        () ->
                                RuntimeFault.invalidArgument(
                                        "security_context.capabilities.%s: '%s' is not a"
                                                + " capability; see capabilities(7), for example"
                                                + " NET_ADMIN",
                                        field, name));
    }
}
