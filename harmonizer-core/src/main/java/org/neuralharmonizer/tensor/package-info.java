/** Values: shapes, immutable dense tensors of floats, and the error that names both operands. */
@NullMarked
package org.neuralharmonizer.tensor;

import org.jspecify.annotations.NullMarked;
