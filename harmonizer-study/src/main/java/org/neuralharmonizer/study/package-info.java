@NullMarked
package org.neuralharmonizer.study;

import org.jspecify.annotations.NullMarked;
