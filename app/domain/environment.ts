/** Of a deployment: one laptop with the sandbox, or deployed for tests, or for patients. */
export type Environment = "local" | "test" | "production";

/** Of a chart system. */
export type ChartEnvironment = "test" | "production";
