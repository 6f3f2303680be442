// SPDX-License-Identifier: Apache-2.0
/**
 * What an image is made of: {@link dev.ristretto.image.manifest.Manifest} (an image manifest or an
 * index, OCI or Docker schema 2) and {@link dev.ristretto.image.manifest.ImageConfiguration}.
 *
 * <p>Entry: {@link dev.ristretto.image.manifest.Manifests}. Pure: bytes of a stranger in, checked
 * records out, or a fault that names the field. JSON is read field by field in {@code
 * ManifestJson}, without reflection, so that a native executable needs no list of classes.
 */
@NullMarked
package dev.ristretto.image.manifest;

import org.jspecify.annotations.NullMarked;
