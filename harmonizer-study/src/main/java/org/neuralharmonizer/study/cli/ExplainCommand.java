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
import org.neuralharmonizer.explain.ChannelReduction;
import org.neuralharmonizer.explain.ClassScore;
import org.neuralharmonizer.explain.DeconvNet;
import org.neuralharmonizer.explain.ExplanationFunctional;
import org.neuralharmonizer.explain.GuidedBackpropagation;
import org.neuralharmonizer.explain.InputTimesGradient;
import org.neuralharmonizer.explain.IntegratedGradients;
import org.neuralharmonizer.explain.NoiseSampling;
import org.neuralharmonizer.explain.Saliency;
import org.neuralharmonizer.explain.SmoothGrad;
import org.neuralharmonizer.explain.SquareGrad;
import org.neuralharmonizer.explain.VarGrad;
import org.neuralharmonizer.io.AtomicFiles;
import org.neuralharmonizer.io.Npy;
import org.neuralharmonizer.study.networks.Network;
import org.neuralharmonizer.study.photographs.Photographs;
import org.neuralharmonizer.study.report.ColourMap;
import org.neuralharmonizer.study.report.Picture;
import org.neuralharmonizer.tensor.Shape;
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
  private static final int STEPS = 50;
  private static final int SAMPLES = 50;
  private static final double SPREAD = 0.2;

  @Spec private CommandSpec spec;
  @Mixin private NetworkOptions network;
  @Mixin private CommonOptions common;

  @Parameters(
      paramLabel = "PICTURE",
      arity = "1..*",
      description = "Pictures, .jpg, .jpeg or .png, each of another name.")
  private List<Path> pictures;

  @Option(
      names = "--explanation",
      paramLabel = "NAME",
      defaultValue = "saliency",
      converter = Words.OfExplanation.class,
      completionCandidates = Words.OfExplanation.class,
      description =
          "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}. Integrated gradients take 50 steps"
              + " from zeros; the last three 50 copies with noise of deviation 0.2, drawn by the"
              + " seed.")
  private Method explanation;

  @Option(
      names = "--reduction",
      paramLabel = "NAME",
      defaultValue = "max-absolute",
      converter = Words.OfReduction.class,
      completionCandidates = Words.OfReduction.class,
      description =
          "How channels become one map: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private ChannelReduction reduction;

  @Option(
      names = "--score",
      paramLabel = "NAME",
      defaultValue = "logit",
      converter = Words.OfScore.class,
      completionCandidates = Words.OfScore.class,
      description = "The score explained: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private ClassScore score;

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

  /** The explanations that need nothing else to be said. */
  enum Method {
    SALIENCY {
      @Override
      ExplanationFunctional of(ChannelReduction channels, ClassScore of, long seed) {
        return Saliency.of(channels).withScore(of);
      }
    },
    INPUT_TIMES_GRADIENT {
      @Override
      ExplanationFunctional of(ChannelReduction channels, ClassScore of, long seed) {
        return InputTimesGradient.of(channels).withScore(of);
      }
    },
    INTEGRATED_GRADIENTS {
      @Override
      ExplanationFunctional of(ChannelReduction channels, ClassScore of, long seed) {
        return IntegratedGradients.of(STEPS, channels).withScore(of);
      }
    },
    GUIDED_BACKPROPAGATION {
      @Override
      ExplanationFunctional of(ChannelReduction channels, ClassScore of, long seed) {
        return GuidedBackpropagation.of(channels).withScore(of);
      }
    },
    DECONV_NET {
      @Override
      ExplanationFunctional of(ChannelReduction channels, ClassScore of, long seed) {
        return DeconvNet.of(channels).withScore(of);
      }
    },
    SMOOTH_GRAD {
      @Override
      ExplanationFunctional of(ChannelReduction channels, ClassScore of, long seed) {
        return SmoothGrad.of(noise(seed), channels).withScore(of);
      }
    },
    SQUARE_GRAD {
      @Override
      ExplanationFunctional of(ChannelReduction channels, ClassScore of, long seed) {
        return SquareGrad.of(noise(seed), channels).withScore(of);
      }
    },
    VAR_GRAD {
      @Override
      ExplanationFunctional of(ChannelReduction channels, ClassScore of, long seed) {
        return VarGrad.of(noise(seed), channels).withScore(of);
      }
    };

    abstract ExplanationFunctional of(ChannelReduction channels, ClassScore of, long seed);

    private static NoiseSampling noise(long seed) {
      return NoiseSampling.of(SAMPLES, SPREAD).withSeed(seed);
    }
  }

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
      ExplanationFunctional functional = explanation.of(reduction, score, common.seed());
      Tensor labels = oneHot(classes, explained.classifier().classes());
      List<ImportanceMap> maps = ImportanceMap.split(predictor.explain(functional, inputs, labels));
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

  private static Tensor oneHot(int[] classes, int kinds) {
    return Tensor.generate(
        Shape.of(classes.length, kinds), i -> classes[i / kinds] == i % kinds ? 1 : 0);
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
    settings.put("explanation", Words.word(explanation));
    settings.put("reduction", Words.word(reduction));
    settings.put("score", Words.word(score));
    settings.put("seed", common.seed());
    settings.put("backend", backend.name());
    settings.put("version", "harmonizer " + Version.library() + ", " + Version.java());
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("images", images);
    members.put("settings", settings);
    return members;
  }
}
