package org.neuralharmonizer.study.networks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.explain.Saliency;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Context;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.program.Compiler;
import org.neuralharmonizer.program.Fusion;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Shape;

/**
 * Arithmetic operations for one image, as compiled: multiplications and additions count one each.
 *
 * @param forward of the logits
 * @param saliency of the gradient of a class score by the image
 * @param harmonizedStep of all gradients of the harmonizer's loss, without the optimizer
 */
public record NetworkCost(long forward, long saliency, long harmonizedStep) {
  private static final int LEVELS = 5;

  /** The cost of a network; nothing is run. */
  public static NetworkCost of(Classifier classifier) {
    Shape image = classifier.image();
    Expr images = Expr.input("images", image.within(1));
    Expr labels = Expr.input("labels", Shape.of(1, classifier.classes()));
    Expr maps = Expr.input("maps", Shape.of(1, image.extent(1), image.extent(2)));
    Expr weights = Expr.input("weights", Shape.of(1));

    Context inference = Context.of(Mode.INFERENCE);
    Expr logits = classifier.logits(images, inference);
    long forward = operations(inference, List.of(images), List.of(logits));
    Expr map = Saliency.asTrained().explain(classifier.model(inference), images, labels);
    long saliency = operations(inference, List.of(images, labels), List.of(map));

    Context training = Context.of(Mode.INFERENCE);
    int levels = Math.min(LEVELS, levels(Math.min(image.extent(1), image.extent(2))));
    HarmonizerObjective objective =
        HarmonizerObjective.asInReleasedCode(classifier)
            .withMapLoss(HarmonizationLoss.asInReleasedCode().withLevels(levels));
    Expr total = objective.terms(images, labels, maps, weights, training).total();
    List<Expr> learned = training.trainable().stream().map(Parameter::leaf).toList();
    List<Expr> gradients = Derivatives.grad(total, learned);
    long step = operations(training, List.of(images, labels, maps, weights), gradients);
    return new NetworkCost(forward, saliency, step);
  }

  /** As many as leave more than one pixel. */
  private static int levels(int extent) {
    int levels = 1;
    for (int rest = (extent + 1) / 2; rest > 1; rest = (rest + 1) / 2) {
      levels++;
    }
    return levels;
  }

  private static long operations(Context context, List<Expr> given, List<Expr> results) {
    List<Expr> arguments = new ArrayList<>(given);
    context.parameters().forEach(each -> arguments.add(each.leaf()));
    return Compiler.compile(Signature.of(arguments, results), Fusion.ELEMENTWISE).operations();
  }

  /** By name, for JSON. */
  public Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("forward", forward);
    members.put("saliency", saliency);
    members.put("harmonized_step", harmonizedStep);
    return members;
  }
}
