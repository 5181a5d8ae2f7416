/** Losses on maps and on predictions, and the objective that joins them. */
@NullMarked
package org.neuralharmonizer.loss;

import org.jspecify.annotations.NullMarked;
