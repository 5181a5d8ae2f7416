/**
 * Images with labels and human importance maps, checked where they enter, and the steps that
 * prepare maps: resizing and blurring with stated conventions. Knows values only, no networks.
 */
@NullMarked
package org.neuralharmonizer.data;

import org.jspecify.annotations.NullMarked;
