// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One way of authentication that a server offers in {@code WWW-Authenticate} (RFC 9110, 11.3).
 *
 * @param scheme lower case, for example {@code bearer}
 * @param parameters keys in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
    Challenge {
        parameters = Map.copyOf(parameters);
    }

    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    /** All challenges of all header lines; what cannot be understood is passed over. */
    static List<Challenge> parse(List<String> headers) {
        var challenges = new ArrayList<Challenge>();
        for (var header : headers) {
            new Parser(header).into(challenges);
        }
        return List.copyOf(challenges);
    }

    /** Commas divide challenges as well as parameters; a token without {@code =} is a scheme. */
    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        void into(List<Challenge> challenges) {
            var scheme = "";
            var parameters = new LinkedHashMap<String, String>();
            while (skipSeparators()) {
                var token = token();
                if (token.isEmpty()) {
                    at++; // not a character of this grammar
                    continue;
                }
                if (nextIs('=')) {
                    parameters.put(token.toLowerCase(Locale.ROOT), value());
                    continue;
                }
                add(challenges, scheme, parameters);
                scheme = token.toLowerCase(Locale.ROOT);
                parameters.clear();
            }
            add(challenges, scheme, parameters);
        }

        private static void add(
                List<Challenge> challenges, String scheme, Map<String, String> parameters) {
            if (!scheme.isEmpty()) {
                challenges.add(new Challenge(scheme, parameters));
            }
        }

        private boolean skipSeparators() {
            while (at < text.length() && " \t,".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            return at < text.length();
        }

        private String token() {
            int start = at;
            while (at < text.length() && " \t,=\"".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(start, at);
        }

        private boolean nextIs(char wanted) {
            int next = at;
            while (next < text.length() && text.charAt(next) == ' ') {
                next++;
            }
            if (next >= text.length() || text.charAt(next) != wanted) {
                return false;
            }
            at = next + 1;
            return true;
        }

        private String value() {
            if (!nextIs('"')) {
                return token();
            }
            var value = new StringBuilder();
            while (at < text.length() && text.charAt(at) != '"') {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at++));
            }
            at++; // the closing quote
            return value.toString();
        }
    }
}
