/** How a security test is made: a sentence on one side, what resources must say on the other. */
import type { DeployedStack } from "../../../infra/deployedStack.ts";
import { kindOf, type Recorded } from "../components/recorded.ts";

export interface Deployment {
  /** As the stack file says it: what people intend. */
  readonly stack: DeployedStack;
  readonly resources: readonly Recorded[];
}

export interface SecurityTest {
  /** A sentence about the product. */
  readonly name: string;
  /** The kinds of resources that it looks at, such as `web:WebApp`; another's change cannot fail it. */
  readonly kinds: readonly string[];
  readonly faults: (deployment: Deployment) => readonly string[];
}

export const ofKinds = ({ resources }: Deployment, ...kinds: readonly string[]): readonly Recorded[] =>
  resources.filter((resource) => kinds.includes(kindOf(resource)));
