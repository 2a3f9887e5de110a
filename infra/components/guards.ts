/** What keeps a deployment from being deleted by mistake or from costing more than somebody expects. */
import * as authorization from "@pulumi/azure-native/authorization/index.js";
import * as consumption from "@pulumi/azure-native/consumption/index.js";
import * as pulumi from "@pulumi/pulumi";
import { isProtected, named, type Ground } from "./ground.ts";

/** Production's stores cannot be deleted, by whoever, until the lock is taken away. */
export class Locks extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: { readonly ground: Ground; readonly kept: Readonly<Record<string, pulumi.Output<string>>> },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("ehr:components:Locks", name, {}, options);
    if (isProtected(args.ground.stack))
      for (const [kind, scope] of Object.entries(args.kept))
        new authorization.ManagementLockByScope(
          name + "-" + kind,
          {
            lockName: "keep",
            scope,
            level: "CanNotDelete",
            notes:
              "The connector of " +
              args.ground.stack.tenant +
              " lives from it; infra/README.md says how to delete one.",
          },
          { parent: this },
        );
    this.registerOutputs({});
  }
}

export class Budget extends pulumi.ComponentResource {
  constructor(
    name: string,
    { ground }: { readonly ground: Ground },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("ehr:components:Budget", name, {}, options);
    const { stack, group } = ground;
    if (stack.budget !== undefined)
      new consumption.Budget(
        name,
        {
          budgetName: named("budget", stack),
          scope: group.id,
          amount: stack.budget.monthlyAmount,
          category: "Cost",
          timeGrain: "Monthly",
          timePeriod: { startDate: stack.budget.from + "-01T00:00:00Z" },
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
