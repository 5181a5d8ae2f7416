package org.neuralharmonizer.expr;

import java.util.Locale;

/**
 * The inventory of primitives, one word each. Backends switch over it exhaustively, so a primitive
 * that one of them forgot does not compile.
 */
public enum Code {
  INPUT,
  LITERAL,
  CONSTANT,

  EXP,
  LOG,
  SQRT,
  RECIPROCAL,
  TANH,
  ERF,
  POWER,

  ADD,
  SCALE,
  SUM,
  SHARE_SUM,
  BROADCAST,
  RESHAPE,
  PERMUTE,
  PAD,
  SLICE,
  CONCAT,
  GATHER_WINDOW,
  SCATTER_WINDOW,
  GATHER_ROWS,
  SCATTER_ROWS,
  WINDOW_SUM,
  WINDOW_SPREAD,
  SELECT,

  MULTIPLY,
  MATMUL,
  CONV2D,
  CONV2D_INPUT,
  CONV2D_FILTER,

  STEP,
  SIGN,
  GREATER,
  EQUAL,
  ARG_MAX,
  ARG_MAX_WINDOW,
  DETACH;

  /** The word used in messages and listings, such as {@code conv2d input}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
