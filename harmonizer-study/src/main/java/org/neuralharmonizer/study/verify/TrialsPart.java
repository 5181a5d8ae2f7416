package org.neuralharmonizer.study.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.neuralharmonizer.io.Trials;
import org.neuralharmonizer.psychophysics.Accuracies;
import org.neuralharmonizer.psychophysics.Trial;

/** Decisions of people and networks on the same pictures. It needs no evaluator. */
final class TrialsPart implements Part {
  private static final String EXPECTED = "_expected.json";

  /** The animals among the sixteen categories of these experiments. */
  private static final Set<String> ANIMALS = Set.of("bear", "bird", "cat", "dog", "elephant");

  /** Quotients of whole numbers. */
  private static final Tolerance SHARES = new Tolerance(1e-12, 1e-12);

  @Override
  public boolean isIn(ReferenceFiles folder) {
    return folder.names().stream()
        .anyMatch(name -> name.endsWith(EXPECTED) && folder.names().contains(experiment(name)));
  }

  private static String experiment(String name) {
    return name.substring(0, name.length() - EXPECTED.length());
  }

  @Override
  public PartReport run(ReferenceFiles folder, Evaluator evaluator, Precision precision) {
    PartRecorder recorder = new PartRecorder("trials", precision);
    for (String name : folder.names()) {
      if (name.endsWith(EXPECTED) && folder.names().contains(experiment(name))) {
        Map<String, List<Trial>> observers =
            Accuracies.observers(trials(folder.at(experiment(name))));
        for (Object row : folder.list(name)) {
          Map<String, Object> wanted = Values.object(row);
          String observer = String.valueOf(wanted.get("subj"));
          String condition = String.valueOf(wanted.get("condition"));
          recorder.run(
              experiment(name) + " " + observer + " " + condition,
              test -> {
                List<Trial> own =
                    observers.getOrDefault(observer, List.of()).stream()
                        .filter(trial -> trial.condition().equals(condition))
                        .toList();
                compare(test, own, wanted);
              });
        }
      }
    }
    return recorder.report();
  }

  private static void compare(
      PartRecorder.Case test, List<Trial> trials, Map<String, Object> wanted) {
    test.same("n", trials.size(), Values.integer(wanted.get("n")));
    same(test, "correct16", trials, Trial::isRight, wanted);
    same(test, "correct_animal", trials, TrialsPart::isAnimalRight, wanted);
    same(test, "no_answer", trials, trial -> trial.answer() == null, wanted);
    same(test, "hits", trials, trial -> isAnimal(trial) && saidAnimal(trial), wanted);
    same(test, "fa", trials, trial -> !isAnimal(trial) && saidAnimal(trial), wanted);
    if (!trials.isEmpty()) {
      double share = Accuracies.byCondition(trials).values().iterator().next().value();
      test.compare("acc16", share, Values.number(wanted.get("acc16")), SHARES);
    }
  }

  private static void same(
      PartRecorder.Case test,
      String name,
      List<Trial> trials,
      Predicate<Trial> counted,
      Map<String, Object> wanted) {
    int found = (int) trials.stream().filter(counted).count();
    test.same(name, found, Values.integer(wanted.get(name)));
  }

  private static boolean isAnimal(Trial trial) {
    return ANIMALS.contains(trial.truth());
  }

  private static boolean saidAnimal(Trial trial) {
    return trial.answer() != null && ANIMALS.contains(trial.answer());
  }

  private static boolean isAnimalRight(Trial trial) {
    return trial.answer() != null && isAnimal(trial) == saidAnimal(trial);
  }

  private static List<Trial> trials(ReferenceFiles folder) {
    try {
      return Trials.geirhos(folder.folder());
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }
}
