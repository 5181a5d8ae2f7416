package org.neuralharmonizer.study.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.neuralharmonizer.io.Trials;
import org.neuralharmonizer.psychophysics.Accuracies;
import org.neuralharmonizer.psychophysics.Accuracy;
import org.neuralharmonizer.psychophysics.ErrorConsistency;
import org.neuralharmonizer.psychophysics.Trial;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sums up tables of decisions. */
@Command(
    name = "trials",
    mixinStandardHelpOptions = true,
    description = {
      "Prints how often observers were right, by condition, and whether they were wrong on the same"
          + " stimuli: Cohen's kappa of each two over what both saw in the same condition.",
      ""
    },
    footer = {"", "Example: harmonize psychophysics trials --layout geirhos experiment/"})
final class TrialsCommand implements Callable<Integer> {
  /** How a table is laid out. */
  enum Layout {
    OWN,
    GEIRHOS
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--layout",
      paramLabel = "NAME",
      defaultValue = "own",
      converter = Words.OfLayout.class,
      completionCandidates = Words.OfLayout.class,
      description =
          "Of the tables: that of this library, or of the experiments of Geirhos and others:"
              + " ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private Layout layout;

  @Parameters(paramLabel = "PATH", arity = "1..*", description = "Tables, or folders of tables.")
  private List<Path> paths;

  @Override
  public Integer call() throws Exception {
    List<Trial> trials = new ArrayList<>();
    for (Path path : paths) {
      trials.addAll(layout == Layout.GEIRHOS ? Trials.geirhos(path) : Trials.read(path));
    }
    Map<String, List<Trial>> observers = Accuracies.observers(trials);
    PrintWriter out = spec.commandLine().getOut();
    out.println(accuracies(trials, observers));
    if (observers.size() > 1) {
      out.print(consistency(observers));
    }
    return 0;
  }

  private static TextTable accuracies(List<Trial> trials, Map<String, List<Trial>> observers) {
    TreeSet<String> conditions = new TreeSet<>(Accuracies.byCondition(trials).keySet());
    List<String> head = new ArrayList<>(List.of("observer", "trials"));
    head.addAll(conditions);
    TextTable table = new TextTable(head.toArray(String[]::new));
    observers.forEach(
        (name, own) -> {
          Map<String, Accuracy> found = Accuracies.byCondition(own);
          List<String> cells = new ArrayList<>(List.of(name, String.valueOf(own.size())));
          conditions.forEach(
              condition ->
                  cells.add(
                      found.containsKey(condition)
                          ? TextTable.number(found.get(condition).value())
                          : "-"));
          table.row(cells.toArray(String[]::new));
        });
    return table;
  }

  private static TextTable consistency(Map<String, List<Trial>> observers) {
    TextTable table = new TextTable("observers", "stimuli", "same", "expected", "kappa");
    List<String> names = List.copyOf(observers.keySet());
    for (int i = 0; i < names.size(); i++) {
      for (int j = 0; j < i; j++) {
        String pair = names.get(j) + ", " + names.get(i);
        List<Trial> first = observers.get(names.get(j));
        List<Trial> second = observers.get(names.get(i));
        if (ErrorConsistency.shared(first, second) == 0) {
          table.row(pair, "0", "-", "-", "-");
          continue;
        }
        ErrorConsistency found = ErrorConsistency.between(first, second);
        table.row(
            pair,
            String.valueOf(found.stimuli()),
            TextTable.number(found.observed()),
            TextTable.number(found.expected()),
            TextTable.number(found.kappa()));
      }
    }
    return table;
  }
}
