package org.neuralharmonizer.program;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.expr.Expr;

/**
 * Decides which elementwise expressions run as one loop.
 *
 * <p>Each expression has a rank: elementwise ones that of their highest operand, all others one
 * more than theirs. Ranks never fall along an edge, and every way out of a set of connected
 * elementwise expressions of one rank and back would pass something that raises the rank; so these
 * sets can be run as units without waiting for each other in a circle.
 *
 * <p>A value that only a later loop needs may take the rank of that loop.
 *
 * <p>A sum that a loop can form while it runs belongs to the loop that computes what it sums.
 *
 * <p>Signs, steps and multiples of a value that is stored anyway, and its sums and products with
 * what repeats along axes, are recomputed in every loop that needs them rather than stored: reading
 * costs more than computing. Where arithmetic is cheaper still, so is whatever follows from a
 * single stored value by a few operations.
 */
final class Grouping {
  private static final int MOST_SOURCES = 2;

  /**
   * The most additions' worth of arithmetic that is done again rather than read. A current GPU adds
   * some forty times while it reads a number.
   */
  private static final int MOST_RECOMPUTED = 32;

  private final Map<Expr, Integer> ranks = new IdentityHashMap<>();
  private final Map<Expr, List<Expr>> consumers = new IdentityHashMap<>();
  private final Set<Expr> roots = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Expr, Expr> leaders = new IdentityHashMap<>();
  private final Fusion fusion;

  /** Answers of {@link #origin} under the present ranks; absent ones are none. */
  private final Map<Expr, Optional<Origin>> origins = new IdentityHashMap<>();

  /** The only value of full size in memory that an expression follows from, and at what cost. */
  private record Origin(Expr value, int cost) {}

  Grouping(List<Expr> order, List<Expr> roots, Fusion fusion) {
    this.fusion = fusion;
    this.roots.addAll(roots);
    for (Expr expr : order) {
      consumers.put(expr, new ArrayList<>());
      for (Expr input : expr.inputs()) {
        consumers.get(input).add(expr);
      }
    }
    for (Expr expr : order) {
      rank(expr);
    }
    if (fusion != Fusion.NONE) {
      findOrigins(order);
      for (int i = order.size() - 1; i >= 0; i--) {
        delay(order.get(i));
      }
      findOrigins(order);
      connect(order);
    }
  }

  /** Whether an expression is computed where it is used, and so has no storage. */
  boolean virtual(Expr expr) {
    if (fusion == Fusion.NONE || roots.contains(expr)) {
      return false;
    }
    return switch (expr.primitive().code()) {
      case LITERAL, BROADCAST -> consumers.get(expr).stream().allMatch(this::absorbs);
      case STEP, SIGN, SCALE, ADD, MULTIPLY -> follows(expr) || isRecomputed(expr);
      default -> isRecomputed(expr);
    };
  }

  /** Whether a cheap operation follows from a value that is stored anyway. */
  private boolean follows(Expr expr) {
    Expr source = source(expr);
    return source != null
        && (stored(source) || virtual(source))
        && consumers.get(expr).stream().allMatch(Grouping::elementwise);
  }

  /** Whether an expression is computed by a loop: it is stored, or summed there. */
  boolean isMember(Expr expr) {
    return elementwise(expr)
        && (!virtual(expr) || consumers.get(expr).stream().anyMatch(this::absorbed));
  }

  /** Whether what loops need of an expression is computed by them from its only origin. */
  private boolean isRecomputed(Expr expr) {
    return origins.getOrDefault(expr, Optional.empty()).isPresent();
  }

  /** In order, so that those of operands are known. */
  private void findOrigins(List<Expr> order) {
    origins.clear();
    if (fusion == Fusion.ELEMENTWISE) {
      for (Expr expr : order) {
        origins.put(expr, Optional.ofNullable(origin(expr)));
      }
    }
  }

  private @Nullable Origin origin(Expr expr) {
    boolean isNeededByLoopsAlone =
        elementwise(expr)
            && !roots.contains(expr)
            && consumers.get(expr).stream().allMatch(user -> elementwise(user) || absorbed(user));
    if (!isNeededByLoopsAlone) {
      return null;
    }
    Expr value = null;
    int cost = cost(expr.primitive().code());
    for (Expr input : expr.inputs()) {
      if (input.primitive().code() == Code.LITERAL || (repeats(input) && virtual(input))) {
        continue;
      }
      Origin before = origins.get(input).orElse(new Origin(input, 0));
      if (value != null && value != before.value) {
        return null;
      }
      value = before.value;
      cost += before.cost;
    }
    return value != null && stored(value) && cost <= MOST_RECOMPUTED
        ? new Origin(value, cost)
        : null;
  }

  /** In additions, on a GPU. */
  private static int cost(Code code) {
    return switch (code) {
      case SQRT, RECIPROCAL, EXP -> 4;
      case LOG, TANH, ERF, POWER -> 10;
      default -> 1;
    };
  }

  /** The one value of full size that a cheap operation reads, or null. */
  private static @Nullable Expr source(Expr expr) {
    Expr first = expr.inputs().get(0);
    return switch (expr.primitive().code()) {
      case STEP, SIGN, SCALE -> first;
      case ADD, MULTIPLY -> {
        Expr second = expr.inputs().get(1);
        yield repeats(first) == repeats(second) ? null : repeats(first) ? second : first;
      }
      default -> null;
    };
  }

