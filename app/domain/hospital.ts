/**
 * What a hospital says about itself: the chart systems it connects, its departments, what patients may know. One
 * schema serves the stack file, the connector's settings and the portal.
 */
import * as z from "zod";
import { distinct } from "./distinct.ts";
import type { FhirBaseUrl } from "./fhirBaseUrl.ts";
import { isTimeZone } from "./formatters.ts";
import { objectId } from "./guid.ts";
import { connectionMessagesSchema } from "./messages.ts";
import { isPlain } from "./plainText.ts";
import { SENDER_NAME_LENGTH } from "./senderName.ts";

const slug = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,31}$/,
    "must be lower-case letters, digits and dashes, starting with a letter, 32 at most",
  );
const vaultName = z
  .string()
  .regex(/^[0-9a-zA-Z-]{1,127}$/, "must be a name in the key vault: letters, digits, dashes");
/** How a number is written. Whether it can be called is asked of whoever sets it, and not of what is set already. */
const phone = z
  .string()
  .regex(/^[+()\d .-]{7,24}$/, "must be a phone number that a patient can tap, such as (202) 555-0100");
const timeZone = z
  .string()
  .refine(isTimeZone, "must be a time zone such as America/Chicago or Europe/Berlin");

export const clientSchema = z.strictObject({
  clientId: z
    .string()
    .min(1)
    .regex(/^\s*\S*\s*$/, "must be the client id alone, without blanks")
    .meta({ description: "Client id from Oracle's code console." }),
  authentication: z
    .discriminatedUnion("method", [
      z.strictObject({
        method: z.literal("private_key_jwt").meta({ description: "By a signature, or by a secret." }),
        key: vaultName.meta({ description: "Name of the signing key in the key vault." }),
        algorithm: z
          .enum(["RS384", "ES384"])
          .default("RS384")
          .meta({ description: "How the key signs: RS384 with an RSA key, ES384 with a P-384 one." }),
      }),
      z.strictObject({
        method: z.literal("client_secret_basic"),
        secret: vaultName.meta({
          description: "Name of the secret in the key vault; never the secret itself.",
        }),
      }),
    ])
    .meta({ description: "How the connector proves itself to the authorization server." }),
  scopes: z
    .array(
      z
        .string()
        .regex(/^\S+$/, "must be one scope, such as system/Appointment.rs; each is an entry of its own"),
    )
    .nonempty()
    .optional()
    .meta({ description: "Scopes to ask for, where a server wants others than the usual ones." }),
});

/** The switches are independent of each other; app/domain/defaults.ts says what each means where it is left out. */
export const writeBackSchema = z.strictObject({
  links: z.boolean().optional().meta({
    description: "Whether the links of patient and clinician are written to the appointment in the chart.",
  }),
  status: z
    .strictObject({
      arrived: z.boolean().optional().meta({ description: "Written once the patient waits in the lobby." }),
      checkedIn: z
        .boolean()
        .optional()
        .meta({ description: "Written once the patient has been let in (FHIR: checked-in)." }),
      fulfilled: z.boolean().optional().meta({ description: "Written once staff have ended the visit." }),
    })
    .optional()
    .meta({ description: "Which states of a visit are written to the appointment in the chart." }),
});

export const connectionSchema = z.strictObject({
  id: slug.meta({ description: "Short name used in addresses, for example lamna-test." }),
  name: z.string().min(1).max(80).meta({ description: "Name that administrators read." }),
  fhirBaseUrl: z.string().min(1).meta({ description: "FHIR R4 base URL of the chart system." }),
  environment: z.enum(["test", "production"]).meta({ description: "Which kind of chart system it is." }),
  provider: clientSchema.optional().meta({
    description: "Registration of the clinicians' launch; until it is known the connection waits for it.",
  }),
  system: clientSchema.optional().meta({
    description:
      "Registration of the system client, by which the connector reads appointments without a person. Until it is known nothing is polled: no message is sent unasked, nothing is written back.",
  }),
  signIn: z
    .strictObject({
      authorizationEndpoint: z.url().meta({ description: "Where clinicians sign in." }),
      tokenEndpoint: z.url().meta({ description: "Where codes are traded for tokens." }),
      issuer: z.url().optional().meta({
        description: "Who signs the sign-in's proof; without it the one found first is kept.",
      }),
      jwksUri: z.url().optional().meta({
        description: "Where the signer's keys are; without it the address found first is kept.",
      }),
    })
    .optional()
    .meta({
      description:
        "Sign-in addresses to insist on, such as new ones of the chart system; without it those found first are kept.",
    }),
  visitTypes: z.array(z.string().min(1)).nonempty().default(["Video Visit"]).meta({
    description: "Appointment types (name or code) that are video visits, beside those with virtual rooms.",
  }),
  writeBack: writeBackSchema.optional().meta({
    description: "What the connector writes to the chart, by its system client.",
  }),
  messages: connectionMessagesSchema.optional().meta({
    description:
      "Messages to this connection's patients. Its appointments are read by the system client; whether patients are texted, sms says.",
  }),
});

