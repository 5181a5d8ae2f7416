package org.neuralharmonizer.study.cli;

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
    int status = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
    return new Command(status, out.toString(), err.toString());
  }
}
