// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.log;

import dev.ristretto.runtime.config.RistrettoConfig;

import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.handlers.ConsoleHandler;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** How the daemon's lines look and which are written. Set once, before anything is done. */
public final class LogOutput {
    private LogOutput() {}

    /** From now on the console has this level and this form. */
    public static void set(RistrettoConfig.Logging config) {
        Logger.getLogger("dev.ristretto").setLevel(levelOf(config.level()));
        var formatter = formatter(config.format());
        for (var handler : Logger.getLogger("").getHandlers()) {
            set(handler, formatter);
        }
    }

    static ExtFormatter formatter(String format) {
        return format.equals("json") ? new JsonLines() : new TextLines();
    }

    /** The framework's own handler holds the console's. */
    private static void set(Handler handler, ExtFormatter formatter) {
        if (handler instanceof ConsoleHandler) {
            handler.setFormatter(formatter);
        } else if (handler instanceof ExtHandler outer) {
            for (var inner : outer.getHandlers()) {
                set(inner, formatter);
            }
        }
    }

    private static Level levelOf(String name) {
        return switch (name) {
            case "ERROR" -> Level.SEVERE;
            case "WARN" -> Level.WARNING;
            case "DEBUG" -> Level.FINE;
            case "TRACE" -> Level.FINER;
            default -> Level.INFO;
        };
    }
}
