// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.ristretto.runtime.cdi;

import org.jspecify.annotations.NullMarked;
