package org.neuralharmonizer.train;

import java.util.List;
import org.neuralharmonizer.data.ImageSource.Visit;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.SeededRandom;

/**
 * A run whose batches are divided, as all machines know it.
 *
 * @param objectives with the map loss; without it in a second place, if it is not in every step
 * @param every in which steps it is
 * @param settings with the parts of the whole batch
 * @param initial the first values
 */
record SharedRun(
    Division division,
    Course course,
    List<HarmonizerObjective> objectives,
    int every,
    StepSettings settings,
    Parameters initial) {

  /** Which objective the step after so many has. */
  int kind(long done) {
    return objectives.size() == 1 || done % every == 0 ? 0 : 1;
  }

  /** The losses of a part of a share. */
  LossGraph losses(HarmonizerObjective objective) {
    return new LossGraph(objective, settings, division.exchanges() ? division.shares() : 1);
  }

  /** Parts of each share. */
  int parts() {
    return settings.accumulation().parts() / division.shares();
  }

  /** The images of one share of the step after so many. */
  List<Visit> visits(long done, int share) {
    int size = parts() * settings.accumulation().size();
    return course.visits(done).subList(share * size, (share + 1) * size);
  }

  /** The noise of one part of the batch. */
  SeededRandom noise(long done, int share, int part) {
    int number = share * parts() + part;
    return TrainStep.noise(course.noise(done), settings.accumulation(), number);
  }

  /** Names the images of the shares whose loss is not finite. */
  void requireFinite(long done, List<TrainStep.Outcome> outcomes) {
    for (int share = 0; share < outcomes.size(); share++) {
      TrainingListener.Losses losses = outcomes.get(share).losses();
      if (!Double.isFinite(losses.total())) {
        List<String> ids = visits(done, share).stream().map(course.images()::id).toList();
        throw new IllegalStateException(
            "training: the loss of share %d is %s at step %d (%s), of images %s"
                    .formatted(share, losses.total(), done + 1, losses, ids)
                + " — lower the learning rate, or lambda1");
      }
    }
  }

  /** A share as a batch of its own. */
  StepSettings ofShare() {
    return settings.with(new Accumulation(parts(), settings.accumulation().size()));
  }
}
