package org.neuralharmonizer.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.ShareExchange;
import org.neuralharmonizer.data.ImageSource;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.loss.WeightDecay;
import org.neuralharmonizer.nn.Mode;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.Parameters;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.ShapeException;

/**
 * Trains a network to recognise objects by what people look at: the library's entry point.
 *
 * <pre>{@code
 * Harmonizer harmonizer =
 *     Harmonizer.of(HarmonizerObjective.asInReleasedCode(classifier)).epochs(20).seed(1).build();
 * Parameters harmonized = harmonizer.fit(images, backend).parameters();
 * }</pre>
 *
 * <p>Images are taken in an order drawn anew for each epoch; steps continue across the ends of
 * epochs, so every image is used once per epoch whatever the batch size. The result is a function
 * of the settings, the data and the first values: the same bits on any number of threads, and
 * whether the run was interrupted or not. Immutable.
 */
public final class Harmonizer {
  private static final long INITIALIZATION = 0;

  private final HarmonizerObjective objective;
  private final Optimizer optimizer;
  private final LearningRateSchedule schedule;
  private final Mode mode;
  private final int batch;
  private final int part;
  private final GradientBalance balance;
  private final double clipping;
  private final MapBranch branch;
  private final int stepsPerMapLoss;
  private final int epochs;
  private final long seed;
  private final @Nullable Parameters initial;
  private final @Nullable CheckpointStore checkpoints;
  private final int stepsPerCheckpoint;
  private final TrainingListener listener;

  private Harmonizer(Builder builder) {
    objective = builder.objective;
    optimizer = builder.optimizer;
    schedule = builder.schedule;
    mode = builder.mode;
    batch = builder.batch;
    part = builder.part;
    balance = builder.balance;
    clipping = builder.clipping;
    branch = builder.branch;
    stepsPerMapLoss = builder.stepsPerMapLoss;
    epochs = builder.epochs;
    seed = builder.seed;
    initial = builder.initial;
    checkpoints = builder.checkpoints;
    stepsPerCheckpoint = builder.stepsPerCheckpoint;
    listener = builder.listener;
  }

  /** Settings for what is to be minimised. */
  public static Builder of(HarmonizerObjective objective) {
    return new Builder(objective);
  }

  /**
   * Trains.
   *
   * @param images at least one; those with map weight 0 train classification only
   * @param backend stays the caller's to close
   * @throws ShapeException if the images do not fit the network
   * @throws IllegalArgumentException if the latest checkpoint belongs to a run with other settings
   * @throws IllegalStateException if the loss or what it would save ceases to be finite; the
   *     message names the step, the images and, if the latest checkpoint is at most 200 steps old,
   *     the layer. That checkpoint stays
   * @throws UncheckedIOException if an image cannot be read, or a checkpoint read or written;
   *     earlier checkpoints stay intact
   */
  public TrainingResult fit(ImageSource images, Backend backend) {
    check(images);
    Course course = course(images);
    StepSettings settings = stepSettings(course, 1);
    return fit(
        course,
        settings(images),
        () -> StepSequence.of(objective, course, settings, stepsPerMapLoss, first(), backend));
  }

  /**
   * Trains on several machines: each step is divided among {@link #worker workers}.
   *
   * <p>With one step between sums it is the same training as {@link #fit(ImageSource, Backend)} to
   * rounding, with reservations that hold for {@link Builder#inPartsOf} too: unless the division
   * says {@link BatchStatistics#OF_BATCH}, batch norm sees parts of the batch, and its running
   * statistics become the means of what all parts make of them; and noise is drawn for each part.
   * The result depends on the division, not on who computes what.
   *
   * @param images as every worker has them; only their names and weights are asked for here
   * @param backend for the optimizer's rule; stays the caller's to close
   * @throws IllegalArgumentException if the batch does not fall into equal shares, or these into
   *     equal parts, or the map branch is on mapped images alone; else as the other method throws
   */
  public TrainingResult fit(
      ImageSource images, Backend backend, Division division, ShareSums shares) {
    SharedRun run = sharedRun(images, division);
    Map<String, String> settings = new TreeMap<>(settings(images));
    settings.put("shares", division.description());
    return fit(
        run.course(),
        settings,
        () ->
            division.local()
                ? new AveragedSteps(run, shares)
                : new SharedGradientSteps(run, shares, backend));
  }

  /**
   * A worker for {@link #fit(ImageSource, Backend, Division, ShareSums)}, which must be made from
   * the same settings and images.
   *
   * @param backend stays the caller's to close, after the worker
   */
  public ShareWorker worker(ImageSource images, Division division, Backend backend) {
    if (division.exchanges()) {
      throw new IllegalArgumentException(
          "training: statistics of the whole batch need an exchange among the workers — give one");
    }
    return new ShareWorker(sharedRun(images, division), backend, null);
  }

