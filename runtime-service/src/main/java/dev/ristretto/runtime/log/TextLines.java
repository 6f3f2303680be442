// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.log;

import dev.ristretto.runtime.flight.Task;

import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;

import java.util.StringJoiner;

/** A line for people: time, level, class, message, and in braces whom it is about. */
public final class TextLines extends ExtFormatter {
    private static final String ABOUT = "about";

    private final PatternFormatter pattern =
            new PatternFormatter("%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5p [%c{1}] %s%X{about}%e%n");

    @Override
    public String format(ExtLogRecord line) {
        line.putMdc(ABOUT, about());
        return pattern.format(line);
    }

    private static String about() {
        var task = Task.current();
        if (task.isEmpty()) {
            return "";
        }
        var fields = new StringJoiner(" ", " {", "}").setEmptyValue("");
        task.get().fields().forEach((key, value) -> fields.add(key + "=" + value));
        return fields.toString();
    }
}
