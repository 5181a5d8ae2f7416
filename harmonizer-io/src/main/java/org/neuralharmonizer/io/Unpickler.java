package org.neuralharmonizer.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Python's pickles, as far as plain tensors need them: numbers, text, lists, dictionaries, and the
 * few functions by which PyTorch puts a tensor together. A pickle is a program that can call
 * anything; here nothing is called. What is not in the list is refused by its name.
 *
 * <p>Python's values become Java's: dictionaries {@code Map}, lists {@code List}, tuples {@link
 * Tuple}, whole numbers {@code Long} or, beyond that, hexadecimal text, None {@link #NONE}.
 *
 * <p>Format: <a href="https://github.com/python/cpython/blob/main/Lib/pickletools.py">
 * Lib/pickletools.py</a>.
 */
class Unpickler {
  static final Object NONE = "None";

  /** Beyond this a text or number is no name and no extent. */
  private static final int MOST_BYTES = 1 << 20;

  private static final int MOST_STACK = 1 << 20;

  private static final Object MARK = new Object();

  private static final Map<String, ElementType> STORAGES =
      Map.of(
          "torch FloatStorage", ElementType.F32,
          "torch DoubleStorage", ElementType.F64,
          "torch HalfStorage", ElementType.F16,
          "torch BFloat16Storage", ElementType.BF16,
          "torch LongStorage", ElementType.I64,
          "torch IntStorage", ElementType.I32,
          "torch ShortStorage", ElementType.I16,
          "torch CharStorage", ElementType.I8,
          "torch ByteStorage", ElementType.U8,
          "torch BoolStorage", ElementType.BOOL);

  private static final String DICTIONARY = "collections OrderedDict";
  private static final String TENSOR = "torch._utils _rebuild_tensor";
  private static final String TENSOR_V2 = "torch._utils _rebuild_tensor_v2";
  private static final String PARAMETER = "torch._utils _rebuild_parameter";

  private final String file;
  private final InputStream in;
  private final Deque<Object> stack = new ArrayDeque<>();
  private final Map<Long, Object> memo = new HashMap<>();

  /** Numbers somewhere else in the file. */
  record Storage(ElementType type, String key, long size) {}

  /** A tensor as a view of a storage. */
  record View(Storage storage, long offset, long[] extents, long[] strides) {}

  record Tuple(List<Object> values) {}

  private record Global(String name) {}

  Unpickler(String file, InputStream in) {
    this.file = file;
    this.in = in;
  }

  /** One whole pickle, from where the stream is to behind its last byte. */
  Object load() throws IOException {
    while (true) {
      int code = in.read();
      if (code < 0) {
        throw damaged("ends within a pickle");
      }
      if (code == '.') {
        return pop();
      }
      try {
        run(code);
      } catch (ClassCastException | IndexOutOfBoundsException e) {
        throw damaged("has a pickle whose values do not fit its instructions");
      }
      if (stack.size() > MOST_STACK) {
        throw damaged("has a pickle that piles up more than " + MOST_STACK + " values");
      }
    }
  }

  private void run(int code) throws IOException {
    switch (code) {
      case 0x80 -> bytes(1); // PROTO
      case 0x95 -> bytes(8); // FRAME
      case '(' -> push(MARK);
      case 'N' -> push(NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push(bytes(1).get() & 0xFFL);
      case 'M' -> push(bytes(2).getShort() & 0xFFFFL);
      case 'J' -> push((long) bytes(4).getInt());
      case 0x8a -> push(whole(bytes(bytes(1).get() & 0xFF)));
      case 'G' -> push(bytes(8).order(ByteOrder.BIG_ENDIAN).getDouble());
      case 'U', 0x8c -> push(text(bytes(1).get() & 0xFF));
      case 'X', 'T' -> push(text(bytes(4).getInt()));
      case 'C' -> push(bytes(bytes(1).get() & 0xFF).array());
      case 'B' -> push(bytes(bytes(4).getInt()).array());
      case ']' -> push(new ArrayList<>());
      case '}' -> push(new LinkedHashMap<>());
      case ')' -> push(new Tuple(List.of()));
      case 't' -> push(new Tuple(sinceMark()));
      case 0x85 -> push(tuple(1));
      case 0x86 -> push(tuple(2));
      case 0x87 -> push(tuple(3));
      case 'q' -> memo.put(bytes(1).get() & 0xFFL, peek());
      case 'r' -> memo.put(bytes(4).getInt() & 0xFFFFFFFFL, peek());
      case 0x94 -> memo.put((long) memo.size(), peek());
      case 'h' -> push(remembered(bytes(1).get() & 0xFFL));
      case 'j' -> push(remembered(bytes(4).getInt() & 0xFFFFFFFFL));
      case 'a' -> append(List.of(pop()));
      case 'e' -> append(sinceMark());
      case 's' -> {
        Object value = pop();
        put(List.of(pop(), value));
      }
      case 'u' -> put(sinceMark());
      case '0' -> pop();
      case 'c' -> push(global(line() + " " + line()));
      case 0x93 -> {
        String name = (String) pop();
        push(global((String) pop() + " " + name));
      }
      case 'Q' -> push(storage((Tuple) pop()));
      case 'R' -> {
        Tuple arguments = (Tuple) pop();
        push(call(((Global) pop()).name(), arguments.values()));
      }
      case 'b' -> {
        Object state = pop();
        build(peek(), state);
      }
      default -> throw damaged("has a pickle with the instruction 0x%02x".formatted(code));
    }
  }

  /** Attributes of a dictionary, such as the versions of its modules, are not values of it. */
  void build(Object target, Object state) throws IOException {
    if (!(target instanceof Map)) {
      throw damaged("has a pickle that sets attributes of something that is no dictionary");
    }
  }

  /** Whether a function or type is one of those that stand for values. */
  boolean knows(String name) {
    return STORAGES.containsKey(name)
        || List.of(DICTIONARY, TENSOR, TENSOR_V2, PARAMETER).contains(name);
  }

  private Global global(String name) throws IOException {
    if (!knows(name)) {
      throw MalformedFileException.of(
          file,
          "it holds " + MalformedFileException.quote(name.replace(' ', '.')) + wanted(),
          remedy());
    }
    return new Global(name);
  }

  String wanted() {
    return ", no plain tensor";
  }

  String remedy() {
    return "save the state_dict alone, of which nothing but tensors is read";
  }

  /** What a function gives. */
  Object call(String function, List<Object> arguments) throws IOException {
    return switch (function) {
      case DICTIONARY -> dictionary(arguments);
      case TENSOR, TENSOR_V2 ->
          new View(
              (Storage) arguments.get(0),
              (Long) arguments.get(1),
              extents(arguments.get(2)),
              extents(arguments.get(3)));
      case PARAMETER -> arguments.get(0);
      default -> throw damaged("has a pickle that calls " + function);
    };
  }

  private Map<Object, Object> dictionary(List<Object> arguments) throws IOException {
    Map<Object, Object> dictionary = new LinkedHashMap<>();
    if (!arguments.isEmpty()) {
      for (Object pair : (List<?>) arguments.get(0)) {
        List<?> both = pair instanceof Tuple tuple ? tuple.values() : (List<?>) pair;
        put(dictionary, both.get(0), both.get(1));
      }
    }
    return dictionary;
  }

  /** ("storage", type, key, device, size) and, long ago, a view of it. */
  private Storage storage(Tuple id) throws IOException {
    List<Object> parts = id.values();
    ElementType type = STORAGES.get(((Global) parts.get(1)).name());
    if (!"storage".equals(parts.get(0)) || type == null) {
      throw damaged("refers to something that is no storage");
    }
    return new Storage(type, (String) parts.get(2), (Long) parts.get(4));
  }

  private static long[] extents(Object tuple) {
    return ((Tuple) tuple).values().stream().mapToLong(each -> (Long) each).toArray();
  }

  private void append(List<Object> values) {
    @SuppressWarnings("unchecked")
    List<Object> list = (List<Object>) peekUnchecked();
    list.addAll(values);
  }

  private void put(List<Object> pairs) throws IOException {
    @SuppressWarnings("unchecked")
    Map<Object, Object> map = (Map<Object, Object>) peekUnchecked();
    for (int i = 0; i < pairs.size(); i += 2) {
      put(map, pairs.get(i), pairs.get(i + 1));
    }
  }

  /** Keys that are containers could contain themselves, and would be hashed without end. */
  private void put(Map<Object, Object> map, Object key, Object value) throws IOException {
    if (key instanceof Map || key instanceof List || key instanceof Tuple) {
      throw damaged("has a dictionary whose keys are no names");
    }
    map.put(key, value);
  }

  private Object peekUnchecked() {
    Object top = stack.peek();
    if (top == null) {
      throw new IndexOutOfBoundsException();
    }
    return top;
  }

  private Tuple tuple(int count) throws IOException {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(0, pop());
    }
    return new Tuple(values);
  }

  private List<Object> sinceMark() throws IOException {
    Deque<Object> values = new ArrayDeque<>();
    for (Object value = pop(); value != MARK; value = pop()) {
      values.push(value);
    }
    return new ArrayList<>(values);
  }

  private Object remembered(long key) throws IOException {
    Object value = memo.get(key);
    if (value == null) {
      throw damaged("has a pickle that refers to what it does not hold");
    }
    return value;
  }

  private void push(Object value) {
    stack.push(value);
  }

  private Object pop() throws IOException {
    if (stack.isEmpty()) {
      throw damaged("has a pickle that takes more than it holds");
    }
    return stack.pop();
  }

  private Object peek() throws IOException {
    if (stack.isEmpty()) {
      throw damaged("has a pickle that takes more than it holds");
    }
    return stack.peek();
  }

  private ByteBuffer bytes(int count) throws IOException {
    if (count < 0 || count > MOST_BYTES) {
      throw damaged("has a pickle with a text of " + (count & 0xFFFFFFFFL) + " bytes");
    }
    byte[] read = in.readNBytes(count);
    if (read.length < count) {
      throw damaged("ends within a pickle");
    }
    return ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** PyTorch's magic number does not fit; it is compared as text. */
  private static Object whole(ByteBuffer bytes) {
    int count = bytes.remaining();
    if (count > Long.BYTES) {
      byte[] reversed = new byte[count];
      for (int i = 0; i < count; i++) {
        reversed[count - 1 - i] = bytes.get(i);
      }
      return new BigInteger(reversed).toString(16);
    }
    long value = 0;
    for (int i = count - 1; i >= 0; i--) {
      value = value << 8 | (bytes.get(i) & 0xFF);
    }
    int unused = Long.SIZE - 8 * count;
    return count == 0 ? 0L : value << unused >> unused;
  }

  private String text(int count) throws IOException {
    return StandardCharsets.UTF_8.decode(bytes(count)).toString();
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int each = in.read(); each != '\n'; each = in.read()) {
      if (each < 0 || line.length() > MOST_BYTES) {
        throw new EOFException("a name in a pickle has no end");
      }
      line.append((char) each);
    }
    return line.toString();
  }

  MalformedFileException damaged(String how) {
    return MalformedFileException.of(file, "it " + how, "copy it again");
  }
}
