// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.flight;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a thread works for: an RPC, or what a pod or container needs without anybody asking. Logs
 * and traces read from it whom a line or a span is about. Safe from any thread.
 */
public final class Task {
    private static final ScopedValue<Task> CURRENT = ScopedValue.newInstance();

    private final String service;
    private final String rpc;
    private final String traceId;
    private volatile About about = About.NOTHING;

    /** One value, so that nobody reads a call of one and a subject of another. */
    private record About(@Nullable Call call, @Nullable Subject subject, @Nullable Subject pod) {
        static final About NOTHING = new About(null, null, null);
    }

    private Task(String service, String rpc, String traceId) {
        this.service = service;
        this.rpc = rpc;
        this.traceId = traceId;
    }

    /**
     * An RPC.
     *
     * @param service its full name
     * @param rpc the method's name
     * @param traceId 32 hex digits; empty if nobody traces it
     */
    public static Task ofRpc(String service, String rpc, String traceId) {
        return new Task(service, rpc, traceId);
    }

    /** What is done for a subject without a call. */
    public static Task ofSubject(Subject subject) {
        var task = new Task("", "", "");
        task.about = new About(null, subject, null);
        return task;
    }

    /** The task of this thread. */
    public static Optional<Task> current() {
        return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
    }

    /** The work as a part of this thread's task, if it has one: for another thread to do. */
    public static Runnable carried(Runnable work) {
        return current().map(task -> (Runnable) () -> task.run(work)).orElse(work);
    }

    /** Does a part of it on this thread. */
    public void run(Runnable work) {
        ScopedValue.where(CURRENT, this).run(work);
    }

    /**
     * It is known what it is for.
     *
     * @param call where its steps are noted
     * @param pod the pod of a container or of a pull
     */
    public void isFor(Call call, Subject subject, Optional<Subject> pod) {
        about = new About(call, subject, pod.orElse(null));
    }

    /** What it was for has come to be, and has an id. */
    public void cameToBe(Subject subject) {
        about = new About(about.call, subject, about.pod);
    }

    public String service() {
        return service;
    }

    public String rpc() {
        return rpc;
    }

    /** What was recorded of it; empty for what only reads. */
    public Optional<Call> call() {
        return Optional.ofNullable(about.call);
    }

    /**
     * What tells it from others: {@code rpc}, {@code podNamespace}, {@code podName}, {@code
     * podSandboxId}, {@code containerName}, {@code containerId}, {@code image}, {@code traceId};
     * those that are known, in this order.
     */
    public Map<String, String> fields() {
        var fields = new LinkedHashMap<String, String>();
        put(fields, "rpc", rpc);
        var known = about;
        if (known.pod != null) {
            put(fields, known.pod);
        }
        if (known.subject != null) {
            put(fields, known.subject);
        }
        put(fields, "traceId", traceId);
        return fields;
    }

    private static void put(Map<String, String> fields, Subject subject) {
        switch (subject.kind()) {
            case POD -> {
                int slash = subject.name().indexOf('/');
                put(fields, "podNamespace", subject.name().substring(0, Math.max(slash, 0)));
                put(fields, "podName", subject.name().substring(slash + 1));
                put(fields, "podSandboxId", subject.id());
            }
            case CONTAINER -> {
                put(fields, "podSandboxId", subject.podSandboxId());
                put(fields, "containerName", subject.name());
                put(fields, "containerId", subject.id());
            }
            case IMAGE -> put(fields, "image", subject.name());
        }
    }

    private static void put(Map<String, String> fields, String key, String value) {
        if (!value.isEmpty()) {
            fields.put(key, value);
        }
    }
}
