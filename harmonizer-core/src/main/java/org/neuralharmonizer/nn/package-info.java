/** Networks: layers over expressions, and their parameters as a tree of named tensors. */
@NullMarked
package org.neuralharmonizer.nn;

import org.jspecify.annotations.NullMarked;
