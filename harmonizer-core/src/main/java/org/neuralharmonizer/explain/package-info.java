/** Explanation functionals: from a model and images to one importance map per image. */
@NullMarked
package org.neuralharmonizer.explain;

import org.jspecify.annotations.NullMarked;
