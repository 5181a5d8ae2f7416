package org.neuralharmonizer.study.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command {@code harmonize}. Exit status 0 is success, 1 a failure (a file that cannot be read
 * or written, a verification that does not hold), 2 wrong use.
 */
@Command(
    name = "harmonize",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Aligns the visual strategies of neural networks with people's.",
      "",
      "Start with 'harmonize demo'. Every command explains itself with --help."
    },
    subcommands = {
      DemoCommand.class,
      ExplainCommand.class,
      AlignCommand.class,
      StudyCommand.class,
      TrainCommand.class,
      BackendsCommand.class,
      InspectCommand.class,
      PsychophysicsCommand.class,
      VerifyCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Main implements Runnable {
  static final int FAILURE = 1;
  static final int WRONG_USE = 2;

  @Spec private CommandSpec spec;

  public static void main(String[] arguments) {
    Charset charset = Terminal.charset();
    System.exit(
        run(
            new PrintWriter(System.out, true, charset),
            new PrintWriter(System.err, true, charset),
            arguments));
  }

  /** Runs a command line and returns its exit status. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    int status =
        commandLine()
            .setOut(out)
            .setErr(err)
            .setParameterExceptionHandler(Main::wrongUse)
            .setExecutionExceptionHandler(Main::failure)
            .execute(arguments);
    // Printers write what they hold at the end of a line only, and the process ends by exit.
    out.flush();
    err.flush();
    return status;
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  private static int wrongUse(ParameterException problem, String[] arguments) {
    CommandLine command = problem.getCommandLine();
    command
        .getErr()
        .println(
            command.getCommandSpec().qualifiedName()
                + ": "
                + message(problem, command)
                + " — see '"
                + command.getCommandSpec().qualifiedName()
                + " --help'");
    return WRONG_USE;
  }

  private static String message(ParameterException problem, CommandLine command) {
    if (!(problem instanceof UnmatchedArgumentException unmatched)) {
      return problem.getMessage();
    }
    String word = unmatched.getUnmatched().get(0);
    if (word.startsWith("-")) {
      return "there is no option " + word;
    }
    return command.getSubcommands().isEmpty()
        ? "\"" + word + "\" belongs to no option"
        : "there is no command \"" + word + "\"";
  }

  private static int failure(Exception problem, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    if (problem instanceof IllegalArgumentException) {
      command
          .getErr()
          .println(command.getCommandSpec().qualifiedName() + ": " + problem.getMessage());
      return WRONG_USE;
    }
    if (problem instanceof IOException
        || problem instanceof UncheckedIOException
        || problem instanceof IllegalStateException) {
      command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + message(problem));
      return FAILURE;
    }
    throw problem;
  }

  /** Exceptions of the file system name the file only; the kind of problem is in their type. */
  private static String message(Exception problem) {
    if (problem instanceof NoSuchFileException missing) {
      return "no such file: " + missing.getFile();
    }
    if (problem instanceof FileSystemException file && file.getReason() == null) {
      return file.getClass().getSimpleName().replace("Exception", "") + ": " + file.getFile();
    }
    return String.valueOf(problem.getMessage());
  }
}
