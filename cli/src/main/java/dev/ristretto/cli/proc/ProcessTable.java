// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The processes of this host as /proc shows them. */
public final class ProcessTable {
    private final Path proc;

    /**
     * @param commandLine arguments, separated by single blanks
     */
    public record Entry(int pid, int parentPid, String command, String commandLine) {}

    public ProcessTable() {
        this(Path.of("/proc"));
    }

    /** Reads another directory of that form. */
    public ProcessTable(Path proc) {
        this.proc = proc;
    }

    public List<Entry> entries() throws IOException {
        var entries = new ArrayList<Entry>();
        try (var directories = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (var directory : directories) {
                try {
                    entries.add(entry(directory));
                } catch (IOException e) {
                    // It has ended since the directory was listed.
                    continue;
                }
            }
        }
        return entries;
    }

    /**
     * Proportional set size in bytes: shared pages divided by the number of those who share them.
     * Empty when the process is gone or may not be looked at.
     */
    public OptionalLong pssBytes(int pid) {
        return kibibytes(pid, "smaps_rollup", "Pss:");
    }

    /** Resident set size in bytes; empty when the process is gone. */
    public OptionalLong rssBytes(int pid) {
        return kibibytes(pid, "status", "VmRSS:");
    }

    private OptionalLong kibibytes(int pid, String file, String key) {
        try {
            for (var line : Files.readAllLines(proc.resolve(pid + "/" + file))) {
                if (line.startsWith(key)) {
                    var number = line.substring(key.length()).replace("kB", "").strip();
                    return OptionalLong.of(Long.parseLong(number) * 1024);
                }
            }
        } catch (IOException e) {
            return OptionalLong.empty();
        }
        return OptionalLong.empty();
    }

    private static Entry entry(Path directory) throws IOException {
        var stat = read(directory.resolve("stat"));
        // The command stands in parentheses and may contain blanks and parentheses itself.
        int open = stat.indexOf('(');
        int close = stat.lastIndexOf(')');
        if (open < 0 || close < open) {
            throw new IOException("not a stat file: " + stat);
        }
        var rest = stat.substring(close + 2).split(" ");
        return new Entry(
                Integer.parseInt(stat.substring(0, open).strip()),
                Integer.parseInt(rest[1]),
                stat.substring(open + 1, close),
                read(directory.resolve("cmdline")).replace('\0', ' ').strip());
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
