package org.neuralharmonizer.study.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.neuralharmonizer.study.networks.Framing;
import org.neuralharmonizer.study.photographs.PhotographFiles;
import org.neuralharmonizer.study.photographs.Photographs;
import picocli.CommandLine.Option;

/** Options of the commands that take photographs with people's maps. */
final class FolderOptions {
  @Option(
      names = "--images",
      required = true,
      paramLabel = "DIR",
      description = "Photographs, .jpg, .jpeg or .png.")
  private Path images;

  @Option(
      names = "--maps",
      required = true,
      paramLabel = "DIR",
      description =
          "People's maps. That of N.jpg is named N, or N with '_', '-' or '.' and more: "
              + ".npy or .npz of H x W (a map) or R x H x W (one for each rater), or a grey PNG "
              + "or JPEG. It covers the whole image, at any size. Images without one are counted.")
  private Path maps;

  PhotographFiles files() throws IOException {
    return PhotographFiles.in(images, maps);
  }

  Photographs photographs(Framing framing) throws IOException {
    return Photographs.read(images, maps, framing);
  }
}
