// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import dev.ristretto.runtime.flight.Task;

import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.logging.Level;

/** A JSON object on a line: {@code docs/observability.md} names its members. */
public final class JsonLines extends ExtFormatter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    @Override
    public String format(ExtLogRecord line) {
        var text = new StringWriter();
        try (var json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("time", TIME.format(line.getInstant()));
            json.writeStringField("level", levelOf(line));
            json.writeStringField("logger", String.valueOf(line.getLoggerName()));
            json.writeStringField("message", formatMessage(line));
            for (var field : Task.current().map(Task::fields).orElse(Map.of()).entrySet()) {
                json.writeStringField(field.getKey(), field.getValue());
            }
            writeThrown(json, line);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("write a log line into memory", e);
        }
        return text.append('\n').toString();
    }

    /** Libraries log with java.util.logging's levels, which have other names. */
    private static String levelOf(ExtLogRecord line) {
        int level = line.getLevel().intValue();
        if (level >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (level >= Level.WARNING.intValue()) {
            return "WARN";
        }
        if (level >= Level.INFO.intValue()) {
            return "INFO";
        }
        return level >= Level.FINE.intValue() ? "DEBUG" : "TRACE";
    }

    private static void writeThrown(JsonGenerator json, ExtLogRecord line) throws IOException {
        var thrown = line.getThrown();
        if (thrown != null) {
            var stack = new StringWriter();
            thrown.printStackTrace(new PrintWriter(stack, true));
            json.writeStringField("exception", stack.toString());
        }
    }
}
