// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

import dev.ristretto.fault.RuntimeFault;

import java.util.regex.Pattern;

/** A container's id: 64 lowercase hex digits, made by this runtime. */
public record ContainerId(@JsonValue String value) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    @JsonCreator
    public ContainerId {
        if (!FORM.matcher(value).matches()) {
            throw RuntimeFault.invalidArgument(
                    "container_id '%s' is not 64 lowercase hex digits", value);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
