@NullMarked
package org.neuralharmonizer.io;

import org.jspecify.annotations.NullMarked;
