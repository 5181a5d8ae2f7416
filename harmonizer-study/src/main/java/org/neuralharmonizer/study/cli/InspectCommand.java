package org.neuralharmonizer.study.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.neuralharmonizer.io.KerasWeights;
import org.neuralharmonizer.io.MalformedFileException;
import org.neuralharmonizer.io.Npz;
import org.neuralharmonizer.io.Safetensors;
import org.neuralharmonizer.io.TorchWeights;
import org.neuralharmonizer.io.onnx.OnnxClassifier;
import org.neuralharmonizer.io.onnx.OnnxModel;
import org.neuralharmonizer.study.networks.NetworkCost;
import org.neuralharmonizer.tensor.Tensor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists what a file of a network or of weights holds. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = {
      "Lists what an .onnx file says of its network, or the tensors of a .safetensors, .npz, .h5,",
      ".pth or .pt file.",
      "",
      "Of an ONNX network it says whether it can be explained and harmonized, what of it cannot be,"
          + " and what a forward pass, a saliency map and a harmonized step of one image cost.",
      ""
    },
    footer = {
      "",
      "JSON: tensors (shape by name); for ONNX also operators (count by type), inputs, outputs,"
          + " opsets, metadata, producer, graph (with --graph), usable, and if so image, classes, logits, parameters,"
          + " operations (of forward, saliency, harmonized_step; multiplications and additions count"
          + " one each), else problem."
    })
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "FILE", description = "The file, told by its ending.")
  private Path file;

  @Option(names = "--graph", description = "List the operations of an .onnx file too, in order.")
  private boolean graph;

  @Override
  public Integer call() throws Exception {
    common.requireWritable();
    String name = file.toString().toLowerCase(Locale.ROOT);
    Map<String, Object> members = new LinkedHashMap<>();
    Map<String, Object> shapes = new LinkedHashMap<>();
    if (name.endsWith(".onnx")) {
      onnx(members, shapes);
    } else if (name.endsWith(".safetensors")) {
      tensors(Safetensors.read(file), shapes);
    } else if (name.endsWith(".h5") || name.endsWith(".hdf5")) {
      tensors(KerasWeights.read(file), shapes);
    } else if (name.endsWith(".npz")) {
      tensors(Npz.read(file), shapes);
    } else if (name.endsWith(".pth") || name.endsWith(".pt") || name.endsWith(".th")) {
      tensors(TorchWeights.read(file), shapes);
    } else {
      throw new IllegalArgumentException(
          "inspect: \""
              + file
              + "\" ends otherwise — name an .onnx, .safetensors, .npz, .h5, .pth or .pt file");
    }
    members.put("tensors", shapes);
    if (!common.quiet()) {
      print(members, shapes);
    }
    common.writeJson(members);
    return 0;
  }

  private void onnx(Map<String, Object> members, Map<String, Object> shapes) throws IOException {
    OnnxModel model = OnnxModel.read(file);
    Map<String, Integer> operators = new TreeMap<>();
    model.nodes().forEach(node -> operators.merge(node.operator(), 1, Integer::sum));
    members.put("producer", model.producer());
    members.put("opsets", model.opsets());
    members.put("metadata", model.metadata());
    members.put("inputs", model.inputs());
    members.put("outputs", model.outputs());
    members.put("operators", operators);
    if (graph) {
      members.put("graph", model.nodes().stream().map(InspectCommand::members).toList());
    }
    network(members);
    model.initializers().forEach(each -> shapes.put(each.name(), each.extents()));
  }

  private static Map<String, Object> members(OnnxModel.Node node) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("operator", node.operator());
    members.put("name", node.name());
    members.put("inputs", node.inputs());
    members.put("outputs", node.outputs());
    return members;
  }

  /** What can be done with the network. */
  private void network(Map<String, Object> members) throws IOException {
    try {
      OnnxClassifier network = OnnxClassifier.read(file);
      members.put("usable", true);
      members.put("image", boxed(network.classifier().image().extents()));
      members.put("classes", network.classifier().classes());
      members.put("logits", network.logits());
      members.put("parameters", network.parameters().count());
      members.put("operations", NetworkCost.of(network.classifier()).members());
    } catch (MalformedFileException e) {
      members.put("usable", false);
      members.put("problem", e.getMessage());
    }
  }

  private static void tensors(Map<String, Tensor> tensors, Map<String, Object> shapes) {
    tensors.forEach((name, tensor) -> shapes.put(name, boxed(tensor.shape().extents())));
  }

  private static List<Integer> boxed(int[] extents) {
    return Arrays.stream(extents).boxed().toList();
  }

  private void print(Map<String, Object> members, Map<String, Object> shapes) {
    PrintWriter out = spec.commandLine().getOut();
    members.forEach(
        (name, value) -> {
          if (value instanceof List<?> rows && name.equals("graph")) {
            out.println("graph:");
            rows.forEach(row -> out.println("  " + printable(row)));
          } else if (value != shapes) {
            out.println(name + ": " + printable(value));
          }
        });
    TextTable table = new TextTable("tensor", "shape");
    shapes.forEach((name, shape) -> table.row(printable(name), printable(shape)));
    out.print(table);
  }

  /** Names come from the file; a terminal must not obey them. */
  private static String printable(Object value) {
    return String.valueOf(value).replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
  }
}