  /**
   * A worker that takes part in exchanges, if the division asks for them.
   *
   * @param exchange among the workers of all shares; called by the thread that does the work
   * @throws IllegalArgumentException if the backend runs no program with exchanges
   */
  public ShareWorker worker(
      ImageSource images, Division division, Backend backend, ShareExchange exchange) {
    return new ShareWorker(sharedRun(images, division), backend, exchange);
  }

  private SharedRun sharedRun(ImageSource images, Division division) {
    check(images);
    Course course = course(images);
    StepSettings settings = stepSettings(course, division.shares());
    int parts = settings.accumulation().parts() / division.shares();
    if (division.exchanges() && parts > 1) {
      throw new IllegalArgumentException(
          "training: shares in %d parts have no statistics of the whole batch — compute them whole, or"
                  .formatted(parts)
              + " normalize by parts");
    }
    List<HarmonizerObjective> objectives = StepSequence.objectives(objective, stepsPerMapLoss);
    return new SharedRun(division, course, objectives, stepsPerMapLoss, settings, first());
  }

  private TrainingResult fit(
      Course course, Map<String, String> settings, Supplier<Steps> prepared) {
    long start = System.nanoTime();
    try (Steps steps = prepared.get()) {
      TrainingRun.Saving saving = new TrainingRun.Saving(checkpoints, stepsPerCheckpoint, settings);
      List<TrainingListener.Epoch> reports =
          new TrainingRun(steps, course, saving, listener).toTheEnd();
      return new TrainingResult(
          steps.parameters(), steps.averaged(), reports, seconds(start), settings);
    } catch (IOException e) {
      throw new UncheckedIOException("checkpoint: " + e.getMessage(), e);
    }
  }

  private Course course(ImageSource images) {
    SeededRandom random = SeededRandom.of(seed);
    EpochOrder order = new EpochOrder(images, random, branch);
    return new Course(images, order, Math.min(batch, images.size()), epochs, schedule, random);
  }

  private Parameters first() {
    return initial == null
        ? objective.classifier().initialize(SeededRandom.of(seed).stream(INITIALIZATION).nextLong())
        : initial;
  }

  private StepSettings stepSettings(Course course, int shares) {
    int whole = course.batch();
    if (whole % shares != 0) {
      throw new IllegalArgumentException(
          "training: a batch of %d does not fall into %d equal shares — let the one divide the other"
              .formatted(whole, shares));
    }
    int share = whole / shares;
    Accumulation ofShare =
        part == 0 || part >= share ? new Accumulation(1, share) : Accumulation.of(share, part);
    Accumulation accumulation = new Accumulation(shares * ofShare.parts(), ofShare.size());
    if (branch == MapBranch.MAPPED_IMAGES && accumulation.parts() > 1) {
      throw new IllegalArgumentException(
          "training: a batch in parts cannot have its map branch on mapped images alone — leave out"
              + " one of the two");
    }
    if (stepsPerMapLoss > 1 && balance != GradientBalance.ABSOLUTE) {
      throw new IllegalArgumentException(
          "training: gradients are balanced where a step has both, so the map loss must be in every"
              + " step — leave out one of the two");
    }
    return new StepSettings(
        optimizer, accumulation, course.mappedPerBatch(), mode, balance, clipping);
  }

  /**
   * Everything a run depends on besides the network, its first values and the pixels, as text. Of
   * what is given as code without a {@code toString} of its own, only that is said.
   */
  public Map<String, String> settings(ImageSource images) {
    Map<String, String> text = new TreeMap<>();
    text.put("batch", String.valueOf(batch) + (part == 0 ? "" : " in parts of " + part));
    text.put("cross-entropy", described(objective.crossEntropy()));
    text.put("epochs", String.valueOf(epochs));
    text.put("explanation", described(objective.explanation()));
    text.put("gradient balance", balance.toString());
    text.put("gradient clipping", clipping == Double.POSITIVE_INFINITY ? "none" : "" + clipping);
    text.put("images", images.description());
    text.put("lambda1", String.valueOf(objective.lambda1()));
    text.put("lambda2", String.valueOf(objective.lambda2()));
    text.put("map branch", branch.toString());
    text.put("map loss", described(objective.mapLoss()));
    text.put("steps per map loss", String.valueOf(stepsPerMapLoss));
    text.put("mode", mode.toString());
    text.put("optimizer", optimizer.description());
    text.put("schedule", described(schedule));
    text.put("seed", String.valueOf(seed));
    text.put("weight decay", decay());
    return text;
  }

  /** By its effect, because rules are functions and functions do not print. */
  private String decay() {
    WeightDecay decay = objective.weightDecay();
    List<String> decaying =
        decay.decaying(objective.classifier().parameters()).stream().map(Parameter::path).toList();
    return decay.factor() + " times the squares of " + decaying;
  }

