package org.neuralharmonizer.study.demo;

import java.util.List;
import java.util.Map;
import org.neuralharmonizer.alignment.AlignmentResult;
import org.neuralharmonizer.alignment.BootstrapInterval;
import org.neuralharmonizer.alignment.InterRaterCeiling;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.study.scenes.SceneSet;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.TrainingListener;

/**
 * What the demonstration found.
 *
 * @param settings what was drawn and trained
 * @param plain the network trained by cross-entropy alone
 * @param harmonized the same network trained to look where people look as well
 * @param ceiling what one half of the raters reaches of the other
 * @param correctedCeiling the same, extrapolated to all raters by Spearman and Brown
 * @param centerBias how well the mean of the other pictures' maps does, knowing nothing of a
 *     picture
 * @param test the scenes on which alignment was measured
 * @param seconds wall-clock time of everything
 * @param provenance settings, seeds and versions, as text
 */
public record DemoResult(
    DemoSettings settings,
    Network plain,
    Network harmonized,
    InterRaterCeiling ceiling,
    InterRaterCeiling correctedCeiling,
    AlignmentResult centerBias,
    SceneSet test,
    double seconds,
    Map<String, String> provenance) {

  /**
   * One of the two networks.
   *
   * @param accuracy on the test, where the shortcut is as good as in training
   * @param shiftedAccuracy where the shortcut says nothing
   * @param alignment of saliency with people's maps, on the test
   * @param saliency of the first test scenes, N × H × W
   * @param parameters its values
   * @param epochs the course of training
   * @param seconds of training
   */
  public record Network(
      BootstrapInterval accuracy,
      BootstrapInterval shiftedAccuracy,
      AlignmentResult alignment,
      Tensor saliency,
      Parameters parameters,
      List<TrainingListener.Epoch> epochs,
      double seconds) {
    public Network {
      epochs = List.copyOf(epochs);
    }
  }
}
