package org.neuralharmonizer.study.cli;

import java.io.BufferedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;

/** A run of the command line, with what it printed. */
record Command(int status, String out, String err) {

  static Command run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = String.valueOf(arguments[i]);
    }
    // Buffered as the process's own streams are: what is not flushed is not seen.
    PrintWriter printed = new PrintWriter(new BufferedWriter(out), true);
    PrintWriter complained = new PrintWriter(new BufferedWriter(err), true);
    int status = Main.run(printed, complained, words);
    return new Command(status, out.toString(), err.toString());
  }
}
