package org.neuralharmonizer.study.photographs;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.neuralharmonizer.alignment.Bootstrap;
import org.neuralharmonizer.alignment.BootstrapInterval;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.explain.ExplanationFunctional;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.train.Harmonizer;

/**
 * What harmonizing does for a photograph that it has not seen: for each photograph with a map, the
 * network is harmonized on all others from the same first values, then scored on this one.
 *
 * @param images one entry per photograph with a map
 */
public record LeaveOneOut(List<HeldOut> images) {
  public LeaveOneOut {
    images = List.copyOf(images);
  }

  /**
   * One photograph.
   *
   * @param spearmanBefore NaN where undefined
   * @param spearmanAfter NaN where undefined
   * @param classBefore predicted
   * @param classAfter predicted
   * @param logitChange ‖after − before‖ / ‖before‖
   */
  public record HeldOut(
      String id,
      int label,
      double spearmanBefore,
      double spearmanAfter,
      int classBefore,
      int classAfter,
      double logitChange) {

    private boolean defined() {
      return Double.isFinite(spearmanBefore) && Double.isFinite(spearmanAfter);
    }
  }

  /**
   * Runs the study.
   *
   * @param images whose labels say the class explained when a photograph is scored
   * @param training the same photographs with the labels to train with
   * @param harmonizer starting from the network's values, without checkpoints
   * @throws IllegalArgumentException if there are fewer than 2 photographs with a map
   */
  public static LeaveOneOut of(
      Network network,
      LabeledImages images,
      LabeledImages training,
      Harmonizer harmonizer,
      ExplanationFunctional explanation,
      Backend backend) {
    if (images.mapped() < 2) {
      throw new IllegalArgumentException(
          "leave one out: needs at least 2 images with a map, there is "
              + images.mapped()
              + " — add images");
    }
    List<HeldOut> results = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      if (images.mapWeight(i) > 0) {
        int out = i;
        int[] others = IntStream.range(0, images.size()).filter(k -> k != out).toArray();
        Network harmonized =
            network.withParameters(harmonizer.fit(training.subset(others), backend).parameters());
        LabeledImages alone = images.subset(i);
        results.add(
            heldOut(
                NetworkScores.of(network, alone, explanation, 0, backend),
                NetworkScores.of(harmonized, alone, explanation, 0, backend)));
      }
    }
    return new LeaveOneOut(results);
  }

  /** The alignment of the unseen photographs before, with its uncertainty. */
  public BootstrapInterval before(long seed) {
    return Bootstrap.seeded(seed).ofMean(defined().mapToDouble(HeldOut::spearmanBefore).toArray());
  }

  /** The alignment of the unseen photographs after. */
  public BootstrapInterval after(long seed) {
    return Bootstrap.seeded(seed).ofMean(defined().mapToDouble(HeldOut::spearmanAfter).toArray());
  }

  /** The change from before to after, photograph by photograph. */
  public BootstrapInterval gain(long seed) {
    return Bootstrap.seeded(seed)
        .ofMean(
            defined().mapToDouble(each -> each.spearmanAfter() - each.spearmanBefore()).toArray());
  }

  /** The share of unseen photographs that stay in the class predicted before. */
  public double agreement() {
    return images.stream().filter(each -> each.classBefore() == each.classAfter()).count()
        / (double) images.size();
  }

  private Stream<HeldOut> defined() {
    return images.stream().filter(HeldOut::defined);
  }

  private static HeldOut heldOut(NetworkScores before, NetworkScores after) {
    return new HeldOut(
        before.mapped().ids().get(0),
        before.mapped().label(0),
        before.spearman().mean(),
        after.spearman().mean(),
        before.predicted(0),
        after.predicted(0),
        before.relativeChange(after));
  }
}
