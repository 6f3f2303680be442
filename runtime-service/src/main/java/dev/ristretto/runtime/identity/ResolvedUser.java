// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.identity;

import dev.ristretto.runtime.spec.ProcessIdentity;

/**
 * A user that was looked up.
 *
 * @param home his directory in {@code /etc/passwd}; {@code /} if he is not in it
 */
public record ResolvedUser(ProcessIdentity identity, String home) {}
