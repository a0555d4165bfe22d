package io.vireo.testkit;

import java.io.File;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Marks tests that talk to a {@code redis-server}. Where none is on the PATH they are skipped with a message, or fail
 * when the system property {@code vireo.required} is {@code it}, so that a build that is meant to run them cannot pass
 * without.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsRedis.Installed.class)
public @interface NeedsRedis {
    /** Looks for the program. */
    final class Installed implements ExecutionCondition {
        private static final String PROGRAM = "redis-server";

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (isOnThePath()) {
                return ConditionEvaluationResult.enabled(PROGRAM + " is installed");
            }
            String missing = "no " + PROGRAM + " on the PATH (Debian's package is redis-server)";
            if ("it".equals(System.getProperty("vireo.required"))) {
                throw new IllegalStateException(missing);
            }
            return ConditionEvaluationResult.disabled(missing);
        }

        private static boolean isOnThePath() {
            return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, PROGRAM)));
        }
    }
}
