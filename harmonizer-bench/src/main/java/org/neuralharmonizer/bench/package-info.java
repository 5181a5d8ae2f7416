/** Benchmarks, and our side of the comparison with PyTorch and SciPy. */
@NullMarked
package org.neuralharmonizer.bench;

import org.jspecify.annotations.NullMarked;
