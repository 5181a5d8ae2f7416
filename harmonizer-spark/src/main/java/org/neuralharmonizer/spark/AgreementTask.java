package org.neuralharmonizer.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.neuralharmonizer.study.comparison.RaterAgreement;
import scala.Tuple2;

/** Some pieces of how well raters agree. */
record AgreementTask(OpenedStudy study, int photographs)
    implements FlatMapFunction<Iterator<Integer>, Tuple2<Integer, byte[]>> {

  @Override
  public Iterator<Tuple2<Integer, byte[]>> call(Iterator<Integer> numbers) throws IOException {
    RaterAgreement agreement = new RaterAgreement(study.protocol(photographs));
    List<Tuple2<Integer, byte[]>> pieces = new ArrayList<>();
    while (numbers.hasNext()) {
      int number = numbers.next();
      Optional<RaterAgreement.Piece> piece = agreement.piece(number);
      if (piece.isPresent()) {
        pieces.add(new Tuple2<>(number, Serialized.bytes(piece.get())));
      }
    }
    return pieces.iterator();
  }
}
