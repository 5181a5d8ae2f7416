@NullMarked
package org.neuralharmonizer.examples;

import org.jspecify.annotations.NullMarked;
