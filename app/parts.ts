/**
 * What compose makes from the settings: everything that the flows choose from. Each flow declares what it needs, so that it
 * is given no more than that.
 */
import type { KeyObject } from "node:crypto";
import type { Approvals } from "./domain/approvals.ts";
import type { ChartOfConnection, SettledMessageRules } from "./domain/defaults.ts";
import type { Environment } from "./domain/environment.ts";
import type { MailSender } from "./domain/mailing.ts";
import type { Log } from "./log.ts";
import type { ApiCallers } from "./ports/apiCallers.ts";
import type { Attendance } from "./ports/attendance.ts";
import type { CallRecords } from "./ports/callRecords.ts";
import type { CallEvents } from "./ports/callEvents.ts";
import type { Directory } from "./ports/directory.ts";
import type { Ehr } from "./ports/ehr.ts";
import type { EventGridCallers } from "./ports/eventGrid.ts";
import type { Grants } from "./ports/grants.ts";
import type { GraphCallers } from "./ports/graphCallers.ts";
import type { Keyring } from "./ports/keyring.ts";
import type { StaffSignIn } from "./ports/staffSignIn.ts";
import type { Promotions } from "./ports/promotions.ts";
import type { Queue } from "./ports/queue.ts";
import type { Store } from "./ports/store.ts";
import type { SystemEhr } from "./ports/systemEhr.ts";
import type { KeyAges, Vault } from "./ports/vault.ts";
import type { Mail } from "./ports/mail.ts";
import type { Numbers } from "./ports/numbers.ts";
import type { Texts } from "./ports/texts.ts";
import type { Meetings } from "./ports/meetings.ts";
import type { Answers } from "./records/answers.ts";
import type { Audit } from "./records/audit.ts";
import type { ClientStates } from "./records/clientStates.ts";
import type { Canaries } from "./records/canaries.ts";
import type { DataRegions } from "./records/dataRegions.ts";
import type { FormerAddresses } from "./records/formerAddresses.ts";
import type { FoundVisits } from "./records/foundVisits.ts";
import type { GivenRecords } from "./records/givenRecords.ts";
import type { GuideProgress } from "./records/guide.ts";
import type { Heard } from "./records/heard.ts";
import type { Holdings } from "./records/holdings.ts";
import type { Hospital } from "./records/hospital.ts";
import type { Jobs } from "./records/jobs.ts";
import type { MeetingCounts } from "./records/meetingCounts.ts";
import type { LocationRecords } from "./records/locations.ts";
import type { DepartmentDays } from "./records/departmentDays.ts";
import type { StrayRecords } from "./records/strays.ts";
import type { Searched } from "./records/searched.ts";
import type { Messages } from "./records/messages.ts";
import type { Notifications } from "./records/notifications.ts";
import type { NumberPurchases } from "./records/numberPurchase.ts";
import type { OptOuts } from "./records/optOuts.ts";
import type { PortalApprovals } from "./records/approvalSettings.ts";
import type { PortalReports } from "./records/portalReports.ts";
import type { PortalSessions } from "./records/portalSessions.ts";
import type { PortalAllocation } from "./records/portalAllocation.ts";
import type { PortalConnection } from "./records/portalConnections.ts";
import type { PortalManager } from "./records/portalManagers.ts";
import type { MessageRulesNow, PortalMessages } from "./records/portalMessages.ts";
import type { PortalTexting, TextingNow, TextingStands, UnknownOfTexts } from "./records/portalTexting.ts";
import type { PortalDepartment } from "./records/portalDepartments.ts";
import type { Presences } from "./records/presences.ts";
import type { Proposals } from "./records/proposals.ts";
import type { SendingRate } from "./records/sendingRate.ts";
import type { Sessions } from "./records/sessions.ts";
import type { Settings } from "./records/settings.ts";
import type { UnreadableSetting } from "./records/unreadableSetting.ts";
import type { SignIns } from "./records/signIns.ts";
import type { StaffAccounts } from "./records/staffAccounts.ts";
import type { Standings } from "./records/standings.ts";
import type { TestVisits } from "./records/testVisits.ts";
import type { Ticks } from "./records/ticks.ts";
import type { Traces } from "./records/traces.ts";
import type { Usages } from "./records/usages.ts";
import type { VisitChanges } from "./records/visitChanges.ts";
import type { Visits } from "./records/visits.ts";
import type { WorkStanding } from "./records/workStanding.ts";

export interface Parts {
  /** The origin under which vendors and people reach the connector, without a final slash. */
  readonly publicUrl: string;
  /** The deployment's environment. A local one works with production and test charts alike. */
  readonly environment: Environment;
  /** The stack file, in which administrators find the stack's settings: `stacks/Pulumi.lamna-test.yaml`. */
  readonly stackFile: string;
  /** Client id of the registration in Entra, which a Teams administrator needs. */
  readonly clientId: string;
  /** What the stack says about who must approve; what it leaves out is set in the portal. */
  readonly approvals: Approvals | undefined;
  /** When patients are told of visits, how and in which words: by the stack file, or else as set in the portal. */
  readonly messageRules: SettledMessageRules;
  /** The same rules, for who changes them. */
  readonly messageRulesNow: MessageRulesNow;
  readonly log: Log;
  readonly now: () => Date;

