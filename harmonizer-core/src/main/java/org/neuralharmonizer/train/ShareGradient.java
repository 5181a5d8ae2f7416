package org.neuralharmonizer.train;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.backend.Executable;
import org.neuralharmonizer.backend.ShareExchange;
import org.neuralharmonizer.data.ImageSource.Visit;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.loss.HarmonizerObjective;
import org.neuralharmonizer.nn.Noise;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Tensor;

/** The gradient of a share, and what its images make of the running statistics. */
final class ShareGradient implements ShareWork {
  /** Weights are floats in batches. */
  private static final double WEIGHTS = 1e-6;

  private final SharedRun run;
  private final int size;
  private final Layout parameters = new Layout();
  private final Layout values;
  private final List<Executable> executables = new ArrayList<>();

  /** Of programs that exchange, by what they do. */
  private final List<Integer> fingerprints = new ArrayList<>();

  private final List<List<Noise>> noise = new ArrayList<>();
  private final int reported;

  private final @Nullable ShareExchange exchange;

  /**
   * Prepares it.
   *
   * @param exchange if there is one for {@link Division#exchanges}
   */
  ShareGradient(SharedRun run, Backend backend, @Nullable ShareExchange exchange) {
    this.run = run;
    this.exchange = run.division().exchanges() ? exchange : null;
    size = run.settings().accumulation().size();
    LossGraph first = run.losses(run.objectives().get(0));
    first.context().parameters().forEach(each -> parameters.add(each.path(), each.shape()));
    values = values(run, first);
    reported = first.report().size();
    try {
      for (HarmonizerObjective objective : run.objectives()) {
        LossGraph graph = run.losses(objective);
        noise.add(graph.context().noise());
        Executable executable = load(signature(graph), backend);
        executables.add(executable);
        fingerprints.add(exchange == null ? 0 : executable.program().toString().hashCode());
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private Executable load(Signature signature, Backend backend) {
    Program program = backend.compile(signature);
    return exchange == null ? backend.load(program) : backend.load(program, exchange);
  }

  /** Gradients of each kind, then statistics. */
  static Layout values(SharedRun run, LossGraph graph) {
    Layout values = new Layout();
    for (int kind = 0; kind < UpdateGraph.kinds(run.objectives().get(0), run.settings()); kind++) {
      for (Parameter each : graph.context().trainable()) {
        values.add("gradient " + kind + " of " + each.path(), each.shape());
      }
    }
    graph
        .context()
        .updates()
        .forEach(each -> values.add("sum of " + each.statistic().path(), each.value().shape()));
    return values;
  }

  private Signature signature(LossGraph graph) {
    List<Expr> arguments = new ArrayList<>(graph.batch());
    if (run.settings().accumulation().parts() > 1) {
      arguments.add(graph.mapShare());
    }
    graph.context().noise().forEach(each -> arguments.add(each.leaf()));
    List<Signature.Variable> variables =
        graph.context().parameters().stream()
            .map(each -> new Signature.Variable(each.leaf(), run.initial().value(each.path())))
            .toList();
    List<Expr> outputs = graph.report();
    graph.gradients().forEach(outputs::addAll);
    graph.context().updates().forEach(each -> outputs.add(each.value()));
    return new Signature(arguments, variables, outputs, List.of());
  }

  @Override
  public ShareWorker.Contribution of(long done, int count, int share, float[] state) {
    int kind = run.kind(done);
    Executable executable = executables.get(kind);
    requireSameProgram(fingerprints.get(kind));
    List<Tensor> present = parameters.split(state);
    for (int i = 0; i < present.size(); i++) {
      executable.write(i, present.get(i));
    }
    Accumulation whole = run.settings().accumulation();
    List<Visit> visits = run.visits(done, share);
    double weights = weights(run.course().visits(done));
    double seen = 0;
    StepSums sums = new StepSums(run.parts(), run.division().shares());
    float[] total = new float[values.length()];
    for (int i = 0; i < run.parts(); i++) {
      LabeledImages.Batch part = part(visits, i);
      seen += Accumulation.weights(part);
      double mapShare =
          whole.mapShare(part, weights, run.objectives().get(0).mapLoss().normalization());
      List<Tensor> arguments =
          new ArrayList<>(List.of(part.images(), part.labels(), part.maps(), part.mapWeights()));
      if (whole.parts() > 1) {
        arguments.add(Tensor.scalar(mapShare));
      }
      SeededRandom own = run.noise(done, share, i);
      noise.get(kind).forEach(each -> arguments.add(each.draw(own)));
      List<Tensor> results = executable.run(arguments);
      sums.add(results.subList(0, reported), mapShare);
      values.addTo(total, results.subList(reported, results.size()));
    }
    requireSame(seen, weights(visits), visits);
    return new ShareWorker.Contribution(sums.outcome(), total);
  }

  /**
   * Shares that exchange at different points would wait for ever, or add up what does not belong.
   */
  private void requireSameProgram(int fingerprint) {
    if (exchange == null) {
      return;
    }
    float[] own = {fingerprint & 0xffff, fingerprint >>> Short.SIZE};
    float[] all = exchange.sum(own);
    int shares = run.division().shares();
    if (all[0] != shares * own[0] || all[1] != shares * own[1]) {
      throw new IllegalStateException(
          "training: the shares run different programs — give all machines the same settings, as"
              + " much memory, and the same version of the library");
    }
  }

  private double weights(List<Visit> visits) {
    return visits.stream().mapToDouble(run.course().images()::mapWeight).sum();
  }

  /** Each share weighs its maps by what the source says of all the others'. */
  private void requireSame(double seen, double said, List<Visit> visits) {
    if (Math.abs(seen - said) > WEIGHTS * visits.size()) {
      throw new IllegalStateException(
          "training: the maps of images %s weigh %s together, their source says %s — let mapWeight say what batches hold"
              .formatted(visits.stream().map(run.course().images()::id).toList(), seen, said));
    }
  }

  private LabeledImages.Batch part(List<Visit> visits, int part) {
    LabeledImages.Batch batch =
        run.course().images().batch(visits.subList(part * size, (part + 1) * size));
    if (part + 1 < run.parts()) {
      run.course().images().announce(visits.subList((part + 1) * size, (part + 2) * size));
    }
    return batch;
  }

  @Override
  public void close() {
    executables.forEach(Executable::close);
  }
}
