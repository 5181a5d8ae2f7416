package org.neuralharmonizer.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.data.MarkedPoint;
import org.neuralharmonizer.data.Marking;

/** Clicks as columns of an npz archive. */
final class ClickColumns {
  private static final String IMAGE = "file_pointer";
  private static final String X = "clickmap_x";
  private static final String Y = "clickmap_y";
  private static final String USER = "user_id";
  private static final String CATCH = "user_catch_trial";
  private static final String MOBILE = "is_mobile";

  private final String file;
  private final Map<String, List<Object>> columns;

  private ClickColumns(String file, Map<String, List<Object>> columns) {
    this.file = file;
    this.columns = columns;
  }

  static ClickColumns read(Path path) throws IOException {
    String file = path.toString();
    List<String> names = Npz.names(path);
    for (String needed : List.of(IMAGE, X, Y, USER)) {
      if (!names.contains(needed)) {
        throw MalformedFileException.of(
            file,
            "no array "
                + needed
                + " among "
                + MalformedFileException.quote(String.join(", ", names)),
            "give an archive of clicks");
      }
    }
    Map<String, List<Object>> columns = new HashMap<>();
    for (String name : List.of(IMAGE, X, Y, USER, CATCH, MOBILE)) {
      if (names.contains(name)) {
        columns.put(name, Npz.column(path, name));
      }
    }
    int rows = columns.get(IMAGE).size();
    for (Map.Entry<String, List<Object>> each : columns.entrySet()) {
      if (each.getValue().size() != rows) {
        throw MalformedFileException.of(
            file,
            "%d images, %d of %s".formatted(rows, each.getValue().size(), each.getKey()),
            "give columns of one length");
      }
    }
    return new ClickColumns(file, columns);
  }

  List<Marking> markings() throws IOException {
    List<Marking> markings = new ArrayList<>();
    for (int row = 0; row < columns.get(IMAGE).size(); row++) {
      markings.add(
          new Marking(text(IMAGE, row), text(USER, row), points(row), trials(row), pointer(row)));
    }
    return List.copyOf(markings);
  }

  private List<MarkedPoint> points(int row) throws MalformedFileException {
    List<Double> x = numbers(X, row);
    List<Double> y = numbers(Y, row);
    if (x.size() != y.size()) {
      throw wrong(row, x.size() + " columns and " + y.size() + " rows of clicks", "give pairs");
    }
    List<MarkedPoint> points = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      points.add(
          MarkedPoint.at(
              PixelOrigin.CENTRE_ZERO.fromBorder(x.get(i)),
              PixelOrigin.CENTRE_ZERO.fromBorder(y.get(i))));
    }
    return points;
  }

  private List<Double> numbers(String column, int row) throws MalformedFileException {
    Object cell = columns.get(column).get(row);
    List<?> values =
        cell instanceof NumpyUnpickler.Array array
            ? array.values()
            : cell instanceof Unpickler.Tuple tuple
                ? tuple.values()
                : cell instanceof List<?> list ? list : null;
    if (values == null) {
      throw wrong(row, column + " is no list", "give a list of pixels");
    }
    List<Double> numbers = new ArrayList<>();
    for (Object value : values) {
      numbers.add(number(column, row, value));
    }
    return numbers;
  }

  private double number(String column, int row, @Nullable Object value)
      throws MalformedFileException {
    double number = value instanceof Number known ? known.doubleValue() : Double.NaN;
    if (!Double.isFinite(number)) {
      throw wrong(row, column + " holds what is no number", "give finite numbers");
    }
    return number;
  }

  /** Numbers of participants are whole. */
  private String text(String column, int row) throws MalformedFileException {
    Object cell = columns.get(column).get(row);
    if (cell instanceof String text && cell != Unpickler.NONE && !text.isEmpty()) {
      return text;
    }
    double number = number(column, row, cell);
    return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
  }

  private OptionalDouble trials(int row) throws MalformedFileException {
    Object cell = columns.containsKey(CATCH) ? columns.get(CATCH).get(row) : Unpickler.NONE;
    return isUnknown(cell) ? OptionalDouble.empty() : OptionalDouble.of(number(CATCH, row, cell));
  }

  private Marking.Pointer pointer(int row) throws MalformedFileException {
    Object cell = columns.containsKey(MOBILE) ? columns.get(MOBILE).get(row) : Unpickler.NONE;
    if (isUnknown(cell)) {
      return Marking.Pointer.UNKNOWN;
    }
    boolean isMobile = cell instanceof Boolean flag ? flag : number(MOBILE, row, cell) != 0;
    return isMobile ? Marking.Pointer.MOBILE : Marking.Pointer.DESKTOP;
  }

  private static boolean isUnknown(Object cell) {
    return cell == Unpickler.NONE || (cell instanceof Double number && number.isNaN());
  }

  private MalformedFileException wrong(int row, String what, String remedy) {
    return MalformedFileException.of(file, "row " + (row + 1) + ": " + what, remedy);
  }
}
