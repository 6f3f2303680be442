// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.trace;

import dev.ristretto.runtime.flight.Call;
import dev.ristretto.runtime.flight.Step;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes spans of what the flight recorder noted: one of the server, with a child for each step that
 * took time and an event for each that took none. Names of attributes are those of OpenTelemetry's
 * semantic conventions, where there is one.
 */
final class RpcSpans {
    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("rpc.system");
    private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("rpc.service");
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("rpc.method");
    private static final AttributeKey<Long> CODE = AttributeKey.longKey("rpc.grpc.status_code");
    private static final AttributeKey<String> MESSAGE = AttributeKey.stringKey("error.message");
    private static final AttributeKey<Long> OPERATIONS =
            AttributeKey.longKey("ristretto.program.operations");
    private static final AttributeKey<Long> FAILED_AT =
            AttributeKey.longKey("ristretto.program.failed_operation");
    private static final AttributeKey<String> FAILED_OPERATION =
            AttributeKey.stringKey("ristretto.program.failed_operation_text");

    /** By the fields of a task. */
    private static final Map<String, AttributeKey<String>> FIELDS =
            Map.of(
                    "podNamespace", AttributeKey.stringKey("k8s.namespace.name"),
                    "podName", AttributeKey.stringKey("k8s.pod.name"),
                    "podSandboxId", AttributeKey.stringKey("cri.pod_sandbox.id"),
                    "containerName", AttributeKey.stringKey("k8s.container.name"),
                    "containerId", AttributeKey.stringKey("container.id"),
                    "image", AttributeKey.stringKey("container.image.name"));

    /** Of a server's span the others are the caller's errors, and no error of the server. */
    private static final Set<String> SERVER_ERRORS =
            Set.of(
                    "UNKNOWN",
                    "DEADLINE_EXCEEDED",
                    "UNIMPLEMENTED",
                    "INTERNAL",
                    "UNAVAILABLE",
                    "DATA_LOSS");

    private RpcSpans() {}

    static List<SpanData> of(EndedRpc rpc, Resource resource) {
        var spans = new ArrayList<SpanData>();
        var events = new ArrayList<EventData>();
        rpc.task().call().ifPresent(call -> steps(rpc, call, resource, spans, events));
        var span = rpc.span();
        spans.add(
                new EndedSpan(
                        rpc.task().service() + "/" + rpc.task().rpc(),
                        SpanKind.SERVER,
                        new EndedSpan.Place(span.own(), span.parent()),
                        new EndedSpan.Time(span.epochNanos(), span.epochNanosOf(rpc.endNanos())),
                        new EndedSpan.Content(attributes(rpc), events, status(rpc), resource)));
        return spans;
    }

    private static void steps(
            EndedRpc rpc,
            Call call,
            Resource resource,
            List<SpanData> spans,
            List<EventData> events) {
        long begun = rpc.span().epochNanosOf(call.begunNanos());
        for (var step : call.steps()) {
            long at = begun + step.afterNanos();
            if (step.tookNanos() == 0) {
                events.add(EventData.create(at, step.what(), Attributes.empty()));
            } else {
                spans.add(child(rpc.span().own(), step, at, resource));
            }
        }
    }

    private static SpanData child(SpanContext parent, Step step, long at, Resource resource) {
        var own =
                SpanContext.create(
                        parent.getTraceId(),
                        Ids.span(),
                        parent.getTraceFlags(),
                        parent.getTraceState());
        var status =
                step.failure()
                        .map(failure -> StatusData.create(StatusCode.ERROR, failure.message()))
                        .orElse(StatusData.unset());
        return new EndedSpan(
                step.what(),
                SpanKind.INTERNAL,
                new EndedSpan.Place(own, parent),
                new EndedSpan.Time(at, at + step.tookNanos()),
                new EndedSpan.Content(attributes(step), List.of(), status, resource));
    }

    private static StatusData status(EndedRpc rpc) {
        return SERVER_ERRORS.contains(rpc.codeName())
                ? StatusData.create(StatusCode.ERROR, rpc.message())
                : StatusData.unset();
    }

    private static Attributes attributes(EndedRpc rpc) {
        var attributes =
                Attributes.builder()
                        .put(SYSTEM, "grpc")
                        .put(SERVICE, rpc.task().service())
                        .put(METHOD, rpc.task().rpc())
                        .put(CODE, (long) rpc.code());
        if (!rpc.message().isEmpty()) {
            attributes.put(MESSAGE, rpc.message());
        }
        rpc.task()
                .fields()
                .forEach(
                        (field, value) -> {
                            var key = FIELDS.get(field);
                            if (key != null) {
                                attributes.put(key, value);
                            }
                        });
        return attributes.build();
    }

    private static Attributes attributes(Step step) {
        if (step.program().isEmpty()) {
            return Attributes.empty();
        }
        var program = step.program().get();
        var words = program.words().get();
        var attributes = Attributes.builder().put(OPERATIONS, (long) words.size());
        int failed = (int) program.failedAt();
        if (failed >= 0 && failed < words.size()) {
            attributes.put(FAILED_AT, (long) failed).put(FAILED_OPERATION, words.get(failed));
        }
        return attributes.build();
    }
}