  /** The inherited text differs from process to process and would make every resumption fail. */
  private static String described(Object setting) {
    String text = setting.toString();
    String inherited = setting.getClass().getName() + "@" + Integer.toHexString(setting.hashCode());
    return text.equals(inherited) ? "given as code" : text;
  }

  private void check(ImageSource images) {
    boolean fits =
        images.imageShape().equals(objective.classifier().image())
            && images.classes() == objective.classifier().classes();
    if (!fits) {
      throw new ShapeException(
          "training: images are %s of %d classes, the network takes %s of %d classes"
              .formatted(
                  images.imageShape(),
                  images.classes(),
                  objective.classifier().image(),
                  objective.classifier().classes()));
    }
    if (objective.lambda1() > 0 && images.mapped() == 0) {
      throw new IllegalArgumentException(
          "training: none of the images has a human map, so there is nothing to harmonize with"
              + " — add maps, or set lambda1 to 0 to train plainly");
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) * 1e-9;
  }

  /**
   * Settings of a run. Unless changed: Nesterov momentum 0.9 at a constant rate of 0.01, batches of
   * 32, 10 epochs, training mode, fresh parameters, seed 0, no checkpoints.
   */
  public static final class Builder {
    private final HarmonizerObjective objective;
    private Optimizer optimizer = Sgd.withNesterovMomentum(0.9);
    private LearningRateSchedule schedule = LearningRateSchedule.constant(0.01);
    private Mode mode = Mode.TRAINING;
    private int batch = 32;
    private int part;
    private GradientBalance balance = GradientBalance.ABSOLUTE;
    private double clipping = Double.POSITIVE_INFINITY;
    private MapBranch branch = MapBranch.ALL_IMAGES;
    private int stepsPerMapLoss = 1;
    private int epochs = 10;
    private long seed;
    private @Nullable Parameters initial;
    private @Nullable CheckpointStore checkpoints;
    private int stepsPerCheckpoint = 1;
    private TrainingListener listener = new TrainingListener() {};

    private Builder(HarmonizerObjective objective) {
      this.objective = objective;
    }

    public Builder optimizer(Optimizer rule) {
      optimizer = rule;
      return this;
    }

    public Builder learningRate(LearningRateSchedule rates) {
      schedule = rates;
      return this;
    }

    /** INFERENCE keeps batch-norm at its running statistics and dropout off while training. */
    public Builder mode(Mode other) {
      mode = other;
      return this;
    }

    /** Images per step; at most as many as there are. */
    public Builder batch(int images) {
      batch = atLeastOne("batch", images);
      return this;
    }

    /**
     * Computes a batch in parts of so many images, whose gradients are added up before the
     * parameters change: less memory, the same step to rounding. Batch norm, however, sees parts,
     * and its running statistics move once for each. The batch must be a multiple.
     */
    public Builder inPartsOf(int images) {
      part = atLeastOne("part of a batch", images);
      return this;
    }

    /** How the gradient of the map loss is weighed. */
    public Builder gradientBalance(GradientBalance other) {
      balance = other;
      return this;
    }

    /** For which images the map loss and its second derivatives are computed. */
    public Builder mapBranch(MapBranch other) {
      branch = other;
      return this;
    }

    /**
     * The map loss in every so many steps only, and there as many times as strong, so that it pulls
     * as much over time; the steps between cost no second derivatives. Needs the memory of both.
     */
    public Builder mapLossEvery(int steps) {
      stepsPerMapLoss = atLeastOne("steps per map loss", steps);
      return this;
    }

    /** Gradients whose norm over all parameters is greater are shortened to it. */
    public Builder clipGradients(double norm) {
      if (!(norm > 0)) {
        throw new IllegalArgumentException(
            "training: gradients are clipped to a positive norm, not " + norm);
      }
      clipping = norm;
      return this;
    }

    public Builder epochs(int count) {
      epochs = atLeastOne("epochs", count);
      return this;
    }

    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Begins with these values instead of fresh ones. */
    public Builder startingFrom(Parameters values) {
      initial = values.fitting(objective.classifier().parameters());
      return this;
    }

    /**
     * Saves after every so many steps and at the end, and resumes from the latest if there is one.
     */
    public Builder checkpoints(CheckpointStore store, int everySteps) {
      checkpoints = store;
      stepsPerCheckpoint = atLeastOne("steps per checkpoint", everySteps);
      return this;
    }

    public Builder listener(TrainingListener other) {
      listener = other;
      return this;
    }

    public Harmonizer build() {
      return new Harmonizer(this);
    }

    private static int atLeastOne(String what, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(
            "training: " + what + " must be at least 1, not " + value);
      }
      return value;
    }
  }
}
