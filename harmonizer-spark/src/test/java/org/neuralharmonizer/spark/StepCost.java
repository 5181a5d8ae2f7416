package org.neuralharmonizer.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.BackendOptions;
import org.neuralharmonizer.backend.Backends;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.backend.ShareExchange;
import org.neuralharmonizer.backend.StepObserver;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.zoo.ReferenceCnn;
import org.neuralharmonizer.nn.zoo.ResNet50;
import org.neuralharmonizer.program.Fusion;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.BatchStatistics;
import org.neuralharmonizer.train.Division;
import org.neuralharmonizer.train.Harmonizer;
import org.neuralharmonizer.train.TrainingListener;

/**
 * Measures how much of a step on two executors of one core each is spent outside computing;
 * docs/scale.md says how to run it. Arguments: network, shares, images of a share, images of a
 * part, steps, memory of an executor in MiB, and "batch" for statistics of the whole batch.
 */
final class StepCost {
  private static final int EXECUTORS = 2;

  private StepCost() {}

  /** Noise, because time does not depend on what is seen. */
  record Work(String network, int shares, int share, int part, int steps, String folder)
      implements TrainingTask {
    @Override
    public Run run() {
      return new Run(builder().build(), images());
    }

    Harmonizer.Builder builder() {
      Harmonizer.Builder builder =
          Harmonizer.of(HarmonizerObjective.asInReleasedCode(classifier()))
              .batch(shares * share)
              .inPartsOf(part)
              .epochs(steps);
      Path parts = Path.of(folder);
      long[] last = {System.nanoTime()};
      return builder.listener(
          new TrainingListener() {
            @Override
            public void stepped(Step step) {
              long now = System.nanoTime();
              append(parts.resolve("steps"), now - last[0]);
              last[0] = now;
            }
          });
    }

    private Classifier classifier() {
      return network.equals("resnet50")
          ? ResNet50.of(224, 1000).classifier()
          : ReferenceCnn.of(10).classifier();
    }

    private LabeledImages images() {
      Classifier classifier = classifier();
      int count = shares * share;
      SeededRandom random = SeededRandom.of(1);
      Shape image = classifier.image();
      int[] labels = IntStream.range(0, count).map(i -> i % classifier.classes()).toArray();
      return LabeledImages.of(
              Tensor.generate(image.within(count), i -> random.nextDouble(-1, 1)),
              labels,
              classifier.classes())
          .withMaps(
              Tensor.generate(
                  Shape.of(count, image.extent(1), image.extent(2)), i -> random.nextDouble(0, 1)));
    }

    @Override
    public Backend backend(int threads) {
      Backend cpu = Backends.named("cpu", BackendOptions.defaults().withThreads(threads));
      return new Timed(cpu, Path.of(folder, "process " + ProcessHandle.current().pid()));
    }
  }

  /** Notes how long programs run. */
  private record Timed(Backend backend, Path times) implements Backend {
    @Override
    public String name() {
      return backend.name();
    }

    @Override
    public Fusion fusion() {
      return backend.fusion();
    }

    @Override
    public Executable load(Program program) {
      return new TimedExecutable(backend.load(program), new Waited(), times);
    }

    @Override
    public Executable load(Program program, ShareExchange exchange) {
      Waited waited = new Waited();
      ShareExchange timed =
          own -> {
            long start = System.nanoTime();
            float[] sum = exchange.sum(own);
            waited.nanoseconds += System.nanoTime() - start;
            waited.times++;
            return sum;
          };
      return new TimedExecutable(backend.load(program, timed), waited, times);
    }

    @Override
    public void close() {
      backend.close();
    }
  }

  /** For other shares, in one run of a program. */
  private static final class Waited {
    private long nanoseconds;
    private int times;
  }

  private record TimedExecutable(Executable executable, Waited waited, Path times)
      implements Executable {
    @Override
    public Program program() {
      return executable.program();
    }

    @Override
    public List<Tensor> run(List<Tensor> arguments, @Nullable StepObserver observer) {
      long start = System.nanoTime();
      List<Tensor> results = executable.run(arguments, observer);
      append(times, System.nanoTime() - start - waited.nanoseconds);
      if (waited.times > 0) {
        System.err.printf("%d exchanges, %.3f s%n", waited.times, waited.nanoseconds * 1e-9);
      }
      waited.nanoseconds = 0;
      waited.times = 0;
      return results;
    }

    @Override
    public Tensor read(int variable) {
      return executable.read(variable);
    }

    @Override
    public void write(int variable, Tensor value) {
      executable.write(variable, value);
    }

    @Override
    public void close() {
      executable.close();
    }
  }

  private static synchronized void append(Path file, long nanoseconds) {
    try {
      Files.writeString(
          file, nanoseconds + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory("step-cost");
    Work work =
        new Work(
            arguments[0],
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3]),
            Integer.parseInt(arguments[4]),
            folder.toString());
    String memory = arguments[5];
    try (JavaSparkContext context =
        Clusters.start(
            "local-cluster[%d,1,%s]".formatted(EXECUTORS, memory),
            Map.of("spark.executor.memory", memory + "m"))) {
      BatchStatistics statistics =
          List.of(arguments).contains("batch")
              ? BatchStatistics.OF_BATCH
              : BatchStatistics.OF_PARTS;
      SparkTrainer.of(context, work, Division.synchronous(work.shares()).with(statistics)).fit();
    }
    List<Double> steps = seconds(folder.resolve("steps"));
    List<Double> rules = List.of();
    List<List<Double>> executors = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(each -> each.toString().contains("process")).toList()) {
        if (file.endsWith("process " + ProcessHandle.current().pid())) {
          rules = seconds(file);
        } else {
          executors.add(seconds(file));
        }
      }
    }
    int parts = work.shares() / EXECUTORS * (work.share() / work.part());
    for (int i = 0; i < steps.size(); i++) {
      int from = i * parts;
      double longest =
          executors.stream()
              .mapToDouble(
                  all -> all.subList(from, from + parts).stream().mapToDouble(s -> s).sum())
              .max()
              .orElseThrow();
      double computing = longest + rules.get(i);
      System.out.printf(
          "step %d: %.3f s, computing %.3f s, of which the rule %.3f s; %.3f s or %.1f %% else%n",
          i + 1,
          steps.get(i),
          computing,
          rules.get(i),
          steps.get(i) - computing,
          100 * (1 - computing / steps.get(i)));
    }
  }

  private static List<Double> seconds(Path file) throws IOException {
    return Files.readAllLines(file).stream().map(line -> Long.parseLong(line) * 1e-9).toList();
  }
}
