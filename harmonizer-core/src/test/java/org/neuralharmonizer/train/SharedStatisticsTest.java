package org.neuralharmonizer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.backend.ShareExchange;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Reduction;
import org.neuralharmonizer.loss.HarmonizationLoss;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Activation;
import org.neuralharmonizer.nn.BatchNorm;
import org.neuralharmonizer.nn.Bias;
import org.neuralharmonizer.nn.Classifier;
import org.neuralharmonizer.nn.Conv;
import org.neuralharmonizer.nn.Dense;
import org.neuralharmonizer.nn.Sequential;
import org.neuralharmonizer.nn.Shaping;
import org.neuralharmonizer.program.Compiler;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Shares that are computed at the same time and exchange the statistics of the whole batch. */
final class SharedStatisticsTest {

  /** Where the threads of all shares meet. */
  private static final class Meeting {
    private final float[][] given;
    private final CyclicBarrier barrier;
    private float[] sum = new float[0];

    Meeting(int shares) {
      given = new float[shares][];
      barrier = new CyclicBarrier(shares, this::add);
    }

    private void add() {
      sum = new float[given[0].length];
      for (int i = 0; i < sum.length; i++) {
        double total = 0;
        for (float[] each : given) {
          total += each[i];
        }
        sum[i] = (float) total;
      }
    }

    ShareExchange of(int share) {
      return own -> {
        given[share] = own.clone();
        await();
        float[] result = sum.clone();
        await();
        return result;
      };
    }

