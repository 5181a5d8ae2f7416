/**
 * The built-in backend's kernels: numeric loops over {@code float[]} with offsets, which know
 * nothing of expressions or programs. Internal; subject to change without notice.
 */
@NullMarked
package org.neuralharmonizer.cpu;

import org.jspecify.annotations.NullMarked;
