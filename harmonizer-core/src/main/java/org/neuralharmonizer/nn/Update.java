package org.neuralharmonizer.nn;

import org.neuralharmonizer.expr.Expr;

/** A new value that a running statistic takes after a training step. */
public record Update(Parameter statistic, Expr value) {}
