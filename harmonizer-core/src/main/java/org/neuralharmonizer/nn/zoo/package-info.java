/** Architectures ready to use. */
@NullMarked
package org.neuralharmonizer.nn.zoo;

import org.jspecify.annotations.NullMarked;
