/** Programs on ND4J's arrays, and the way between ND4J and the library. */
@NullMarked
package org.neuralharmonizer.nd4j;

import org.jspecify.annotations.NullMarked;
