/** The command line. Each command parses, calls the library, and prints; none computes. */
@NullMarked
package org.neuralharmonizer.study.cli;

import org.jspecify.annotations.NullMarked;
