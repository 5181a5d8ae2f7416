package org.neuralharmonizer.loss;

import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;

/**
 * The scaling of human maps to the peaks of the saliency maps: h / (max h + ε) · (max s + ε′), with
 * max s constant to derivatives. It is in the released code, not in the paper.
 *
 * @param human ε
 * @param saliency ε′
 */
record PeakMatch(double human, double saliency) {

  Expr apply(Expr saliencyMaps, Expr humanMaps) {
    Expr own = Functions.maxKeeping(humanMaps, 1, 2).plus(human);
    Expr target = Functions.maxKeeping(saliencyMaps, 1, 2).detached().plus(saliency);
    return humanMaps.times(target.dividedBy(own));
  }
}
