// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.trace;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;

import java.util.List;

/** A span as the exporter takes it, made when all of it is known. */
final class EndedSpan implements SpanData {
    private static final InstrumentationScopeInfo SCOPE =
            InstrumentationScopeInfo.create("dev.ristretto");

    private final String name;
    private final SpanKind kind;
    private final Place place;
    private final Time time;
    private final Content content;

    /** Where it stands in its trace. */
    record Place(SpanContext own, SpanContext parent) {}

    /** In nanoseconds since 1970. */
    record Time(long begin, long end) {}

    /** What it tells. */
    record Content(
            Attributes attributes, List<EventData> events, StatusData status, Resource resource) {
        Content {
            events = List.copyOf(events);
        }
    }

    EndedSpan(String name, SpanKind kind, Place place, Time time, Content content) {
        this.name = name;
        this.kind = kind;
        this.place = place;
        this.time = time;
        this.content = content;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public SpanKind getKind() {
        return kind;
    }

    @Override
    public SpanContext getSpanContext() {
        return place.own;
    }

    @Override
    public SpanContext getParentSpanContext() {
        return place.parent;
    }

    @Override
    public StatusData getStatus() {
        return content.status;
    }

    @Override
    public long getStartEpochNanos() {
        return time.begin;
    }

    @Override
    public long getEndEpochNanos() {
        return time.end;
    }

    @Override
    public Attributes getAttributes() {
        return content.attributes;
    }

    @Override
    public List<EventData> getEvents() {
        return content.events;
    }

    @Override
    public List<LinkData> getLinks() {
        return List.of();
    }

    @Override
    public boolean hasEnded() {
        return true;
    }

    @Override
    public int getTotalRecordedEvents() {
        return content.events.size();
    }

    @Override
    public int getTotalRecordedLinks() {
        return 0;
    }

    @Override
    public int getTotalAttributeCount() {
        return content.attributes.size();
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
        return SCOPE;
    }

    @Deprecated
    @Override
    @SuppressWarnings("deprecation") // the interface has no default for it
    public io.opentelemetry.sdk.common.InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
        return io.opentelemetry.sdk.common.InstrumentationLibraryInfo.create("dev.ristretto", null);
    }

    @Override
    public Resource getResource() {
        return content.resource;
    }
}
