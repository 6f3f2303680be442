// SPDX-License-Identifier: Apache-2.0
/** What runs inside the User-Mode Linux guest of the cgroup v2 lane, where there is no Maven. */
@NullMarked
package dev.ristretto.conformance.guest;

import org.jspecify.annotations.NullMarked;
