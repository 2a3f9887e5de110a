/**
 * The connector's one managed identity: it reaches every store, and its token takes the place of a secret of the app
 * registration.
 */
import * as managedidentity from "@pulumi/azure-native/managedidentity/index.js";
import * as pulumi from "@pulumi/pulumi";
import { isProtected, named, tags, type DeploymentContext } from "./deploymentContext.ts";

export class Identity extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  /** Its object id in the directory, to which roles are granted. */
  readonly principalId: pulumi.Output<string>;
  readonly clientId: pulumi.Output<string>;

  constructor(
    name: string,
    { context }: { context: DeploymentContext },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("ehr:components:Identity", name, {}, options);
    const { stack, location, group } = context;

    const identity = new managedidentity.UserAssignedIdentity(
      "identity",
      {
        resourceGroupName: group.name,
        resourceName: named("id", stack),
        location,
        tags: tags(stack, "operational"),
      },
      // Every role assignment and the registration's credential refer to this identity; if it were created anew, they would
      // not apply to it.
      { parent: this, protect: isProtected(stack) },
    );

    this.id = identity.id;
    this.principalId = identity.principalId;
    this.clientId = identity.clientId;
    this.registerOutputs({ id: this.id, principalId: this.principalId, clientId: this.clientId });
  }
}
