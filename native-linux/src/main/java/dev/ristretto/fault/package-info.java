// SPDX-License-Identifier: Apache-2.0
/**
 * What a request's failure is made of: {@link dev.ristretto.fault.RuntimeFault} with its kind and
 * words, and {@link dev.ristretto.fault.Undo}, which takes back the steps already done. Used by
 * every module; depends on nothing. It lives in the lowest module so that all can see it.
 */
@NullMarked
package dev.ristretto.fault;

import org.jspecify.annotations.NullMarked;
