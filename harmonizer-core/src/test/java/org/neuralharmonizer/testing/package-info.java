/** What tests share: where reference data lies, and readers for the two formats it comes in. */
@NullMarked
package org.neuralharmonizer.testing;

import org.jspecify.annotations.NullMarked;
