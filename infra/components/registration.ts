/**
 * The connector's identity in the hospital's directory: permissions, app roles, and its managed identity in place of a
 * secret.
 */
import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { PATHS } from "../../app/domain/addresses.ts";
import { APP_ROLES } from "../../app/domain/portalRights.ts";
import { graphPermissions } from "../../app/domain/graphPermissions.ts";
import { featuresOf, hasEvents } from "../stack/choices.ts";
import { EVENT_ROLE, roleId } from "./appRoles.ts";
import { AZURE_CONSTANTS, issuerOf } from "./azureConstants.ts";
import { unlessThere } from "./lostAnswers.ts";
import { named, type DeploymentContext } from "./deploymentContext.ts";
import { existingApplication, newApplication, type Application } from "./application.ts";

export interface RegistrationArgs {
  readonly context: DeploymentContext;
  /** Origin that people open in a browser. */
  readonly publicUrl: pulumi.Input<string>;
  readonly identityPrincipalId: pulumi.Input<string>;
}

export class Registration extends pulumi.ComponentResource {
  readonly clientId: pulumi.Output<string>;
  /**
   * Once these exist, Event Grid and the deployers hold the app role for events; it takes Entra a while to tell every part
   * of Azure.
   */
  readonly eventRole: readonly pulumi.Resource[];
  /** Once these exist, the connector can sign in as the registration. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: RegistrationArgs, options?: pulumi.ComponentResourceOptions) {
    super("ehr:components:Registration", name, {}, options);
    const { stack } = args.context;
    const { registration } = stack.microsoft;

    const application =
      registration === undefined
        ? newApplication(this, stack, pulumi.interpolate`${args.publicUrl}${PATHS.signInCallback}`)
        : existingApplication(this, stack, registration);
    const credential = new azuread.ApplicationFederatedIdentityCredential(
      "identity",
      {
        applicationId: application.id,
        displayName: named("id", stack),
        description: "The connector's managed identity, in place of a secret.",
        issuer: issuerOf(stack.microsoft.tenantId),
        subject: args.identityPrincipalId,
        audiences: [AZURE_CONSTANTS.tokenExchangeAudience],
      },
      { parent: this, hooks: unlessThere("credential", "identity") },
    );

    this.clientId = application.clientId;
    this.eventRole = hasEvents(stack) ? this.#eventRole(args.context, application) : [];
    this.ready = [
      credential,
      ...application.ready,
      ...application.api,
      ...this.#operators(args.context, application),
      ...(stack.microsoft.consent === "granted" ? this.#consent(args.context, application) : []),
    ];
    this.registerOutputs({ clientId: this.clientId });
  }

  /** Event Grid delivers as an application of its own; whoever creates the subscription must hold the role, too. */
  #eventRole({ stack }: DeploymentContext, application: Application): readonly pulumi.Resource[] {
    const eventGrid = new azuread.ServicePrincipal(
      "event-grid",
      { clientId: AZURE_CONSTANTS.eventGridAppId, useExisting: true },
      // This is Microsoft's service principal, which others in the directory use too, so it stays when the deployment is
      // destroyed.
      { parent: this, retainOnDelete: true },
    );
    const holders: readonly (readonly [string, pulumi.Input<string>])[] = [
      ["event-grid", eventGrid.objectId],
      ...stack.deployers.map(({ objectId }) => ["deployer-" + objectId, objectId] as const),
    ];
    return holders.map(
      ([name, principalObjectId]) =>
        new azuread.AppRoleAssignment(
          name,
          {
            appRoleId: roleId(stack, EVENT_ROLE),
            principalObjectId,
            resourceObjectId: application.servicePrincipalId,
          },
          { parent: this, dependsOn: [...application.ready], hooks: unlessThere("assignment", name) },
        ),
    );
  }

  /** Whoever deploys may ask the connector for its health. */
  #operators({ stack }: DeploymentContext, application: Application): readonly pulumi.Resource[] {
    return stack.deployers.map(({ objectId: principalObjectId }) => {
      const name = "operator-" + principalObjectId;
      return new azuread.AppRoleAssignment(
        name,
        {
          appRoleId: roleId(stack, APP_ROLES.operator),
          principalObjectId,
          resourceObjectId: application.servicePrincipalId,
        },
        { parent: this, dependsOn: [...application.ready], hooks: unlessThere("assignment", name) },
      );
    });
  }

  /**
   * The consent that an administrator would otherwise give in Entra, for exactly the permissions that the registration asks
   * for.
   */
  #consent({ stack }: DeploymentContext, application: Application): readonly pulumi.Resource[] {
    const graph = new azuread.ServicePrincipal(
      "graph",
      { clientId: AZURE_CONSTANTS.graphAppId, useExisting: true },
      { parent: this, retainOnDelete: true },
    );
    const asked = graphPermissions(featuresOf(stack));
    const roles = asked
      .filter(({ kind }) => kind === "Role")
      .map(
        ({ value, id }) =>
          new azuread.AppRoleAssignment(
            value,
            {
              appRoleId: id,
              principalObjectId: application.servicePrincipalId,
              resourceObjectId: graph.objectId,
            },
            { parent: this, hooks: unlessThere("assignment", value) },
          ),
      );
    const scopes = new azuread.ServicePrincipalDelegatedPermissionGrant(
      "graph",
      {
        servicePrincipalObjectId: application.servicePrincipalId,
        resourceServicePrincipalObjectId: graph.objectId,
        claimValues: asked.filter(({ kind }) => kind === "Scope").map(({ value }) => value),
      },
      { parent: this, hooks: unlessThere("grant", "graph") },
    );
    return [...roles, scopes];
  }
}
