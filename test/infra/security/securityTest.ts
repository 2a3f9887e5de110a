/** The form of a security test: a sentence, and what must hold for the resources. */
import type { DeployedStack } from "../../../infra/deployedStack.ts";
import { kindOf, type Recorded } from "../components/recorded.ts";

export interface Deployment {
  /** The settings of the stack file, which say what people intend. */
  readonly stack: DeployedStack;
  readonly resources: readonly Recorded[];
}

export interface SecurityTest {
  /** A sentence about the product. */
  readonly name: string;
  /** The kinds of resources that the test looks at, such as `web:WebApp`. A change of another kind cannot fail it. */
  readonly kinds: readonly string[];
  readonly faults: (deployment: Deployment) => readonly string[];
}

export const ofKinds = ({ resources }: Deployment, ...kinds: readonly string[]): readonly Recorded[] =>
  resources.filter((resource) => kinds.includes(kindOf(resource)));
