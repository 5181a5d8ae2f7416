/**
 * The same kernels on the incubating Vector API. The only package that names {@code
 * jdk.incubator.vector}; reached by name, and only where that module is present. Internal.
 */
@NullMarked
package org.neuralharmonizer.cpu.simd;

import org.jspecify.annotations.NullMarked;
