/**
 * Runs programs on NVIDIA GPUs: products and convolutions by the vendor's libraries, everything
 * else by generated CUDA C++. Found by name as {@code cuda}; see {@code docs/cuda.md}.
 */
@NullMarked
package org.neuralharmonizer.cuda;

import org.jspecify.annotations.NullMarked;
