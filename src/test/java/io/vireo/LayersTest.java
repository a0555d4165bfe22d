package io.vireo;

import static com.tngtech.archunit.lang.SimpleConditionEvent.violated;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaEnumConstant;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds the house together: which package may use which, where Vert.x may appear, which thread's types may hold which,
 * and what names say. Each rule is also run on {@code io.vireo.layers}, a small house with every mistake in it, so that
 * a rule that can no longer fail is noticed.
 */
class LayersTest {
    /** Packages by rank, the lowest first. A package may use only packages of strictly lower rank. */
    private static final List<List<String>> RANKS = List.of(
            List.of("base"),
            List.of("memory", "resp", "config", "topology"),
            List.of("value"),
            List.of("keyspace", "log"),
            List.of("command"),
            List.of("persist", "backlog", "acl", "pubsub", "tracking", "script"),
            List.of("replication", "voter", "cluster", "aof"),
            List.of("net", "outlet", "web", "sentinel"),
            List.of("group"),
            List.of("node"),
            List.of("" /* Main */));

    private static final Map<String, Integer> RANK_OF = IntStream.range(0, RANKS.size())
            .boxed()
            .flatMap(rank -> RANKS.get(rank).stream().map(name -> Map.entry(name, rank)))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

    private static final int NET = RANK_OF.get("net");

    private static final String HOUSE = "io.vireo";
    private static final String HOUSE_OF_MISTAKES = "io.vireo.layers";

    private static final JavaClasses MAIN = importedFrom(RunsOn.class);
    private static final JavaClasses TESTS = importedFrom(LayersTest.class);
    private static final JavaClasses MISTAKES = new ClassFileImporter().importPackages(HOUSE_OF_MISTAKES);

    @Test
    void aPackageUsesOnlyPackagesOfLowerRank() {
        usesOnlyLowerRanks(HOUSE).check(MAIN);

        assertThat(violations(usesOnlyLowerRanks(HOUSE_OF_MISTAKES)))
                .anyMatch(line -> line.endsWith("base.ReachesUp uses io.vireo.layers.memory.Blob"))
                .anyMatch(line -> line.endsWith("memory.ReachesAside uses io.vireo.layers.resp.Words"))
                .anyMatch(line -> line.contains("strange.Guest has no rank"))
                .hasSize(3);
    }

    @Test
    void vertxAndNettyAppearBelowTheListenersOnlyInVerticlesAndRefs() {
        keepsVertxAtTheEdge(HOUSE).check(MAIN);

        assertThat(violations(keepsVertxAtTheEdge(HOUSE_OF_MISTAKES)))
                .anyMatch(line -> line.endsWith("keyspace.TalksToVertx uses io.vertx.core.Vertx"))
                .anyMatch(line -> line.endsWith("keyspace.TalksToNetty uses io.netty.buffer.ByteBuf"))
                .hasSize(2);
    }

    @Test
    void aTypeHoldsOnlyTypesOfItsOwnThread() {
        HOLDS_ONLY_ITS_OWN_THREAD.check(MAIN);

        assertThat(violations(HOLDS_ONLY_ITS_OWN_THREAD))
                .anyMatch(line -> line.contains("HoldsAnotherThread.ballot"))
                .anyMatch(line -> line.contains("HoldsAnotherThread.ballots"))
                .anyMatch(line -> line.contains("HoldsAnotherThread$Nested.ballot"))
                .anyMatch(line -> line.contains("SaysAnyThread.ballot"))
                .hasSize(4);
    }

    @Test
    void namesSayWhatATypeIs() {
        NAMED_BY_A_NOUN.check(MAIN);
        NAMED_BY_A_NOUN.check(TESTS.that(JavaClass.Predicates.resideOutsideOfPackage(HOUSE_OF_MISTAKES + "..")));

        assertThat(violations(NAMED_BY_A_NOUN)).hasSize(2);
    }

    @Test
    void testsWaitForConditionsAndDoNotSleep() {
        DO_NOT_SLEEP.check(TESTS.that(JavaClass.Predicates.resideOutsideOfPackage(HOUSE_OF_MISTAKES + "..")));

        assertThat(violations(DO_NOT_SLEEP)).hasSize(1);
    }

    @Test
    void everyPackageIsDescribed() throws IOException {
        assertThat(undescribed(Path.of("src/main/java"))).isEmpty();

        assertThat(undescribed(Path.of("src/test/java/io/vireo/layers"))).isNotEmpty();
    }

    @Test
    void theTourOfTheReadmeNamesEveryPackageAndWhereToStart() throws IOException {
        Pattern row = Pattern.compile("\\| `(\\w+)` \\|.*\\| `(\\w+)` \\|");
        Map<String, String> tour = row.matcher(Files.readString(Path.of("README.md")))
                .results()
                .collect(Collectors.toMap(stop -> stop.group(1), stop -> stop.group(2)));

        assertThat(tour.keySet())
                .isEqualTo(MAIN.stream()
                        .map(type -> part(HOUSE, type))
                        .filter(name -> !name.isEmpty())
                        .collect(Collectors.toSet()));
        assertThat(tour)
                .allSatisfy((name, start) -> assertThat(MAIN.contain(HOUSE + "." + name + "." + start))
                        .isTrue());
    }