  readonly apiCallers: ApiCallers;
  /** Undefined where the deployment does not use attendance reports. */
  readonly attendance: Attendance | undefined;
  /** Undefined where the deployment does not use live information about who is waiting. */
  readonly callEvents: CallEvents | undefined;
  /** Undefined where the deployment does not read how good calls were. */
  readonly callRecords: CallRecords | undefined;
  readonly directory: Directory;
  readonly ehr: Ehr;
  readonly eventGrid: EventGridCallers;
  readonly grants: Grants;
  readonly graphCallers: GraphCallers;
  /** Seals what administrators enter. The adapters that open it have the keyring themselves. */
  readonly keyring: Pick<Keyring, "seal">;
  /** Undefined where the deployment sends no texts or mails. */
  readonly messaging: Messaging | undefined;
  readonly meetings: Meetings;
  /** Buys the number where an administrator gets it in the portal; undefined where the stack file says who does. */
  readonly numbers: Numbers | undefined;
  /** Undefined where the stack names no keys of a test deployment, so production accepts no evidence from one. */
  readonly tested: Tested | undefined;
  readonly queue: Queue;
  readonly staffSignIn: StaffSignIn;
  readonly store: Store;
  readonly systemEhr: SystemEhr;
  readonly vault: Vault & KeyAges;

  readonly answers: Answers;
  readonly allocationSettings: Settings<PortalAllocation>;
  readonly approvalSettings: Settings<PortalApprovals>;
  readonly audit: Audit;
  readonly canaries: Canaries;
  readonly connectionSettings: Settings<PortalConnection>;
  readonly departmentSettings: Settings<PortalDepartment>;
  readonly clientStates: ClientStates;
  readonly formerAddresses: FormerAddresses;
  readonly foundVisits: FoundVisits;
  readonly givenSettings: Settings<GivenRecords>;
  readonly guideSettings: Settings<GuideProgress>;
  /** The settings whose rows cannot be read, so that they are missing wherever they are listed. */
  readonly unreadableSettings: () => Promise<readonly UnreadableSetting[]>;
  readonly heard: Heard;
  readonly holdings: Holdings;
  readonly hospital: Hospital;
  readonly jobs: Jobs;
  readonly managerSettings: Settings<PortalManager>;
  readonly meetingCounts: MeetingCounts;
  readonly locations: LocationRecords;
  readonly strays: StrayRecords;
  readonly departmentDays: DepartmentDays;
  readonly searched: Searched;
  readonly messages: Messages;
  readonly messageSettings: Settings<PortalMessages>;
  readonly notifications: Notifications;
  readonly numberPurchases: NumberPurchases;
  readonly dataRegions: DataRegions;
  readonly optOuts: OptOuts;
  readonly portalSessions: PortalSessions;
  readonly presences: Presences;
  readonly proposals: Proposals;
  readonly reportSettings: Settings<PortalReports>;
  readonly sendingRate: SendingRate;
  readonly sessions: Sessions;
  readonly signIns: SignIns;
  readonly staffAccounts: StaffAccounts;
  readonly standings: Standings;
  readonly testVisits: TestVisits;
  readonly textingNow: TextingNow;
  readonly textingSettings: Settings<PortalTexting>;
  readonly ticks: Ticks;
  readonly traces: Traces;
  readonly usages: Usages;
  readonly visitChanges: VisitChanges;
  readonly visits: Visits;
  readonly workStanding: WorkStanding;
}

/** A test deployment whose records of promotions are accepted, if signed by one of these public keys. */
export interface Tested {
  readonly stack: string;
  /** This deployment's own stack, and the package that it runs. */
  readonly by: { readonly stack: string; readonly package: string };
  readonly keys: readonly KeyObject[];
  readonly promotions: Promotions;
}

export interface Messaging {
  readonly texts: Texts;
  readonly mail: Mail;
  /** The number that sends texts, in E.164 form; undefined until one has been obtained, and while it is unknown. */
  readonly number: string | undefined;
  /** The address that sends mails; undefined where there is none. */
  readonly mailSender: MailSender | undefined;
  /** Whether the carriers have approved the number; otherwise they block its texts. */
  readonly isApproved: boolean;
  /** Whether somebody has given both consents to texts on the hospital's behalf. */
  readonly isAgreed: boolean;
  /** Whether the consents are for the patients of this connection, and its chart is linked to the number. */
  readonly textsPatientsOf: (connection: ChartOfConnection) => boolean;
  /** Why they are not texted, where the consents are given. */
  readonly whyNotTexted: TextingStands["whyNotTexted"];
  /**
   * Whether patients are written to. Otherwise only listed staff are: in a test deployment always, and in production until
   * its pilot is over.
   */
  readonly isLive: boolean;
  /**
   * What of these cannot be known now, as what is set of texts, or the number, cannot be read. Then nothing is decided by
   * what the others say of it.
   */
  readonly unknown: UnknownOfTexts;
  /** Whether a phone number or mail address is listed as staff's; upper and lower case count alike. */
  readonly isStaff: (numberOrAddress: string) => boolean;
  /**
   * Whether a number that has texted first may be answered, whatever the answer is: the deployment is live or nobody can say
   * that it is not, or the number is listed.
   */
  readonly mayReach: (number: string) => boolean;
}
