package org.neuralharmonizer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

class TorchWeightsTest {
  private static final float[] VALUES = {1, 2, 3, 4, 5, 6, 7};

  @TempDir Path folder;

  /** Instructions of a pickle, one after the other. */
  private static final class Pickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Pickle code(int... codes) {
      Arrays.stream(codes).forEach(out::write);
      return this;
    }

    Pickle text(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return code('X').raw(bytes.length, Integer.BYTES).raw(bytes);
    }

    Pickle number(int value) {
      return code('J').raw(value, Integer.BYTES);
    }

    Pickle tuple(int... values) {
      code('(');
      Arrays.stream(values).forEach(this::number);
      return code('t');
    }

    Pickle global(String module, String name) {
      return code('c').raw((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** A tensor that sees the storage "0" of seven floats. */
    Pickle tensor(int offset, int[] extents, int[] strides) {
      return tensor("FloatStorage", VALUES.length, offset, extents, strides);
    }

    Pickle tensor(String type, int size, int offset, int[] extents, int[] strides) {
      global("torch._utils", "_rebuild_tensor_v2").code('(');
      code('(').text("storage").global("torch", type).text("0").text("cpu");
      number(size).code('t', 'Q').number(offset).tuple(extents).tuple(strides);
      return code(0x89).global("collections", "OrderedDict").code(')', 'R', 't', 'R');
    }

    Pickle raw(long value, int count) {
      byte[] all = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
      return raw(Arrays.copyOf(all, count));
    }

    Pickle raw(byte[] bytes) {
      out.writeBytes(bytes);
      return this;
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }

  /** {"state_dict": OrderedDict(a = the transposed, b = one number), "epoch": 3}. */
  private static byte[] state() {
    return new Pickle()
        .code(0x80, 2, '}', '(')
        .text("state_dict")
        .global("collections", "OrderedDict")
        .code(')', 'R', '(')
        .text("a")
        .tensor(1, new int[] {3, 2}, new int[] {1, 3})
        .text("b")
        .tensor(6, new int[0], new int[0])
        .code('u', '}')
        .text("_metadata")
        .code('}', 's', 'b')
        .text("epoch")
        .number(3)
        .code('u', '.')
        .bytes();
  }

  private static byte[] storage() {
    ByteBuffer bytes = ByteBuffer.allocate(4 * VALUES.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : VALUES) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  private static Map<String, Tensor> expected() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("a", Tensor.of(Shape.of(3, 2), 2, 5, 3, 6, 4, 7));
    tensors.put("b", Tensor.scalar(7));
    return tensors;
  }

  private Path zip(String name, byte[] pickle, byte[] data) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      store(zip, "archive/data.pkl", pickle);
      store(zip, "archive/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
      store(zip, "archive/data/0", data);
    }
    return file;
  }

  private static void store(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    CRC32 sum = new CRC32();
    sum.update(bytes);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(sum.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  private static byte[] row() {
    return row(new Pickle().code(0x80, 2, ']').text("0").code('a', '.'));
  }

  private static byte[] row(Pickle keys) {
    return row(state(), keys);
  }

  private static byte[] row(byte[] state, Pickle keys) {
    byte[] magic = {
      0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20, 0x6a, (byte) 0xa8, 0x50, 0x19
    };
    return new Pickle()
        .code(0x80, 2, 0x8a, magic.length)
        .raw(magic)
        .code('.', 0x80, 2, 'M', 0xe9, 3, '.')
        .code(0x80, 2, '}')
        .text("little_endian")
        .code(0x88, 's', '.')
        .raw(state)
        .raw(keys.bytes())
        .raw(VALUES.length, Long.BYTES)
        .raw(storage())
        .bytes();
  }

  @Test
  void bothContainersHoldTheSameTensors() throws IOException {
    assertThat(TorchWeights.read(zip("a.pth", state(), storage()))).isEqualTo(expected());
    Path file = folder.resolve("b.th");
    Files.write(file, row());
    assertThat(TorchWeights.read(file)).isEqualTo(expected());
  }

  /** As its authors published it, trained on several devices. */
  @Test
  void aPublishedCheckpointIsRead() throws IOException {
    Path model = ReferenceData.folder("model-resnet20-cifar10");
    Map<String, Tensor> read = TorchWeights.read(model.resolve("resnet20-12fca82f.th"));
    Map<String, Tensor> plain = new LinkedHashMap<>();
    read.forEach(
        (name, value) -> {
          if (!name.endsWith(".num_batches_tracked")) {
            plain.put(name.substring("module.".length()), value);
          }
        });
    assertThat(plain).isEqualTo(Safetensors.read(model.resolve("weights.safetensors")));
  }

  @Test
  void whatIsNoPlainTensorIsRefusedByName() throws IOException {
    byte[] system = new Pickle().code(0x80, 2).global("os", "system").text("true").bytes();
    assertRefused(system, "it holds \"os.system\", no plain tensor — save the state_dict alone");
    byte[] module = new Pickle().code(0x80, 4).text("torch.nn").text("Linear").code(0x93).bytes();
    assertRefused(module, "it holds \"torch.nn.Linear\", no plain tensor");
    byte[] number = new Pickle().code(0x80, 2, '}').text("a").number(3).code('s', '.').bytes();
    assertRefused(number, "its entry \"a\" is no tensor — save model.state_dict()");
    assertRefused(new Pickle().number(3).code('.').bytes(), "it holds no dictionary");
    assertRefused(new Pickle().code('i').bytes(), "the instruction 0x69");
    byte[] beyond =
        new Pickle()
            .code('}')
            .text("a")
            .tensor(2, new int[] {3, 2}, new int[] {2, 1})
            .code('s', '.')
            .bytes();
    assertRefused(beyond, "tensor \"a\" reaches beyond its storage");
  }

  /** One storage declared in two ways is one too many, in either container. */
  @Test
  void aStorageIsWhatAllItsTensorsSay() throws IOException {
    for (String type : new String[] {"FloatStorage", "IntStorage"}) {
      int size = type.equals("IntStorage") ? VALUES.length : VALUES.length + 2;
      byte[] both =
          new Pickle()
              .code(0x80, 2, '}')
              .text("a")
              .tensor(0, new int[] {7}, new int[] {1})
              .code('s')
              .text("b")
              .tensor(type, size, size - 7, new int[] {7}, new int[] {1})
              .code('s', '.')
              .bytes();
      Path old = folder.resolve("both.th");
      Files.write(old, row(both, new Pickle().code(0x80, 2, ']').text("0").code('a', '.')));
      assertThatThrownBy(() -> TorchWeights.read(old))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("as declared");
      if (size > VALUES.length) {
        assertRefused(both, "the storage \"0\" of 9 numbers is not there as declared");
      }
    }
  }

  @Test
  void anEmptyTensorLiesInItsStorageToo() throws IOException {
    byte[] inside = empty(7);
    assertThat(TorchWeights.read(zip("empty.pth", inside, storage())).get("a").shape())
        .isEqualTo(Shape.of(0, 3));
    assertRefused(empty(8), "tensor \"a\" reaches beyond its storage");
  }

  private static byte[] empty(int offset) {
    Pickle pickle = new Pickle().code(0x80, 2, '}').text("a");
    return pickle.tensor(offset, new int[] {0, 3}, new int[] {3, 1}).code('s', '.').bytes();
  }

  /** Their texts would be without end: lists that hold themselves. */
  @Test
  void containersAreNoNames() throws IOException {
    Pickle itself = new Pickle().code(0x80, 4, ']', 'q', 0, 'h', 0, 'a');
    byte[] module = itself.text("Linear").code(0x93, '.').bytes();
    assertRefused(module, "has a pickle whose values do not fit its instructions");
    Path file = folder.resolve("keys.th");
    Files.write(file, row(new Pickle().code(0x80, 2, ']', 'q', 0, 'h', 0, 'a', '.')));
    assertThatThrownBy(() -> TorchWeights.read(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("its storages have no names");
  }

  private void assertRefused(byte[] pickle, String message) throws IOException {
    Path file = zip("refused.pth", pickle, storage());
    assertThatThrownBy(() -> TorchWeights.read(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(message);
  }

  @Test
  void limitsHold() throws IOException {
    Path file = zip("a.pth", state(), storage());
    assertThatThrownBy(() -> TorchWeights.read(file, ReadLimits.standard().withDecodedBytes(27)))
        .hasMessageContaining("the limit is 27");
    Path other = zip("b.pth", state(), new byte[20]);
    assertThatThrownBy(() -> TorchWeights.read(other))
        .hasMessageContaining("the storage \"0\" of 7 numbers is not there as declared");
  }

  @Test
  void survivesDamage() throws IOException {
    Path file = folder.resolve("damaged.pth");
    byte[] valid = Files.readAllBytes(zip("a.pth", state(), storage()));
    new Hostile(file, TorchWeights::read, 4 << 20).cut(valid).flip(valid, 1500, 5);
    new Hostile(file, TorchWeights::read, 4 << 20).cut(row()).flip(row(), 1500, 6);
  }
}
