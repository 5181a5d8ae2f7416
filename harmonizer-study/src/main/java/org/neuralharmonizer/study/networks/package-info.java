/** Networks by name, with their values from files of several formats. */
@NullMarked
package org.neuralharmonizer.study.networks;

import org.jspecify.annotations.NullMarked;
