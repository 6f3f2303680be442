// SPDX-License-Identifier: Apache-2.0
/**
 * {@code ristretto demo}: shows in a few seconds, with nothing but this host's busybox, what the
 * daemon does and how long it takes. {@link dev.ristretto.cli.demo.Demo} tells the story, {@link
 * dev.ristretto.cli.demo.DemoImage} makes the image.
 */
@NullMarked
package dev.ristretto.cli.demo;

import org.jspecify.annotations.NullMarked;
