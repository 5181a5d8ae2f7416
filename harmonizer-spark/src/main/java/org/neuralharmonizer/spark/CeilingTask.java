package org.neuralharmonizer.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.neuralharmonizer.study.comparison.StudyControls;
import org.neuralharmonizer.study.comparison.StudyProtocol;
import scala.Tuple2;

/** How well raters agree on some photographs. */
record CeilingTask(StudyTask task, int photographs)
    implements FlatMapFunction<Iterator<Integer>, Tuple2<Integer, byte[]>> {

  @Override
  public Iterator<Tuple2<Integer, byte[]>> call(Iterator<Integer> positions) throws IOException {
    StudyProtocol protocol = StudyTask.same(task, photographs);
    List<Tuple2<Integer, byte[]>> ceilings = new ArrayList<>();
    while (positions.hasNext()) {
      int position = positions.next();
      List<StudyControls.Ceiling> ceiling = StudyControls.ceiling(protocol, position);
      ceilings.add(
          new Tuple2<>(position, Serialized.bytes(ceiling.toArray(StudyControls.Ceiling[]::new))));
    }
    return ceilings.iterator();
  }
}
