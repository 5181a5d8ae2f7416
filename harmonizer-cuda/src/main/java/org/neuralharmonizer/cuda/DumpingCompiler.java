package org.neuralharmonizer.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** Writes every source to a folder before it is compiled, named after its digest. */
final class DumpingCompiler implements SourceCompiler {
  private static final int NAME_DIGITS = 8;

  private final SourceCompiler compiler;
  private final Path folder;

  DumpingCompiler(SourceCompiler compiler, Path folder) {
    this.compiler = compiler;
    this.folder = folder;
  }

  @Override
  public byte[] compile(String source) {
    byte[] bytes = source.getBytes(UTF_8);
    String name = HexFormat.of().formatHex(Digests.of(bytes)).substring(0, NAME_DIGITS);
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve(name + ".cu"), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cuda: a source cannot be written to %s — name another folder, or none".formatted(folder),
          e);
    }
    return compiler.compile(source);
  }
}
