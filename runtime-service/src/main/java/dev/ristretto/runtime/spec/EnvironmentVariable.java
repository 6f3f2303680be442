// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import dev.ristretto.fault.RuntimeFault;

/** One variable of a process's environment, see environ(7). */
public record EnvironmentVariable(String name, String value) {
    public EnvironmentVariable {
        if (name.isEmpty() || name.indexOf('=') >= 0) {
            throw RuntimeFault.invalidArgument(
                    "config.envs: '%s' is empty or has '=' and cannot name a variable", name);
        }
        if (name.indexOf(0) >= 0 || value.indexOf(0) >= 0) {
            throw RuntimeFault.invalidArgument(
                    "config.envs: '%s' has a NUL", name.replace("\0", "\\0"));
        }
    }

    @Override
    public String toString() {
        return name + "=" + value;
    }
}
