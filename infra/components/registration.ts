/** Who the connector is in the hospital's directory: permissions, roles, and its managed identity in place of a secret. */
import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { PATHS } from "../../app/domain/addresses.ts";
import { APP_ROLES } from "../../app/domain/portalRights.ts";
import { graphPermissions } from "../../app/domain/graphPermissions.ts";
import { featuresOf, hasEvents } from "../stack/choices.ts";
import { EVENT_ROLE, roleId } from "./appRoles.ts";
import { AZURE_CONSTANTS, issuerOf } from "./azureConstants.ts";
import { assignedAlready } from "./entraPatience.ts";
import { named, type DeploymentContext } from "./deploymentContext.ts";
import { existingApplication, newApplication, type Application } from "./application.ts";

export interface RegistrationArgs {
  readonly context: DeploymentContext;
  /** Origin that people open. */
  readonly publicUrl: pulumi.Input<string>;
  readonly identityPrincipalId: pulumi.Input<string>;
}

export class Registration extends pulumi.ComponentResource {
  readonly clientId: pulumi.Output<string>;
  /** Event Grid and the deployers hold the role for events once these are there; Entra takes a while to tell everybody. */
  readonly eventRole: readonly pulumi.Resource[];
  /** The connector can sign in as the registration. */
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
      { parent: this },
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

  /** Event Grid delivers as its own application; who subscribes it must hold the role, too. */
  #eventRole({ stack }: DeploymentContext, application: Application): readonly pulumi.Resource[] {
    const eventGrid = new azuread.ServicePrincipal(
      "event-grid",
      { clientId: AZURE_CONSTANTS.eventGridAppId, useExisting: true },
      // Others in the directory use it: it is Microsoft's, and stays.
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
          { parent: this, dependsOn: [...application.ready], hooks: hooksOf(name) },
        ),
    );
  }

  /** Whoever deploys may ask the connector how it stands. */
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
        { parent: this, dependsOn: [...application.ready], hooks: hooksOf(name) },
      );
    });
  }

  /** What an administrator would click in Entra: exactly what the registration asks for. */
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
            { parent: this, hooks: hooksOf(value) },
          ),
      );
    const scopes = new azuread.ServicePrincipalDelegatedPermissionGrant(
      "graph",
      {
        servicePrincipalObjectId: application.servicePrincipalId,
        resourceServicePrincipalObjectId: graph.objectId,
        claimValues: asked.filter(({ kind }) => kind === "Scope").map(({ value }) => value),
      },
      { parent: this },
    );
    return [...roles, scopes];
  }
}

const hooksOf = (name: string) => ({
  onError: [new pulumi.ErrorHook("assigned-already-" + name, assignedAlready(name))],
});
