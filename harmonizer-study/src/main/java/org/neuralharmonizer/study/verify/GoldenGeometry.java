package org.neuralharmonizer.study.verify;

import java.util.List;
import java.util.Map;

/** What parameter shapes cannot tell about a reference network. */
record GoldenGeometry(Map<String, Object> entries) {

  int number(String name) {
    return ((Number) required(name, Number.class)).intValue();
  }

  /** The element of a list of numbers. */
  int number(String name, int position) {
    List<?> list = (List<?>) required(name, List.class);
    if (position >= list.size() || !(list.get(position) instanceof Number value)) {
      throw new IllegalArgumentException(
          "reference network: geometry \"%s\" is %s, number %d of it is needed"
              .formatted(name, list, position));
    }
    return value.intValue();
  }

  /** An entry, or the given word if there is none. */
  String word(String name, String otherwise) {
    return String.valueOf(entries.getOrDefault(name, otherwise));
  }

  private Object required(String name, Class<?> type) {
    Object value = entries.get(name);
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(
          "reference network: geometry \"%s\" is %s — there are %s"
              .formatted(name, value, entries));
    }
    return value;
  }
}
