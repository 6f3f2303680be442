// SPDX-License-Identifier: Apache-2.0
/**
 * What happened to pods and containers, told to those who listen: {@link
 * dev.ristretto.runtime.event.ContainerEvents} hears every change from the stores and gives it to
 * each {@link dev.ristretto.runtime.event.EventSubscription}. Whoever changes a store never waits
 * for who listens. Its one lock is taken inside a store's entry lock, and takes no other but those
 * of subscriptions.
 */
@NullMarked
package dev.ristretto.runtime.event;

import org.jspecify.annotations.NullMarked;
