// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

import dev.ristretto.fault.RuntimeFault;

import java.util.regex.Pattern;

/**
 * {@code CDIDevice.name}: {@code vendor/class=name}, as the Container Device Interface writes it.
 *
 * @param value all of it
 */
public record CdiDeviceName(@JsonValue String value) {
    private static final String VENDOR = "[A-Za-z](?:[A-Za-z0-9._-]*[A-Za-z0-9])?";
    private static final String CLASS = "[A-Za-z](?:[A-Za-z0-9_-]*[A-Za-z0-9])?";
    private static final String NAME = "[A-Za-z0-9](?:[A-Za-z0-9_.:-]*[A-Za-z0-9])?";

    private static final Pattern KIND = Pattern.compile(VENDOR + "/" + CLASS);
    private static final Pattern DEVICE = Pattern.compile(NAME);
    private static final Pattern FORM = Pattern.compile(VENDOR + "/" + CLASS + "=" + NAME);

    @JsonCreator
    public CdiDeviceName {
        if (!FORM.matcher(value).matches()) {
            throw RuntimeFault.invalidArgument(
                    "CDI device '%s' is not of the form vendor.com/class=name",
                    value.replace("\0", "\\0"));
        }
    }

    /** {@code vendor/class}. */
    public String kind() {
        return value.substring(0, value.indexOf('='));
    }

    /** What it is called among those of its kind. */
    public String device() {
        return value.substring(value.indexOf('=') + 1);
    }

    /** Whether a specification may say that of its kind. */
    public static boolean isKind(String text) {
        return KIND.matcher(text).matches();
    }

    /** Whether a specification may call a device that. */
    public static boolean isDevice(String text) {
        return DEVICE.matcher(text).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
