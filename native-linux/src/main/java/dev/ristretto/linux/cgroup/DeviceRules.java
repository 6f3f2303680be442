// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import java.util.ArrayList;
import java.util.List;

/**
 * The devices that a cgroup may use; all others are denied.
 *
 * @param allowed what is allowed; see {@link #all()} for everything
 */
public record DeviceRules(List<DeviceRule> allowed) {
    private static final int MEMORY = 1;
    private static final int TTY = 5;
    private static final int UNIX98_PTY = 136;

    public DeviceRules {
        allowed = List.copyOf(allowed);
    }

    /**
     * What the OCI runtime specification lets every container have: null, zero, full, random,
     * urandom, tty, ptmx and the pseudo terminals. Others can be neither opened nor made: a device
     * file made on a volume could be opened from outside.
     */
    public static DeviceRules containerDefaults() {
        return new DeviceRules(
                List.of(
                        DeviceRule.character(MEMORY, 3),
                        DeviceRule.character(MEMORY, 5),
                        DeviceRule.character(MEMORY, 7),
                        DeviceRule.character(MEMORY, 8),
                        DeviceRule.character(MEMORY, 9),
                        DeviceRule.character(TTY, 0),
                        DeviceRule.character(TTY, 2),
                        DeviceRule.characters(UNIX98_PTY)));
    }

    /** Every device, as a privileged container has. */
    public static DeviceRules all() {
        return new DeviceRules(
                List.of(
                        DeviceRule.any(DeviceRule.Kind.CHARACTER, "rwm"),
                        DeviceRule.any(DeviceRule.Kind.BLOCK, "rwm")));
    }

    boolean allowAll() {
        return equals(all());
    }

    /** The writes for a v1 devices hierarchy: deny all, then allow one by one. */
    List<FileWrite> v1() {
        if (allowAll()) {
            return List.of(new FileWrite("devices.allow", "a"));
        }
        var writes = new ArrayList<FileWrite>();
        writes.add(new FileWrite("devices.deny", "a"));
        allowed.forEach(rule -> writes.add(new FileWrite("devices.allow", rule.line())));
        return writes;
    }

    /** These and more. */
    public DeviceRules plus(List<DeviceRule> more) {
        var rules = new ArrayList<>(allowed);
        rules.addAll(more);
        return new DeviceRules(rules);
    }
}
