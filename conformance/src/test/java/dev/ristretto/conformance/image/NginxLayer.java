// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.image;

import dev.ristretto.cli.image.LayerEntry;
import dev.ristretto.conformance.stand.Checkout;
import dev.ristretto.conformance.stand.Command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The files of Debian's package nginx that serve one page, with the libraries of this host. */
final class NginxLayer {
    /** A line of ldd(1): with a name, or the dynamic loader alone. */
    private static final Pattern LIBRARY = Pattern.compile("(?:=>\\s+)?(/\\S+) \\(0x");

    private static final String CONFIGURATION =
            """
            daemon off;
            user www-data;
            worker_processes 1;
            pid /var/run/nginx.pid;
            error_log stderr;
            events { worker_connections 64; }
            http {
              include /etc/nginx/mime.types;
              access_log /dev/stdout;
              server {
                listen %1$d;
                listen [::]:%1$d;
                root /usr/share/nginx/html;
              }
            }
            """;

    private NginxLayer() {}

    static List<LayerEntry> entries(String page, int port) throws IOException {
        var program = Checkout.debian("nginx", "/usr/sbin/nginx");
        var mimeTypes = Checkout.debian("nginx-common", "/etc/nginx/mime.types");
        var entries = new ArrayList<LayerEntry>();
        entries.add(LayerEntry.file("usr/sbin/nginx", program, 0755));
        addLibraries(program, entries);
        for (var directory :
                List.of(
                        "etc/nginx",
                        "usr/share",
                        "usr/share/nginx",
                        "usr/share/nginx/html",
                        "var/lib",
                        "var/lib/nginx",
                        "var/log/nginx")) {
            entries.add(LayerEntry.directory(directory, 0755));
        }
        entries.add(LayerEntry.symlink("var/run", "/run"));
        entries.add(LayerEntry.file("etc/nginx/nginx.conf", CONFIGURATION.formatted(port), 0644));
        entries.add(LayerEntry.file("etc/nginx/mime.types", mimeTypes, 0644));
        entries.add(LayerEntry.file("usr/share/nginx/html/index.html", page, 0644));
        entries.add(
                LayerEntry.file(
                        "etc/passwd",
                        "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:web:/var/www:/bin/false\n",
                        0644));
        entries.add(LayerEntry.file("etc/group", "root:x:0:\nwww-data:x:33:\n", 0644));
        return entries;
    }

    private static void addLibraries(Path program, List<LayerEntry> entries) throws IOException {
        Set<Path> directories = new LinkedHashSet<>();
        var files = new ArrayList<LayerEntry>();
        for (var line : Command.of("ldd", program.toString()).text().lines().toList()) {
            var match = LIBRARY.matcher(line);
            if (match.find()) {
                var library = Path.of(match.group(1));
                addParents(library, directories);
                files.add(LayerEntry.file(relative(library), library, 0755));
            }
        }
        directories.forEach(path -> entries.add(LayerEntry.directory(relative(path), 0755)));
        entries.addAll(files);
    }

    private static void addParents(Path library, Set<Path> directories) {
        for (int depth = 1; depth < library.getNameCount(); depth++) {
            directories.add(Path.of("/").resolve(library.subpath(0, depth)));
        }
    }

    private static String relative(Path absolute) {
        return Path.of("/").relativize(absolute).toString();
    }
}
