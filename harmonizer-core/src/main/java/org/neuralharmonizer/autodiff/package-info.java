/** Derivatives of expressions, as expressions. */
@NullMarked
package org.neuralharmonizer.autodiff;

import org.jspecify.annotations.NullMarked;
