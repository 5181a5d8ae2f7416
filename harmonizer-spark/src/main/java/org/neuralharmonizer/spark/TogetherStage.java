package org.neuralharmonizer.spark;

import java.io.Serializable;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * Tasks that run at the same time, so that they can {@linkplain TaskExchange exchange} sums, by
 * Spark's barrier mode: all of them start, or none; when one is lost, all are computed again.
 */
final class TogetherStage {
  private TogetherStage() {}

  /** What all shares give. */
  static JavaPairRDD<Long, byte[]> of(JavaRDD<Integer> shares, ShareTask task) {
    return JavaPairRDD.fromRDD(
        shares.rdd().barrier().mapPartitions(new Work(task), false, tag(Tuple2.class)),
        tag(Long.class),
        tag(byte[].class));
  }

  /** Java has no words for the parameters of a class. */
  @SuppressWarnings("unchecked")
  private static <T> ClassTag<T> tag(Class<?> kind) {
    return (ClassTag<T>) ClassTag$.MODULE$.apply(kind);
  }

  private static final class Work
      extends AbstractFunction1<Iterator<Integer>, Iterator<Tuple2<Long, byte[]>>>
      implements Serializable {
    private static final long serialVersionUID = 1;

    private final ShareTask task;

    Work(ShareTask task) {
      this.task = task;
    }

    @Override
    public Iterator<Tuple2<Long, byte[]>> apply(Iterator<Integer> shares) {
      try {
        return CollectionConverters.asScala(task.call(CollectionConverters.asJava(shares)));
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
    }
  }
}
