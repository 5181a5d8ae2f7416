package org.neuralharmonizer.explain;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;

/**
 * Tokens as a picture: patches row by row on a grid of the image's proportions, after one class
 * token if there is one.
 *
 * @param first the place of the first patch, 1 after a class token, else 0
 */
record TokenGrid(int first, int rows, int columns) {

  static TokenGrid of(String method, int tokens, Shape images) {
    for (int first = 0; first <= 1; first++) {
      int patches = tokens - first;
      double height = images.extent(2);
      int rows = (int) Math.round(Math.sqrt(patches * height / images.extent(3)));
      boolean whole = rows > 0 && patches % rows == 0;
      if (whole && rows * images.extent(3) == patches / rows * images.extent(2)) {
        return new TokenGrid(first, rows, patches / rows);
      }
    }
    throw new ShapeException(
        "%s: %d tokens, with or without a class token, are no grid of patches of images %s"
            .formatted(method, tokens, images));
  }

  /** Tokens N × T × D as N × D × rows × columns. */
  Expr pixels(Expr tokens) {
    Shape shape = tokens.shape();
    return Functions.slice(tokens, 1, first, first + rows * columns)
        .permute(0, 2, 1)
        .reshape(shape.extent(0), shape.extent(2), rows, columns);
  }
}
