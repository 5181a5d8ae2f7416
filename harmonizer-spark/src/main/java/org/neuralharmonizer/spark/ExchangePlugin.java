package org.neuralharmonizer.spark;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;

/**
 * Lets tasks exchange sums in the middle of a step, which takes some milliseconds: Spark carries
 * their messages to the driver, where they meet. For statistics of the whole batch a context needs
 * {@code spark.plugins} to name it; the commands set that by themselves.
 *
 * <p>Spark's own exchange among tasks of a barrier looks for answers once a second.
 */
public final class ExchangePlugin implements SparkPlugin {
  private static final String SETTING = "spark.plugins";

  /** Spark makes one of these in each process, and has no other way to give it to tasks. */
  private static volatile @Nullable PluginContext executor;

  /** Adds it to the settings of a context that is to be made. */
  public static void addTo(SparkConf conf) {
    String others = conf.get(SETTING, "");
    String own = ExchangePlugin.class.getName();
    if (!others.contains(own)) {
      conf.set(SETTING, others.isEmpty() ? own : others + "," + own);
    }
  }

  /** Refuses a context without it. */
  static void require(SparkConf conf) {
    if (!conf.get(SETTING, "").contains(ExchangePlugin.class.getName())) {
      throw new IllegalStateException(
          "spark: statistics of the whole batch need %s=%s — set it before the context starts"
              .formatted(SETTING, ExchangePlugin.class.getName()));
    }
  }

  /** What the desk says to a message from this process; empty if others are waited for. */
  static byte[] ask(SharePart part) {
    PluginContext context = executor;
    if (context == null) {
      throw new IllegalStateException(
          "spark: this executor was started without " + ExchangePlugin.class.getName());
    }
    try {
      return (byte[]) context.ask(part);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw SparkFailure.of("training: an exchange among shares", e);
    }
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new Desk();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> more) {
        executor = context;
      }

      @Override
      public void shutdown() {
        executor = null;
      }
    };
  }

  /** Where shares meet, on the driver. */
  private static final class Desk implements DriverPlugin {
    /** Stages that may exchange at the same time; those that ended are forgotten. */
    private static final int STAGES = 64;

    private final Map<SharePart.Stage, ShareMeeting> meetings =
        new LinkedHashMap<>(STAGES, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<SharePart.Stage, ShareMeeting> eldest) {
            return size() > STAGES;
          }
        };

    @Override
    public synchronized Object receive(Object message) {
      SharePart part = (SharePart) message;
      return meetings
          .computeIfAbsent(part.stage(), stage -> new ShareMeeting(part.shares()))
          .receive(part);
    }
  }
}