    private void await() {
      try {
        barrier.await(1, TimeUnit.MINUTES);
      } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
        throw new IllegalStateException("a share did not come", e);
      }
    }
  }

  /** A task for each share, each in a thread of its own. */
  private static <T> List<T> together(int shares, IntFunction<T> task) {
    ExecutorService threads = Executors.newFixedThreadPool(shares);
    try {
      List<Future<T>> begun = new ArrayList<>();
      for (int share = 0; share < shares; share++) {
        int number = share;
        begun.add(threads.submit(() -> task.apply(number)));
      }
      List<T> done = new ArrayList<>();
      for (Future<T> each : begun) {
        done.add(each.get());
      }
      return done;
    } catch (InterruptedException | ExecutionException e) {
      throw e.getCause() instanceof IllegalStateException cause
          ? cause
          : new IllegalStateException(e);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Without dropout, whose masks a batch in shares draws anew. */
  private static Harmonizer.Builder settings() {
    Classifier classifier =
        Classifier.of(
            Sequential.empty()
                .then("conv1", Conv.of(3, 4, 3).withBias(Bias.NONE))
                .then("bn1", BatchNorm.of(4))
                .then(Activation.SOFTPLUS)
                .then("conv2", Conv.of(4, 4, 3))
                .then("bn2", BatchNorm.of(4))
                .then(Activation.RELU)
                .then(Shaping.FLATTEN)
                .then("fc", Dense.of(64, SmallTask.CLASSES)),
            SmallTask.IMAGE,
            SmallTask.CLASSES);
    return Harmonizer.of(
            HarmonizerObjective.asInReleasedCode(classifier)
                .withMapLoss(HarmonizationLoss.asInReleasedCode().withLevels(2)))
        .learningRate(LearningRateSchedule.constant(0.1))
        .batch(4)
        .epochs(4)
        .seed(5);
  }

  private static Map<String, Tensor> shared(Harmonizer.Builder builder, Division division) {
    Harmonizer harmonizer = builder.build();
    Meeting meeting = new Meeting(division.shares());
    List<Backend> backends = new ArrayList<>();
    List<ShareWorker> workers = new ArrayList<>();
    try {
      for (int share = 0; share < division.shares(); share++) {
        backends.add(SmallTask.backend(1));
        workers.add(
            harmonizer.worker(
                SmallTask.images(), division, backends.get(share), meeting.of(share)));
      }
      ShareSums sums =
          (done, count, state) ->
              SharedTrainingTest.sums(
                  together(
                      division.shares(),
                      share -> workers.get(share).work(done, count, share, state)));
      return harmonizer
          .fit(SmallTask.images(), backends.get(0), division, sums)
          .parameters()
          .asMap();
    } finally {
      workers.forEach(ShareWorker::close);
      backends.forEach(Backend::close);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void trainingIsThatOfOneMachine(int shares) {
    Division division = Division.synchronous(shares);
    Map<String, Tensor> whole;
    try (Backend backend = SmallTask.backend(1)) {
      whole = settings().build().fit(SmallTask.images(), backend).parameters().asMap();
    }
    // Ten steps whose sums are taken in another order.
    assertThat(difference(shared(settings(), division.with(BatchStatistics.OF_BATCH)), whole))
        .isLessThan(5e-4);
    assertThat(difference(shared(settings(), division), whole)).isGreaterThan(0.05);
  }

  private static double difference(Map<String, Tensor> actual, Map<String, Tensor> expected) {
    double most = 0;
    for (Map.Entry<String, Tensor> each : expected.entrySet()) {
      for (int i = 0; i < each.getValue().size(); i++) {
        double difference = actual.get(each.getKey()).value(i) - each.getValue().value(i);
        most = Math.max(most, Math.abs(difference));
      }
    }
    return most;
  }

  /** Of a function of everybody's sum, first and second order, against the same on one machine. */
  @Test
  void derivativesReachEveryShare() {
    Tensor all = SmallTask.noise(Shape.of(2, 3), 7);
    Expr x = Expr.input("x", Shape.of(2, 3));
    List<Expr> alone = derivatives(x, x.sumKeeping(0));
    Expr own = Expr.input("own", Shape.of(1, 3));
    List<Expr> shared = derivatives(own, Expr.of(new Reduction.ShareSum(), own));
    try (Backend backend = SmallTask.backend(1)) {
      Executable whole = backend.load(new Signature(List.of(x), List.of(), alone, List.of()));
      List<Tensor> expected = whole.run(List.of(all));
      Meeting meeting = new Meeting(2);
      List<List<Tensor>> found =
          together(
              2,
              share -> {
                Signature signature = new Signature(List.of(own), List.of(), shared, List.of());
                try (Executable part =
                    backend.load(
                        Compiler.compile(signature, backend.fusion()), meeting.of(share))) {
                  return part.run(List.of(all.slice(share).reshape(Shape.of(1, 3))));
                }
              });
      for (int order = 0; order < 2; order++) {
        for (int i = 0; i < 6; i++) {
          float wanted = expected.get(order).value(i);
          // A few roundings of products in another order.
          assertThat(found.get(i / 3).get(order).value(i % 3))
              .isCloseTo(wanted, withinPercentage(1e-4));
        }
      }
    }
  }

  /** Of Σ x³ s² by x, and of the sum of the squares of that. */
  private static List<Expr> derivatives(Expr x, Expr sum) {
    Expr first = Derivatives.grad(x.squared().times(x).times(sum.squared()).sum(), x);
    return List.of(first, Derivatives.grad(first.squared().sum(), x));
  }

  @Test
  void sharesOfDifferentProgramsAreNoticed() {
    Division division = Division.synchronous(2).with(BatchStatistics.OF_BATCH);
    Meeting meeting = new Meeting(2);
    try (Backend backend = SmallTask.backend(1);
        ShareWorker one =
            settings().build().worker(SmallTask.images(), division, backend, meeting.of(0));
        ShareWorker other =
            settings()
                .batch(8)
                .build()
                .worker(SmallTask.images(), division, backend, meeting.of(1))) {
      ShareSums sums =
          (done, count, values) ->
              SharedTrainingTest.sums(
                  together(2, share -> (share == 0 ? one : other).work(0, 1, share, values)));
      assertThatIllegalStateException()
          .isThrownBy(() -> settings().build().fit(SmallTask.images(), backend, division, sums))
          .withMessageContaining("the shares run different programs");
    }
  }

  @Test
  void whatCannotExchangeIsRefused() {
    Division division = Division.synchronous(2).with(BatchStatistics.OF_BATCH);
    try (Backend backend = SmallTask.backend(1)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> settings().build().worker(SmallTask.images(), division, backend))
          .withMessageContaining("need an exchange");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> shared(settings().inPartsOf(1), division))
          .withMessageContaining("shares in 2 parts have no statistics of the whole batch");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Division.local(2, 3).with(BatchStatistics.OF_BATCH))
          .withMessageContaining("statistics of their own");
      Expr x = Expr.input("x", Shape.of(2));
      Signature signature =
          new Signature(
              List.of(x), List.of(), List.of(Expr.of(new Reduction.ShareSum(), x)), List.of());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> backend.load(signature))
          .withMessageContaining("load it with an exchange");
    }
  }
}
