/** What tests of every module share: the double-precision reference of the primitives. */
@NullMarked
package org.neuralharmonizer.testing;

import org.jspecify.annotations.NullMarked;