  private static boolean repeats(Expr expr) {
    return expr.primitive().code() == Code.BROADCAST;
  }

  /** The loops, each as its members in order of computation; single elementwise steps included. */
  Map<Expr, List<Expr>> loops(List<Expr> order) {
    Map<Expr, List<Expr>> loops = new IdentityHashMap<>();
    for (Expr expr : order) {
      if (fusion != Fusion.NONE && isMember(expr)) {
        loops.computeIfAbsent(leader(expr), key -> new ArrayList<>()).add(expr);
      } else if (absorbed(expr)) {
        loops.get(leader(expr.inputs().get(0))).add(expr);
      }
    }
    Map<Expr, List<Expr>> byMember = new IdentityHashMap<>();
    for (List<Expr> members : loops.values()) {
      for (Expr member : members) {
        byMember.put(member, members);
      }
    }
    return byMember;
  }

  /** Whether a value leaves the loop that computes it. */
  boolean leaves(Expr member, List<Expr> loop) {
    Set<Expr> members = Collections.newSetFromMap(new IdentityHashMap<>());
    members.addAll(loop);
    if (roots.contains(member)) {
      return true;
    }
    return !virtual(member)
        && consumers.get(member).stream().anyMatch(consumer -> !inside(consumer, members));
  }

  static boolean elementwise(Expr expr) {
    return switch (expr.primitive().code()) {
      case EXP,
          LOG,
          SQRT,
          RECIPROCAL,
          TANH,
          ERF,
          POWER,
          ADD,
          SCALE,
          SELECT,
          MULTIPLY,
          STEP,
          SIGN,
          GREATER,
          EQUAL ->
          true;
      default -> false;
    };
  }

  private boolean inside(Expr consumer, Set<Expr> members) {
    return members.contains(consumer)
        || (virtual(consumer)
            && elementwise(consumer)
            && consumers.get(consumer).stream().allMatch(next -> inside(next, members)));
  }

  private boolean absorbs(Expr consumer) {
    return elementwise(consumer)
        || (consumer.primitive().code() == Code.BROADCAST && virtual(consumer));
  }

  private boolean stored(Expr expr) {
    return !elementwise(expr)
        || roots.contains(expr)
        || consumers.get(expr).stream()
            .anyMatch(consumer -> takesFromMemory(consumer, ranks.get(expr)));
  }

  private boolean takesFromMemory(Expr consumer, int rank) {
    return elementwise(consumer)
        ? ranks.get(consumer) != rank && source(consumer) == null
        : !virtual(consumer) && !absorbed(consumer);
  }

  /** Whether a sum is formed by the loop that computes its terms. */
  private boolean absorbed(Expr expr) {
    return fusion != Fusion.NONE && TerminalSum.is(expr) && elementwise(expr.inputs().get(0));
  }

  private void rank(Expr expr) {
    int highest = 0;
    for (Expr input : expr.inputs()) {
      highest = Math.max(highest, ranks.get(input));
    }
    ranks.put(expr, elementwise(expr) || expr.inputs().isEmpty() ? highest : highest + 1);
  }

  /**
   * Moves a value that is not needed before a later loop, and there only, into that loop, if it is
   * computed from no more than two values in memory: reading those again costs no more than writing
   * and reading their result.
   */
  private void delay(Expr expr) {
    List<Expr> users = consumers.get(expr);
    if (!elementwise(expr) || roots.contains(expr) || users.isEmpty()) {
      return;
    }
    int later = ranks.get(users.get(0));
    boolean together =
        later > ranks.get(expr)
            && users.stream().allMatch(user -> elementwise(user) && ranks.get(user) == later);
    if (together && sources(expr) <= MOST_SOURCES) {
      move(expr, ranks.get(expr), later);
    }
  }

  /** How many values in memory a value and those computed for it alone in its loop come from. */
  private int sources(Expr expr) {
    int sources = 0;
    for (Expr input : expr.inputs()) {
      if (isOwn(input, expr, ranks.get(expr))) {
        sources += sources(input);
      } else if (elementwise(input) && ranks.get(input).equals(ranks.get(expr))) {
        return MOST_SOURCES + 1;
      } else if (!virtual(input)) {
        sources++;
      }
    }
    return sources;
  }

  private void move(Expr expr, int from, int to) {
    ranks.put(expr, to);
    for (Expr input : expr.inputs()) {
      if (isOwn(input, expr, from)) {
        move(input, from, to);
      }
    }
  }

  private boolean isOwn(Expr input, Expr user, int rank) {
    return elementwise(input)
        && ranks.get(input) == rank
        && !roots.contains(input)
        && consumers.get(input).stream().allMatch(consumer -> consumer == user);
  }

  private void connect(List<Expr> order) {
    for (Expr expr : order) {
      if (elementwise(expr)) {
        for (Expr input : expr.inputs()) {
          if (elementwise(input) && ranks.get(input).equals(ranks.get(expr))) {
            leaders.put(leader(expr), leader(input));
          }
        }
      }
    }
  }

  private Expr leader(Expr expr) {
    Expr root = expr;
    while (leaders.containsKey(root) && leaders.get(root) != root) {
      root = leaders.get(root);
    }
    Expr walk = expr;
    while (walk != root) {
      Expr next = leaders.getOrDefault(walk, root);
      leaders.put(walk, root);
      walk = next;
    }
    return root;
  }
}
