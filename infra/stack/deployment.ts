/** The stack file's keys about where it is deployed: subscription, network, sizes, release, who pays and who is alerted. */
import * as z from "zod";
import { guid, objectId } from "../../app/domain/guid.ts";
import { approversSchema } from "./approvers.ts";
import { evidenceKeysSchema } from "../../app/domain/evidenceKeys.ts";
import { addressRanges, addressSpace, digest } from "./values.ts";

export const azureSchema = z.strictObject({
  subscriptionId: guid("the subscription's id").meta({
    description: "Subscription that everything is made in; another one is refused before anything is made.",
  }),
  location: z.string().optional().meta({ description: "Azure region; left out, the geography's usual one." }),
});

export const registrationSchema = z
  .strictObject({
    clientId: guid("an application (client) id").meta({ description: "Its application (client) id." }),
    objectId: objectId.meta({ description: "The application's object id." }),
    servicePrincipalId: objectId.meta({
      description: "Object id of its service principal (enterprise application).",
    }),
  })
  .meta({
    description:
      "An app registration that exists already. pulumi up adds roles and the connector's credential; a person adds the redirect address and the permissions that the output registrationByHand lists. Left out, one is made.",
  });

export const ownersSchema = z.strictObject({
  team: z
    .string()
    .min(1)
    .max(64)
    .meta({ description: "Team that answers for the deployment; a tag on every resource." }),
  email: z
    .email("must be a mail address alone, such as virtual-care@lamna.example")
    .meta({ description: "Where alerts and budget warnings go." }),
});

export const networkSchema = z.strictObject({
  mode: z.enum(["private", "restricted"]).default("private").meta({
    description:
      "private: stores are reached by private endpoints alone. restricted: by their public names, but from the app's own network only (test).",
  }),
  addressSpace: addressSpace
    .default("10.64.0.0/23")
    .meta({ description: "Range of the deployment's own network." }),
  allow: addressRanges.optional().meta({
    description: "Addresses that may reach a test deployment that has no edge, such as the hospital's.",
  }),
});

export const deployerSchema = z.strictObject({
  objectId: objectId.meta({ description: "Object id of who runs pulumi up." }),
  kind: z
    .enum(["user", "group", "servicePrincipal"])
    .meta({ description: "A person, a group, or a pipeline's service principal." }),
});

export const sizesSchema = z.strictObject({
  plan: z
    .enum(["P0v3", "P1v3", "P2v3", "P1mv3"])
    .optional()
    .meta({ description: "App Service plan; left out, P0v3 in test and P1v3 in production." }),
  instances: z
    .int()
    .min(1)
    .max(10)
    .optional()
    .meta({ description: "Instances at quiet times; left out, 1 in test and 2 in production." }),
  instancesAtMost: z
    .int()
    .min(1)
    .max(30)
    .optional()
    .meta({ description: "Instances at busy times; left out, 2 in test and 6 in production." }),
  storeThroughputAtMost: z
    .int()
    .min(1000)
    .max(100_000)
    .multipleOf(1000, "must be a multiple of 1000, such as 4000")
    .default(4000)
    .meta({
      description: "Request units per second that the production store scales up to; test is serverless.",
    }),
});

export const retentionSchema = z.strictObject({
  logsDays: z
    .int()
    .min(365)
    .max(730)
    .default(365)
    .meta({ description: "How long logs are kept, in days; a year at least." }),
  packagesDays: z
    .int()
    .min(30)
    .max(365)
    .default(90)
    .meta({ description: "How long a deleted package can be brought back, in days." }),
});

export const releaseSchema = z.strictObject({
  site: digest.optional().meta({
    description: "Package that the site runs; a test stack may leave it out and runs the one last built.",
  }),
  staging: digest
    .optional()
    .meta({ description: "Package that the staging slot runs; left out, the site's." }),
  approvers: approversSchema.optional().meta({
    description:
      "Who may approve a promotion, each by an SSH key; left out, whoever promotes is asked at the terminal.",
  }),
  approvals: z
    .int()
    .min(1)
    .max(2)
    .optional()
    .meta({ description: "How many of the approvers it takes; left out, one." }),
});

export const testStackSchema = z.strictObject({
  stack: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,100}$/, "must be the name of a stack, such as lamna-test")
    .regex(
      /^(?!Pulumi\.)(?!.*\.ya?ml$)/,
      "must be the name of a stack, such as lamna-test, and not of its file",
    )
    .meta({
      description:
        "Name of the test stack, whose packages production runs. Whoever runs pulumi up for production must be among its deployers, and come from its deployFrom or its network.",
    }),
  packages: z
    .string()
    .regex(
      /^https:\/\/[a-z0-9]{3,24}\.blob\.core\.windows\.net\/[a-z0-9-]{3,63}$/,
      "must be a container's address such as https://stlamnatest.blob.core.windows.net/packages",
    )
    .optional()
    .meta({
      description:
        "Address of the test stack's package container; needed where the test stack's Pulumi state cannot be read and the package is not on this disk.",
    }),
  evidenceKeys: evidenceKeysSchema.optional().meta({
    description:
      "Public keys (EC, P-256 or P-384) that the test deployment signs its evidence with, each as a JWK or as PEM text. Several, because keys rotate.",
  }),
});

export const budgetSchema = z.strictObject({
  monthlyAmount: z
    .int("must be a whole number without its currency, such as 1500")
    .min(1)
    .meta({ description: "What a month may cost, in the subscription's currency." }),
  from: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, "must be a month such as 2026-12")
    .meta({ description: "First month that is watched." }),
});
