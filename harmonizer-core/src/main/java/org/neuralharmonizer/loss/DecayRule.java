package org.neuralharmonizer.loss;

import java.util.List;
import java.util.Set;
import org.neuralharmonizer.nn.Parameter;
import org.neuralharmonizer.nn.ParameterRole;

/** Which learned parameters decay. Running statistics never do. */
@FunctionalInterface
public interface DecayRule {
  boolean decays(Parameter parameter);

  /** All of them. */
  static DecayRule everything() {
    return parameter -> true;
  }

  /** Those in one of the given roles. */
  static DecayRule roles(ParameterRole... roles) {
    Set<ParameterRole> chosen = Set.of(roles);
    return parameter -> chosen.contains(parameter.role());
  }

  /** Weights only: no biases, no normalizations, no embeddings. */
  static DecayRule weights() {
    return roles(ParameterRole.WEIGHT);
  }

  /**
   * What the released code lets decay: weights and, unlike common practice, biases, but nothing
   * whose name contains {@code bn/}, {@code normalization}, {@code embed}, {@code norm}, {@code
   * Norm} or {@code class_token}. Its names are Keras'; under other naming the roles normalization
   * and embedding say the same. A weight stays exempt when its own path contains one of the words,
   * such as {@code patch_embed.proj.weight}.
   */
  static DecayRule asReleased() {
    List<String> exempt = List.of("bn/", "embed", "Norm", "norm", "class_token");
    return parameter ->
        (parameter.role() == ParameterRole.WEIGHT || parameter.role() == ParameterRole.BIAS)
            && exempt.stream().noneMatch(parameter.path()::contains);
  }
}
