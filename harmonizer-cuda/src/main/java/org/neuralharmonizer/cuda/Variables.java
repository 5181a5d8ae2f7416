package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Slot;

/**
 * What happens to variables at the end of a run, as copies within the device: outputs that are
 * variables are set aside, values that are themselves variables are read before any variable
 * changes.
 */
final class Variables {
  private final List<Work> works = new ArrayList<>();
  private final List<Location> outputs = new ArrayList<>();
  private long aside;

  /**
   * The end of a program's run.
   *
   * @param taken bytes already taken of the area aside
   */
  Variables(Program program, Arena arena, long taken) {
    this.aside = taken;
    Set<Integer> variables = new HashSet<>();
    program.variables().forEach(variable -> variables.add(variable.slot().storage()));
    Set<Integer> changing = new HashSet<>();
    program.updates().forEach(update -> changing.add(update.variable().storage()));
    for (Slot output : program.outputs()) {
      Location place = arena.location(output);
      outputs.add(changing.contains(output.storage()) ? setAside(place, output) : place);
    }
    List<Work> exchanges = new ArrayList<>();
    List<Work> replacements = new ArrayList<>();
    for (Program.Update update : program.updates()) {
      Location target = arena.location(update.variable());
      Location value = arena.location(update.value());
      if (variables.contains(update.value().storage())) {
        exchanges.add(copy(setAside(value, update.value()), target, update.value()));
      } else if (!value.equals(target)) {
        replacements.add(copy(value, target, update.value()));
      }
    }
    works.addAll(replacements);
    works.addAll(exchanges);
  }

  private Location setAside(Location value, Slot slot) {
    Location place = new Location(Location.Area.ASIDE, aside, Format.SINGLE);
    aside = Arena.aligned(aside + bytes(slot));
    works.add(copy(value, place, slot));
    return place;
  }

  private static Work copy(Location from, Location to, Slot slot) {
    return new Work.Copy(from, to, bytes(slot));
  }

  private static long bytes(Slot slot) {
    return (long) slot.shape().size() * Float.BYTES;
  }

  /** The copies, in order. */
  List<Work> works() {
    return works;
  }

  /** Where each output is after them. */
  List<Location> outputs() {
    return outputs;
  }

  /** The end of the area aside. */
  long bytesAside() {
    return aside;
  }
}
