// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

/** What a container asks of the kernel's security modules. */
public record MandatoryAccess(AppArmorProfile appArmor, SelinuxOptions selinux) {
    /** Nothing was said. */
    public static MandatoryAccess unset() {
        return new MandatoryAccess(AppArmorProfile.unset(), SelinuxOptions.none());
    }
}
