// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** That no field of a message was overlooked, also not one that a later schema adds. */
final class Fields {
    private final Descriptors.Descriptor message;
    private final List<String> known = new ArrayList<>();

    private Fields(Descriptors.Descriptor message) {
        this.message = message;
    }

    static Fields of(Descriptors.Descriptor message) {
        return new Fields(message);
    }

    /** What the test of the message tries. */
    Fields tried(String... names) {
        known.addAll(Arrays.asList(names));
        return this;
    }

    /** What has no meaning here, for the reason given. */
    Fields leftOut(String because, String... names) {
        assertThat(because).isNotEmpty();
        known.addAll(Arrays.asList(names));
        return this;
    }

    void areAll() {
        assertThat(message.getFields().stream().map(Descriptors.FieldDescriptor::getName))
                .containsExactlyInAnyOrderElementsOf(known);
    }
}
