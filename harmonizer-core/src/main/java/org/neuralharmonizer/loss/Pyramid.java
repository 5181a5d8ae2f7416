package org.neuralharmonizer.loss;

import java.util.List;
import org.neuralharmonizer.expr.Expr;

/** Maps at several resolutions. */
@FunctionalInterface
public interface Pyramid {

  /**
   * Levels 1 … count of maps N × H × W, each N × Hᵢ × Wᵢ; level 1 is the full resolution.
   *
   * @param count at least 1
   */
  List<Expr> levels(Expr maps, int count);
}
