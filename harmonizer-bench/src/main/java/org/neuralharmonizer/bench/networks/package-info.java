/** Architectures that are measured, built from layers. */
@NullMarked
package org.neuralharmonizer.bench.networks;

import org.jspecify.annotations.NullMarked;
