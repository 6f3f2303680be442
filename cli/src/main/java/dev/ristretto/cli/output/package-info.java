// SPDX-License-Identifier: Apache-2.0
/**
 * How answers look: tables as crictl's, protobuf JSON and YAML, sizes and ages for people. Pure;
 * whoever calls prints.
 */
@NullMarked
package dev.ristretto.cli.output;

import org.jspecify.annotations.NullMarked;
