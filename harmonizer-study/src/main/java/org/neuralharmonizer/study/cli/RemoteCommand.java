package org.neuralharmonizer.study.cli;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.study.comparison.StudyProtocol;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A command as other machines of a cluster read it again: its arguments, and the folder that its
 * relative paths start from. They must see the same files there.
 */
public final class RemoteCommand implements Serializable {
  private static final long serialVersionUID = 1;

  private final String folder;
  private final String[] arguments;

  private RemoteCommand(String folder, String[] arguments) {
    this.folder = folder;
    this.arguments = arguments;
  }

  /** The command that this process was given. */
  static RemoteCommand of(CommandSpec spec) {
    return new RemoteCommand(
        Path.of("").toAbsolutePath().toString(),
        spec.root().commandLine().getParseResult().originalArgs().toArray(String[]::new));
  }

  /** What {@code study} measures on. */
  public StudyProtocol protocol() throws IOException {
    return parsed(StudyCommand.class).protocol();
  }

  /**
   * The settings and images of {@code train}.
   *
   * @param threads for what labels have to be predicted
   */
  public RemoteTraining training(int threads) throws IOException {
    return parsed(TrainCommand.class).remote(threads);
  }

  /** The backend that the command names. */
  public Backend backend(int threads) {
    Object command = parsed(Object.class);
    return command instanceof TrainCommand train
        ? train.backend(threads)
        : ((StudyCommand) command).backend(threads);
  }

  private <T> T parsed(Class<T> kind) {
    CommandLine line = Main.commandLine();
    line.registerConverter(Path.class, text -> Path.of(folder).resolve(text));
    CommandLine.ParseResult command = line.parseArgs(arguments).subcommand();
    return kind.cast(command.commandSpec().userObject());
  }
}
