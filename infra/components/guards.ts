/** Keeps a deployment from being deleted by mistake, and reports when it costs more than expected. */
import * as authorization from "@pulumi/azure-native/authorization/index.js";
import * as consumption from "@pulumi/azure-native/consumption/index.js";
import * as pulumi from "@pulumi/pulumi";
import { keepsNumber } from "../../app/domain/defaults.ts";
import { budgetStart } from "./budgetStart.ts";
import { inSubscription, isProtected, named, type DeploymentContext } from "./deploymentContext.ts";

/**
 * Locks. Production's stores, and the number of any stack that gets one, cannot be deleted until the lock is removed: neither
 * by mistake nor by the connector's own identity, whose role at Communication Services would allow it.
 */
export class Locks extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: {
      readonly context: DeploymentContext;
      readonly kept: Readonly<Record<"store" | "vault" | "storage" | "number", pulumi.Output<string>>>;
      /**
       * Resources that the lock over the number also protects. In test, the lock is therefore made last and removed first.
       */
      readonly hangsOnNumber: readonly pulumi.Resource[];
    },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("ehr:components:Locks", name, {}, options);
    const { stack } = args.context;
    for (const [kind, scope] of Object.entries(args.kept))
      if (isProtected(stack) || (kind === "number" && keepsNumber(stack)))
        new authorization.ManagementLockByScope(
          name + "-" + kind,
          {
            lockName: "keep",
            scope,
            level: "CanNotDelete",
            notes:
              "The connector of " + stack.tenant + " lives from it; infra/README.md says how to delete one.",
          },
          { parent: this, dependsOn: isProtected(stack) ? [] : [...args.hangsOnNumber] },
        );
    this.registerOutputs({});
  }
}

export class Budget extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: {
      readonly context: DeploymentContext;
      /** Names of the resource groups whose cost counts. */
      readonly groups: readonly pulumi.Output<string>[];
      /** Start of the budget that exists already, which is kept. */
      readonly startsAt: string | undefined;
      readonly now: Date;
    },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("ehr:components:Budget", name, {}, options);
    const { stack } = args.context;
    if (stack.budget !== undefined)
      new consumption.Budget(
        name,
        {
          budgetName: named("budget", stack),
          // One budget over both groups, because texts to patients are about half of the cost.
          scope: inSubscription(stack),
          filter: { dimensions: { name: "ResourceGroupName", operator: "In", values: [...args.groups] } },
          amount: stack.budget.monthlyAmount,
          category: "Cost",
          timeGrain: "Monthly",
          timePeriod: { startDate: budgetStart(stack.budget.from, args.startsAt, args.now) },
          notifications: {
            spent: warning(80, "Actual", stack.owners.email),
            expected: warning(100, "Forecasted", stack.owners.email),
          },
        },
        { parent: this },
      );
    this.registerOutputs({});
  }
}

const warning = (threshold: number, thresholdType: "Actual" | "Forecasted", email: string) => ({
  enabled: true,
  operator: "GreaterThanOrEqualTo" as const,
  threshold,
  thresholdType,
  contactEmails: [email],
});
