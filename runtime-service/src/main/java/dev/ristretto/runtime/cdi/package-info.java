// SPDX-License-Identifier: Apache-2.0
/**
 * The Container Device Interface: what vendors' specifications on this host ({@code /etc/cdi},
 * {@code /var/run/cdi}) say that a container needs to use a device. {@link
 * dev.ristretto.runtime.cdi.CdiDevices} answers; it reads the files each time, since a request for
 * a device is rare and a file may be new. Safe from any thread.
 */
@NullMarked
package dev.ristretto.runtime.cdi;

import org.jspecify.annotations.NullMarked;
