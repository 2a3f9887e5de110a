/** The environment of a deployment: one laptop with the sandbox, deployed for tests, or deployed for patients. */
export type Environment = "local" | "test" | "production";

/** The environment of a chart system. */
export type ChartEnvironment = "test" | "production";
