// SPDX-License-Identifier: Apache-2.0
/** A CRI runtime made by hand, served on a real unix socket. Any thread. */
@NullMarked
package dev.ristretto.cli.fake;

import org.jspecify.annotations.NullMarked;