export const departmentKeys = z.strictObject({
  id: slug.meta({ description: "Short name of the department." }),
  name: z.string().min(1).max(80).meta({ description: "Name that patients may see." }),
  nameEs: z.string().min(1).max(80).optional().meta({
    description: "Its name for patients who read Spanish; left out, they read the other.",
  }),
  nameInTexts: z.boolean().optional().meta({
    description:
      "Whether texts name the department. A text is read on locked screens, and a department's name can be a diagnosis.",
  }),
  phone: phone.meta({ description: "Number that patients may call." }),
  timeZone: timeZone.meta({ description: "Time zone in which its visits are shown." }),
  connection: slug.meta({ description: "Id of the connection whose locations these are." }),
  locations: z
    .array(
      z
        .string()
        .min(1)
        .regex(
          /^\s*[A-Za-z0-9.-]{0,64}\s*$/,
          "must be a FHIR id such as 21000102, without Location/ before it",
        ),
    )
    .nonempty()
    .meta({ description: "FHIR Location ids; locations that are part of them belong, too." }),
  organizer: objectId.optional().meta({
    description:
      "Object id of the account that owns the department's meetings; never a clinician's. Either this or organizers is needed.",
  }),
  organizers: z.array(objectId).nonempty().max(10).superRefine(distinct()).optional().meta({
    description:
      "Up to ten such accounts in place of the one: each visit has one of them, chosen by its id and kept with it.",
  }),
  lobby: z.enum(["staff", "staffAndGuestAccounts"]).default("staff").meta({
    description:
      "Who enters without waiting: the hospital's staff, or also guest accounts of its directory. Everybody else waits.",
  }),
});

export const departmentSchema = departmentKeys.superRefine(({ organizer, organizers }, context) => {
  const fault = (key: string, message: string) => context.addIssue({ code: "custom", path: [key], message });
  if (organizer === undefined && organizers === undefined)
    fault("organizer", "is missing; give one account's object id, or a list of them as organizers");
  if (organizer !== undefined && organizers !== undefined)
    fault("organizers", "contradicts organizer; leave one of them out");
});

export const organizationSchema = z.strictObject({
  name: z.string().min(1).max(80).meta({ description: "The hospital's name as patients know it." }),
  phone: phone.meta({ description: "Number to call when no department is known." }),
  textName: z
    .string()
    // A letter and its accent as two characters would make every text one of 70 characters.
    .normalize("NFC")
    .min(1)
    .max(SENDER_NAME_LENGTH)
    .refine((text) => text.trim() === text, "must begin and end with a letter or digit, not with a blank")
    .refine(
      isPlain,
      "must be of the plain characters that one text holds 160 of (GSM-7: é, ñ, ü, à are among them, á, í, ó, ú, ç are not)",
    )
    .optional()
    .meta({
      description:
        "The hospital's name as texts begin with it, 24 plain characters (GSM-7) at most; left out, the beginning of its name, with í as i and the like.",
    }),
});

export const visitRulesSchema = z.strictObject({
  opensMinutesBefore: z.int().min(0).max(240).default(30).meta({
    description: "How long before the start a patient's link opens the lobby, in minutes.",
  }),
  closesMinutesAfter: z.int().min(15).max(1440).default(240).meta({
    description: "How long after the scheduled end a patient's link still works, in minutes.",
  }),
});

export type Connection = z.output<typeof connectionSchema>;
/** A connection whose base URL has been checked. */
export type ConfiguredConnection = Omit<Connection, "provider" | "system"> & {
  readonly provider?: ConfiguredClient | undefined;
  readonly system?: ConfiguredClient | undefined;
  /** The canonical form, for comparing and for requests. */
  readonly fhirBaseUrl: FhirBaseUrl;
  /** As it was typed, with its final slash if it has one, because a server may compare `aud` letter by letter. */
  readonly aud: string;
};
/** A registration at the chart system's authorization server. */
export type Client = z.output<typeof clientSchema>;
/** A client whose secret lies in a vault under a name, or lies sealed with the connection, for the keyring to open. */
export type ConfiguredClient = Omit<Client, "authentication"> & {
  readonly authentication: Client["authentication"] | SealedSecret;
};
export interface SealedSecret {
  readonly method: "client_secret_basic";
  readonly sealed: string;
  /** The context that it was sealed for. */
  readonly context: string;
}
export type Department = z.output<typeof departmentSchema>;
export type Organization = z.output<typeof organizationSchema>;
export type VisitRules = z.output<typeof visitRulesSchema>;

/** The accounts that own a department's meetings; a stack gives one or a list. */
export function organizersOf({
  organizer,
  organizers = [],
}: Pick<Department, "organizer" | "organizers">): readonly [string, ...string[]] {
  const [first, ...others] = organizer === undefined ? organizers : [organizer];
  if (first === undefined) throw new Error("departmentSchema let a department without an organizer pass");
  return [first, ...others];
}

/** The registrations that a connection has by now, one for each persona. */
export const clientsOf = <C>({
  provider,
  system,
}: {
  readonly provider?: C | undefined;
  readonly system?: C | undefined;
}): readonly C[] => [provider, system].filter((client) => client !== undefined);
