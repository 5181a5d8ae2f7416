package org.neuralharmonizer.study.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.neuralharmonizer.backend.Backends;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists backends. */
@Command(
    name = "backends",
    mixinStandardHelpOptions = true,
    description = {
      "Lists where programs can be computed here, the best first, and why others cannot be used.",
      ""
    },
    footer = {"", "JSON: backends, a list of name, usable, explanation."})
final class BackendsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Override
  public Integer call() throws Exception {
    common.requireWritable();
    List<Map<String, Object>> found =
        Backends.describe().stream().map(BackendsCommand::entry).toList();
    if (!common.quiet()) {
      for (Map<String, Object> each : found) {
        boolean usable = Boolean.TRUE.equals(each.get("usable"));
        spec.commandLine()
            .getOut()
            .printf(
                "%-12s %-10s %s%n",
                each.get("name"), usable ? "usable" : "not usable", each.get("explanation"));
      }
    }
    common.writeJson(Map.of("backends", found));
    return 0;
  }

  private static Map<String, Object> entry(Backends.Description description) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", description.name());
    entry.put("usable", description.availability().isUsable());
    entry.put("explanation", description.availability().explanation());
    return entry;
  }
}
