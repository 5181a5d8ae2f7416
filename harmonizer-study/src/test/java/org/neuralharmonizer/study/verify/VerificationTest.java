package org.neuralharmonizer.study.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.testing.DoubleInterpreter;
import org.neuralharmonizer.testing.ReferenceData;

class VerificationTest {

  @Test
  void tmp() {
    Path data = ReferenceData.folder("golden").getParent();
    List<PartReport> reports = Verification.run(data, DoubleInterpreter::evaluate, Precision.DOUBLE);
    for (PartReport r : reports) {
      System.out.println(r);
      r.failed().forEach(f -> System.out.println("   F " + f));
      r.notClaimed().forEach(f -> System.out.println("   - " + f));
    }
    assertThat(reports).allMatch(PartReport::agrees);
  }
}
