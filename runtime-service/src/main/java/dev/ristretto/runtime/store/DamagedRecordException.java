// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;

/** What is in a record's file is not what was written there: a power cut, a bad disk, an editor. */
public final class DamagedRecordException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedRecordException(Path file, String what, @Nullable Throwable cause) {
        super("read %s: %s".formatted(file, what), cause);
    }
}
