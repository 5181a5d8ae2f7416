package org.neuralharmonizer;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packages of core and the only arrows allowed between them. */
final class ArchitectureTest {

  private static final String BASE = "org.neuralharmonizer.";

  /** A package with its sub-packages, and the packages that it may use. */
  private record Row(String name, List<String> mayUse) {
    @Override
    public String toString() {
      return name + " may use " + (mayUse.isEmpty() ? "nothing" : String.join(", ", mayUse));
    }
  }

  private static final List<Row> TABLE =
      List.of(
          row("tensor"),
          row("expr", "tensor"),
          row("autodiff", "expr", "tensor"),
          row("program", "expr", "tensor"),
          row("backend", "program", "tensor"),
          row("cpu", "backend", "program", "expr", "tensor"),
          row("nn", "expr", "tensor"),
          row("explain", "nn", "autodiff", "expr", "tensor"),
          row("loss", "explain", "nn", "expr", "tensor"),
          row("data", "tensor"),
          row(
              "train",
              "tensor",
              "expr",
              "autodiff",
              "program",
              "backend",
              "cpu",
              "nn",
              "explain",
              "loss",
              "data"),
          row("alignment", "data", "tensor"),
          row("psychophysics", "data", "tensor"));

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.neuralharmonizer");

  private static Row row(String name, String... mayUse) {
    return new Row(name, List.of(mayUse));
  }

  static Stream<Row> table() {
    return TABLE.stream();
  }

  @ParameterizedTest
  @MethodSource("table")
  void packageUsesOnlyWhatItsRowAllows(Row row) {
    List<String> allowed = new ArrayList<>(row.mayUse());
    allowed.add(row.name());
    String[] forbidden =
        TABLE.stream()
            .map(Row::name)
            .filter(name -> !allowed.contains(name))
            .map(ArchitectureTest::withSubpackages)
            .toArray(String[]::new);
    noClasses()
        .that(resideInAPackage(withSubpackages(row.name())))
        .should()
        .dependOnClassesThat(resideInAnyPackage(forbidden))
        .because(row.toString())
        .allowEmptyShould(true)
        .check(CORE);
  }

  @Test
  void everyClassBelongsToARow() {
    String[] rows = TABLE.stream().map(row -> withSubpackages(row.name())).toArray(String[]::new);
    classes().should().resideInAnyPackage(rows).check(CORE);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(BASE + "(*)..").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void vectorApiStaysInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage(BASE + "cpu.simd")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator..")
        .check(CORE);
  }

  @Test
  void coreNeedsNeitherDesktopNorNetwork() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.awt..", "javax.imageio..", "javax.swing..", "java.net..")
        .check(CORE);
  }

  @Test
  void coreIsSilent() {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CORE);
  }

  @Test
  void coreLeavesTheProcessAlone() {
    noClasses()
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(System.class, "setProperty", String.class, String.class)
        .check(CORE);
  }

  private static String withSubpackages(String name) {
    return BASE + name + "..";
  }
}
