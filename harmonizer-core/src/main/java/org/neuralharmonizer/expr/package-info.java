/**
 * What will be computed: expressions over about forty primitives, each of which states its shape
 * rule and its derivative once, in the same primitives, so that derivatives of any order exist.
 */
@NullMarked
package org.neuralharmonizer.expr;

import org.jspecify.annotations.NullMarked;
