// SPDX-License-Identifier: Apache-2.0
/**
 * The daemon's configuration: {@link dev.ristretto.runtime.config.RistrettoConfig} holds checked
 * values, {@link dev.ristretto.runtime.config.ConfigFile} reads them. The only package that reads
 * what a user configures. Immutable; safe from any thread.
 */
@NullMarked
package dev.ristretto.runtime.config;

import org.jspecify.annotations.NullMarked;