    private static ArchRule usesOnlyLowerRanks(String house) {
        return classes().should(condition("use only packages of lower rank", (type, events) -> {
            Integer rank = RANK_OF.get(part(house, type));
            if (rank == null) {
                events.add(violated(type, type.getName() + " has no rank: give its package one"));
                return;
            }
            usedBy(type)
                    .filter(used -> used.getPackageName().equals(house)
                            || used.getPackageName().startsWith(house + "."))
                    .filter(used -> !part(house, used).equals(part(house, type)))
                    .filter(used -> RANK_OF.getOrDefault(part(house, used), Integer.MAX_VALUE) >= rank)
                    .forEach(used -> events.add(violated(type, type.getName() + " uses " + used.getName())));
        }));
    }

    /** JSON is let through: it is data, and brings no thread. */
    private static ArchRule keepsVertxAtTheEdge(String house) {
        return classes().should(condition("keep Vert.x and Netty to verticles and refs", (type, events) -> {
            String outermost = type.getName().replaceFirst("\\$.*", "");
            if (RANK_OF.getOrDefault(part(house, type), 0) >= NET
                    || outermost.endsWith("Verticle")
                    || outermost.endsWith("Ref")) {
                return;
            }
            usedBy(type)
                    .filter(used -> used.getPackageName().startsWith("io.vertx.")
                            || used.getPackageName().startsWith("io.netty."))
                    .filter(used -> !used.getPackageName().startsWith("io.vertx.core.json"))
                    .forEach(used -> events.add(violated(type, type.getName() + " uses " + used.getName())));
        }));
    }

    private static final ArchRule HOLDS_ONLY_ITS_OWN_THREAD = classes()
            .should(condition("hold only types of their own thread", (type, events) -> {
                Optional<String> own = loop(type);
                if (own.isEmpty()) {
                    return;
                }
                for (JavaField field : type.getFields()) {
                    for (JavaClass held : field.getAllInvolvedRawTypes()) {
                        Optional<String> its = loop(held.getBaseComponentType());
                        if (its.isPresent() && !its.equals(own) && !its.get().equals(Loop.ANY.name())) {
                            String what = field.getFullName() + ", of the thread " + own.get() + ", holds a "
                                    + held.getSimpleName() + ", of the thread " + its.get();
                            events.add(violated(field, what));
                        }
                    }
                }
            }));

    private static final ArchRule NAMED_BY_A_NOUN = noClasses()
            .should()
            .haveNameMatching(".*(Impl|Utils?|Managers?|Helpers?)(\\$.*)?")
            .because("a name says what a type is");

    private static final ArchRule DO_NOT_SLEEP = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.vireo.it.Lasting")
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(TimeUnit.class, "sleep", long.class)
            .because("a test waits for a condition");

    private static Stream<JavaClass> usedBy(JavaClass type) {
        return type.getDirectDependenciesFromSelf().stream()
                .map(use -> use.getTargetClass().getBaseComponentType())
                .distinct();
    }

    /** The thread that a type is annotated with, or that its enclosing type is annotated with. */
    private static Optional<String> loop(JavaClass type) {
        Optional<String> own =
                type.tryGetAnnotationOfType(RunsOn.class.getName()).flatMap(LayersTest::loopIn);
        return own.isPresent() ? own : type.getEnclosingClass().flatMap(LayersTest::loop);
    }

    private static Optional<String> loopIn(JavaAnnotation<?> runsOn) {
        return runsOn.get("value").map(value -> ((JavaEnumConstant) value).name());
    }

    /** The name of the part of the house that a type belongs to: the first word of its package below the house. */
    private static String part(String house, JavaClass type) {
        String below = type.getPackageName().substring(house.length());
        return below.isEmpty() ? "" : below.substring(1).split("\\.", 2)[0];
    }

    private static ArchCondition<JavaClass> condition(String text, BiConsumer<JavaClass, ConditionEvents> check) {
        return new ArchCondition<>(text) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                check.accept(type, events);
            }
        };
    }

    private static List<String> violations(ArchRule rule) {
        return rule.evaluate(MISTAKES).getFailureReport().getDetails();
    }

    private static JavaClasses importedFrom(Class<?> neighbour) {
        return new ClassFileImporter()
                .importLocations(List.of(Location.of(
                        neighbour.getProtectionDomain().getCodeSource().getLocation())));
    }

    private static List<Path> undescribed(Path sources) throws IOException {
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(Path::getParent)
                    .distinct()
                    .filter(folder -> !folder.equals(Path.of("src/main/java/io/vireo")))
                    .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                    .toList();
        }
    }
}
