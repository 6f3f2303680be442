// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import org.jspecify.annotations.Nullable;

/** What a frame is, docs/wire.md sections 2 and 3. */
enum FrameType {
    POD_CREATE(1),
    POD_STATUS(2),
    CONTAINER_START(4),
    CONTAINER_SIGNAL(5),
    CONTAINER_REOPEN_LOG(6),
    CONTAINER_FORGET(7),
    EXEC(8),
    WATCH(9),
    SHUTDOWN(10),
    ATTACH(11),
    CONTAINER_START_TIMED(12),
    OK(32),
    ERROR(33),
    REFUSED(34),
    CREATED(35),
    FAILED(36),
    STARTED(37),
    EXITED(38),
    CONTAINER_STATE(39),
    WATCHING(40),
    POD_STATE(41),
    ATTACHED(42),
    DETACHED(43),
    TIMES(44),
    STDOUT(64),
    STDERR(65),
    STDIN(66),
    STDIN_END(67),
    RESIZE(68),
    SIGNAL(69);

    /** The most a frame's payload may hold, in bytes. */
    static final int MAX_PAYLOAD = 8 << 20;

    /** The most the payload of a data frame may hold, in bytes. */
    static final int MAX_DATA = 64 << 10;

    private static final @Nullable FrameType[] BY_CODE = new @Nullable FrameType[96];

    static {
        for (var type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;

    FrameType(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** The longest payload in bytes. */
    int maxPayload() {
        return code >= STDOUT.code ? MAX_DATA : MAX_PAYLOAD;
    }

    /** The type of this code, null if there is none. */
    static @Nullable FrameType of(int code) {
        return code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
