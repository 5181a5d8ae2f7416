package org.neuralharmonizer.study.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.explain.ExplanationFunctional;
import org.neuralharmonizer.io.AtomicFiles;
import org.neuralharmonizer.io.Npy;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.study.photographs.Photographs;
import org.neuralharmonizer.study.report.ColourMap;
import org.neuralharmonizer.study.report.Picture;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.Predictor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Explains a network on pictures. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
      "Explains which pixels of a picture a network's score depends on.",
      "",
      "Pictures are cut to their central square and resized as by 'harmonize align'.",
      ""
    },
    footer = {
      "",
      "Writes NAME.npy (height x width, as computed) and NAME.png (from the lowest to the highest"
          + " value) for each picture.",
      "",
      "JSON: images (list of id, class, map, picture), settings.",
      "",
      "Example: harmonize explain --network network.onnx --preprocessing imagenet"
          + " --explanation smooth-grad --out maps dog.jpg cat.jpg"
    })
final class ExplainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private NetworkOptions network;
  @Mixin private ExplanationOptions explanation;
  @Mixin private CommonOptions common;

  @Parameters(
      paramLabel = "PICTURE",
      arity = "1..*",
      description = "Pictures, .jpg, .jpeg or .png, each of another name.")
  private List<Path> pictures;

  @Option(
      names = "--class",
      paramLabel = "K",
      description = "The class explained, from 0; without it that of the highest logit.")
  private @Nullable Integer label;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where maps go; made if there is none.")
  private Path out;

  @Override
  public Integer call() throws Exception {
    if (network.isDry(spec.commandLine().getOut())) {
      return 0;
    }
    common.requireWritable();
    Network explained = network.trained();
    Photographs photographs = Photographs.unmapped(pictures, explained.framing());
    requireDistinct(photographs.ids());
    Files.createDirectories(out);
    Tensor inputs = explained.preprocessing().apply(photographs.pixels());
    List<Object> images = new ArrayList<>();
    TextTable table = new TextTable("picture", "class", "map");
    try (Backend backend = common.open();
        Predictor predictor = explained.predictor(backend)) {
      int[] classes = classes(explained, predictor, inputs);
      ExplanationFunctional functional = explanation.functional(common.seed());
      LabeledImages labeled = LabeledImages.of(inputs, classes, explained.classifier().classes());
      List<ImportanceMap> maps = ImportanceMap.split(predictor.explain(functional, labeled));
      for (int i = 0; i < maps.size(); i++) {
        String id = photographs.ids().get(i);
        Path map = out.resolve(id + ".npy");
        Path picture = out.resolve(id + ".png");
        write(maps.get(i).values(), map, picture);
        table.row(id, String.valueOf(classes[i]), map.toString());
        images.add(
            Map.of(
                "id",
                id,
                "class",
                classes[i],
                "map",
                map.toString(),
                "picture",
                picture.toString()));
      }
      if (!common.quiet()) {
        spec.commandLine().getOut().print(table);
      }
      common.writeJson(members(images, explained, photographs, backend));
    }
    return 0;
  }

  private static void requireDistinct(List<String> ids) {
    if (ids.stream().distinct().count() < ids.size()) {
      throw new IllegalArgumentException(
          "pictures " + ids + ": two maps would have one name — rename a picture");
    }
  }

  private int[] classes(Network explained, Predictor predictor, Tensor inputs) {
    int kinds = explained.classifier().classes();
    if (label == null) {
      return predictor.classes(inputs);
    }
    if (label < 0 || label >= kinds) {
      throw new IllegalArgumentException(
          "--class is " + label + " — the network has classes 0 to " + (kinds - 1));
    }
    int[] same = new int[inputs.shape().extent(0)];
    Arrays.fill(same, label);
    return same;
  }

  private static void write(Tensor map, Path array, Path picture) throws IOException {
    Npy.write(array, map);
    byte[] png = Picture.heatMap(map, ColourMap.INFERNO, "").png();
    AtomicFiles.write(picture, stream -> stream.write(png));
  }

  private Map<String, Object> members(
      List<Object> images, Network explained, Photographs photographs, Backend backend) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("network", explained.name());
    settings.put("weights", network.source());
    settings.put("preprocessing", explained.preprocessing().text());
    settings.put("preparation", photographs.preparation());
    settings.put("explanation", explanation.text());
    settings.put("seed", common.seed());
    settings.put("backend", backend.name());
    settings.put("version", "harmonizer " + Version.library() + ", " + Version.java());
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("images", images);
    members.put("settings", settings);
    return members;
  }
}
